import { EXIT } from '../../kernel/error-catalogue.ts';
import type { CommandSpec } from '../command.ts';
import { wholeNumber } from '../whole-number.ts';

type Options = {
  baseline: string;
  evaluation?: number;
  task?: string;
  reason?: string;
  anyway?: boolean;
};

export const bless: CommandSpec = {
  usage: 'bless <suite>',
  summary: 'make an evaluation the baseline that the next ones are compared with',
  about:
    'The only way a baseline moves; the audit log keeps who moved it and why. An evaluation whose gates did not pass is refused unless --anyway.',
  options: [
    {
      flags: '--evaluation <n>',
      about: 'its number in the suite (default: the newest)',
      parse: wholeNumber(1, 2 ** 31 - 1),
    },
    { flags: '--task <name>', about: 'which of its tasks, where it has several' },
    { flags: '--baseline <name>', about: 'which baseline', default: 'main' },
    { flags: '--reason <text>', about: 'why, for the record (needed)' },
    { flags: '--anyway', about: 'although its gates did not pass' },
  ],
  examples: [
    ['airworthy bless support --reason "released as 1.4"', 'the newest evaluation'],
    [
      'airworthy bless support --evaluation 12 --baseline prod --reason "rolled back"',
      'another baseline, back to 12',
    ],
  ],
  tracks: true,
  writes: 'through server',
  async run(call) {
    const { baseline: name, evaluation, task, reason, anyway } = call.options as Options;
    await using app = await call.openApp();
    const { bless: blessEvaluation } = await import('../../evaluation/index.ts');
    const request = { name, evaluation, task, reason: reason ?? '', anyway };
    const blessed = await blessEvaluation(app.context, call.args[0] as string, request);
    call.print(
      blessed,
      () =>
        `evaluation ${blessed.number} (task ${blessed.task}) is now the baseline "${blessed.name}" of ${blessed.suite}`,
    );
    return EXIT.ok;
  },
};
