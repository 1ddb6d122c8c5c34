import { resolve } from 'node:path';
import type { Command } from 'commander';
import { householdFolder, readAssistantConfig } from '../assistant/assistant-config.ts';
import { PURPOSES, type Purpose } from '../household/consents.ts';
import type { Household } from '../household/household.ts';
import { openHousehold } from '../household/open-household.ts';
import type { Profile } from '../household/profiles.ts';
import { FOLDER_OPTION } from './assistant-options.ts';
import { BadInput } from './bad-input.ts';
import { EXIT } from './exit-codes.ts';
import type { Terminal } from './terminal.ts';

interface SpeakersFlags {
  folder: string;
  guardian?: string;
  by?: string;
  json?: boolean;
}

const EXAMPLES = `
Examples:
  airworthy-assistant speakers
  airworthy-assistant speakers add ana
  airworthy-assistant speakers add mia --guardian ana      (a child)
  airworthy-assistant speakers allow mia personalise --by ana
  airworthy-assistant speakers withdraw mia personalise --by ana
Purposes: ${PURPOSES.join(', ')}`;

/** `speakers`: who lives here, and what their words may be used for. */
export function addSpeakers(program: Command, terminal: Terminal, settle: (exit: number) => void): void {
  program
    .command('speakers')
    .description('Lists who may speak and what they allow; adds a speaker; allows a purpose or withdraws it.')
    .argument('[act]', 'add, allow or withdraw')
    .argument('[name]', 'of the speaker')
    .argument('[purpose]', 'what is allowed or withdrawn')
    .option('--guardian <name>', 'who decides for a child')
    .option('--by <name>', 'who allows it; the speaker where absent')
    .option(...FOLDER_OPTION)
    .option('--json', 'print as JSON')
    .addHelpText('after', EXAMPLES)
    .action((act: string | undefined, name: string, purpose: string, flags: SpeakersFlags) => {
      const config = readAssistantConfig(flags.folder, terminal.env);
      const household = openHousehold(resolve(flags.folder, householdFolder(config)));
      try {
        change(household, { act, name, purpose }, flags);
        list(household, terminal, flags.json ?? false);
      } finally {
        household.close();
      }
      settle(EXIT.ok);
    });
}

function change(
  household: Household,
  { act, name, purpose }: { act: string | undefined; name: string | undefined; purpose: string | undefined },
  { guardian, by }: SpeakersFlags,
): void {
  if (act === undefined) return;
  if (name === undefined) throw new BadInput(`${act} whom? Give a name.`);
  if (act === 'add') {
    if (household.profiles.find(name) !== null)
      throw new BadInput(`there is a speaker "${name}" already; choose another name`);
    if (guardian === undefined) household.profiles.add({ name });
    else household.profiles.add({ name, minor: true, guardian: findGrownUp(household, guardian).id });
    return;
  }
  if (act !== 'allow' && act !== 'withdraw')
    throw new BadInput(`"${act}" is none of add, allow and withdraw`);
  const speaker = find(household, name);
  const actor = find(household, by ?? name);
  // A child may take back what a guardian allowed, not allow it.
  const isEntitled =
    act === 'allow' && speaker.minor
      ? speaker.guardian === actor.id
      : household.profiles.mayDecideFor(actor.id, speaker.id);
  if (!isEntitled)
    throw new BadInput(
      `${actor.name ?? actor.id} cannot decide for ${name}; ${whoDecides(household, speaker)}`,
    );
  const consent = { profile: speaker.id, purpose: readPurpose(purpose), actor: actor.id };
  try {
    if (act === 'allow') household.consents.give(consent);
    else household.consents.withdraw(consent);
  } catch (thrown) {
    throw new BadInput((thrown as Error).message);
  }
}

function find(household: Household, name: string): Profile {
  const found = household.profiles.find(name);
  if (found === null)
    throw new BadInput(`there is no speaker "${name}"; add one: airworthy-assistant speakers add ${name}`);
  return found;
}

function findGrownUp(household: Household, name: string): Profile {
  const found = find(household, name);
  if (found.minor) throw new BadInput(`${name} is a child and cannot be a guardian; name a grown up`);
  return found;
}

function whoDecides(household: Household, { guardian }: Profile): string {
  if (guardian === null) return 'each grown up does for themselves';
  return `say --by ${household.profiles.find(guardian)?.name ?? guardian}, who is their guardian`;
}

function readPurpose(text: string | undefined): Purpose {
  const purpose = PURPOSES.find((each) => each === text);
  if (purpose === undefined) throw new BadInput(`a purpose is one of ${PURPOSES.join(', ')}`);
  return purpose;
}

function list(household: Household, terminal: Terminal, json: boolean): void {
  const speakers = household.profiles.list().map(({ id, name, minor, guardian }) => {
    return { id, name, minor, guardian, allows: [...household.consents.allowed(id)] };
  });
  if (json) {
    terminal.out(JSON.stringify(speakers, null, 2));
    return;
  }
  for (const { id, name, minor, guardian, allows } of speakers) {
    const decides = speakers.find(({ id }) => id === guardian)?.name ?? guardian ?? 'nobody';
    const child = minor ? ` (a child; ${decides} decides)` : '';
    terminal.out(`${id}  ${(name ?? '').padEnd(12)} allows ${allows.join(', ')}${child}`);
  }
  if (speakers.length === 0) terminal.out('Nobody yet: whoever speaks first is added.');
}
