import type { Command } from 'commander';
import { type ServerErasure, ServerErasureError } from '../assistant/forget-on-server.ts';
import { type Forgotten, forgetPerson } from '../assistant/forget-person.ts';
import { forgetProfile, type HouseholdReceipt } from '../household/forget-profile.ts';
import { UnavailableError } from '../planners/unavailable-error.ts';
import { type AssistantFlags, addAssistantOptions, openFor } from './assistant-options.ts';
import { BadInput } from './bad-input.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

interface ForgetFlags extends AssistantFlags {
  key?: string;
  yes?: boolean;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  airworthy-assistant forget mia --key "favorite song" --yes
  airworthy-assistant forget p-3f9a12bc45de --yes
  AIRWORTHY_URL=http://127.0.0.1:4400 airworthy-assistant forget mia --yes      (there too, with a signed receipt)`;

/** `forget`: erases what there is of a person. It cannot be undone, so it wants a yes. */
export function addForget(program: Command, terminal: Terminal, settle: (exit: number) => void): void {
  addAssistantOptions(program.command('forget'))
    .description(
      'Erases a person from the Airworthy server, where there is one, and from the house; or one preference of theirs. Cannot be undone.',
    )
    .argument('<profile>', 'a name or a pseudonym of the house')
    .option('--key <preference>', 'only this preference')
    .option('--yes', 'do it; without, it only says what it would do')
    .option('--json', 'print the receipts as JSON')
    .addHelpText('after', EXAMPLES)
    .action(async (profile: string, flags: ForgetFlags) => {
      await using assistant = await openFor(terminal, flags, true);
      const { household, config } = assistant;
      const speaker = household.profiles.find(profile);
      if (speaker === null)
        throw new BadInput(`there is no speaker "${profile}"; who there is: airworthy-assistant speakers`);
      if (!flags.yes) {
        const what = flags.key === undefined ? 'everything' : `the preference "${flags.key}"`;
        const where = flags.key === undefined && config.server ? `, here and at ${config.server.url}` : '';
        throw new BadInput(`this would erase ${what} of ${speaker.id}${where}, for good; --yes does it`);
      }
      const { key } = flags;
      const forgotten: Forgotten =
        key === undefined
          ? await forgetPerson(assistant, speaker.id, terminal.env.AIRWORTHY_TOKEN).catch(sayWhatStands)
          : { server: null, household: forgetProfile(household, { profile: speaker.id, key }) };
      settle(EXIT.ok);
      if (flags.json) terminal.out(JSON.stringify(forgotten, null, 2));
      else for (const line of describe(forgotten)) terminal.out(line);
    });
}

function sayWhatStands(thrown: unknown): never {
  if (!(thrown instanceof ServerErasureError)) throw thrown;
  throw new UnavailableError(
    `${thrown.message}\nNothing was erased in the house either: the same command goes on.`,
  );
}

function describe({ server, household }: Forgotten): string[] {
  return [...(server === null ? [] : describeServer(server)), ...describeHousehold(household)];
}

function describeServer({ report, receipt }: ServerErasure): string[] {
  const { erased, models } = report;
  const trained = models.map(({ bundle, versions, todo }) => {
    const names = versions.map(({ model, version }) => `${model} version ${version}`).join(', ');
    return `  ${names || `bundle ${bundle.slice(0, 12)}`}: ${todo}`;
  });
  return [
    'on the server:',
    ...counts(Object.entries(erased).map(([what, count]) => ({ what: inWords(what), count }))),
    ...(trained.length === 0 ? [] : ['models that were trained on what the person said:', ...trained]),
    `receipt: ${receipt.file}`,
  ];
}

function describeHousehold({ erased, keyDestroyed }: HouseholdReceipt): string[] {
  return [
    'in the house:',
    ...counts(erased),
    ...(keyDestroyed ? ['  and the key that sealed it: copies cannot be read either'] : []),
  ];
}

function counts(erased: HouseholdReceipt['erased']): string[] {
  const some = erased.filter(({ count }) => count > 0);
  if (some.length === 0) return ['  nothing: there was nothing of this person'];
  return some.map(({ what, count }) => `${String(count).padStart(5)} ${what}`);
}

/** `reviewItems` is "review items". */
function inWords(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
