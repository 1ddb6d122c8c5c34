import { EXIT } from '../../kernel/error-catalogue.ts';
import type { Call, CommandSpec } from '../command.ts';
import { type Check, inspectMachine } from '../inspect-machine.ts';
import { paint, type Terminal } from '../terminal.ts';

export const doctor: CommandSpec = {
  usage: 'doctor',
  summary: 'what this machine has, what it is for, how to get the rest',
  about:
    'Missing optional things are fine: what needs them says so. Only a missing requirement is a failure.',
  examples: [
    ['airworthy doctor', 'a line for each thing, with what it is for'],
    ['airworthy doctor --json', 'the same for a script'],
  ],
  run: examine,
};

async function examine(call: Call): Promise<number> {
  const checks = await inspectMachine();
  const missing = checks.filter((check) => check.found === null);
  const broken = missing.filter((check) => check.required);
  call.print({ ok: broken.length === 0, checks }, () =>
    [...checks.map((check) => describe(check, call.terminal)), '', verdict(missing.length, broken)].join(
      '\n',
    ),
  );
  return broken.length === 0 ? EXIT.ok : EXIT.unavailable;
}

function describe(check: Check, terminal: Terminal): string {
  const name = check.name.padEnd(18);
  if (check.found !== null)
    return `${paint(terminal, 'green', 'ok     ')}  ${name}  ${check.found}; ${check.purpose}`;
  const state = check.required ? paint(terminal, 'red', 'missing') : paint(terminal, 'yellow', 'absent ');
  return `${state}  ${name}  ${check.purpose}; ${check.remedy}`;
}

function verdict(missing: number, broken: readonly Check[]): string {
  if (broken.length > 0) return `Missing and required: ${broken.map((check) => check.name).join(', ')}.`;
  if (missing === 0) return 'Everything is here.';
  return `All that is required is here; ${missing} optional ${missing === 1 ? 'thing is' : 'things are'} absent.`;
}
