import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { SavedSelection, SaveSelection } from '../../lifecycle/evaluate/selection-schema.ts';
import type { CommandSpec } from '../command.ts';
import { wholeNumber } from '../whole-number.ts';

type Flags = Pick<SaveSelection, 'rule' | 'show' | 'task' | 'metric' | 'to' | 'name'> & {
  ids?: string[];
  number?: number;
};

export const save: CommandSpec = {
  usage: 'save <suite>',
  summary: 'keep cases of an evaluation: as a suite, a review queue or a dataset version',
  about:
    'Cases are chosen by a rule (as the report states its slices), by how they fared, or by their ids; what is given must all hold. The same command again changes nothing.',
  options: [
    { flags: '--name <name>', about: 'of the suite, the queue or the dataset' },
    {
      flags: '--to <what>',
      about: 'what becomes of them',
      choices: ['suite', 'review', 'dataset'],
      default: 'suite',
    },
    { flags: '--rule <text>', about: 'conditions on cases: "lang = de AND length > 40"' },
    {
      flags: '--show <which>',
      about: 'how they fared',
      choices: ['failed', 'regressed', 'improved', 'errors', 'flaky'],
    },
    { flags: '--ids <id...>', about: 'these cases' },
    {
      flags: '--number <n>',
      about: 'of the evaluation in its suite (default: the newest)',
      parse: wholeNumber(1, 1_000_000_000),
    },
    { flags: '--task <name>', about: 'by whose answers (default: the first)' },
    { flags: '--metric <name>', about: 'by which a case is right or wrong (default: the first)' },
  ],
  examples: [
    ['airworthy evaluations save support --show failed --name support-failed', 'a suite of what failed'],
    [
      'airworthy evaluations save support --rule "lang = de AND length > 40" --to review --name long-german',
      'a slice for people to look at',
    ],
  ],
  writes: 'through server',
  async run(call) {
    const { number, name, to, ...chosen } = call.options as Flags & { number?: number };
    if (name === undefined) {
      throw new AirworthyError('BAD_ARGUMENT', { message: '--name is missing', at: '--name' });
    }
    const [suite = ''] = call.args;
    const { findSuiteEvaluation } = await import('../../evaluation/index.ts');
    const { saveSelection } = await import('../../lifecycle/evaluate/save-selection.ts');
    await using app = await call.openApp();
    const evaluation = await findSuiteEvaluation(app.context, suite, number);
    if (evaluation === undefined) {
      throw new AirworthyError('SUITE_EVALUATION_NOT_FOUND', {
        message: `"${suite}" has no evaluation${number === undefined ? '' : ` ${number}`}`,
      });
    }
    const { rule, show, ids, task, metric } = chosen;
    const selection: SaveSelection = { rule, show, ids, task, metric, to, name };
    const saved = await saveSelection(app.context, app.project, evaluation.id, selection);
    call.print(saved, () => describe(saved));
    return EXIT.ok;
  },
};

function describe({ to, name, cases, files, version }: SavedSelection): string {
  const count = `${cases} ${cases === 1 ? 'case' : 'cases'}`;
  if (to === 'suite') return `${count} in ${(files ?? []).join(' and ')}; next: airworthy evaluate ${name}`;
  if (to === 'review') return `${count} in the review queue ${name}; next: airworthy review`;
  return `${count} in ${name}@${version?.number}; next: airworthy data show ${name}`;
}
