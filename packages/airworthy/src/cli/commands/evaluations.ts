import type { App } from '../../app.ts';
import type { CaseItem, SuiteReport } from '../../evaluation/index.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { count, estimate, figure, moment } from '../../kernel/figures.ts';
import type { Call, CommandGroup, CommandSpec } from '../command.ts';
import { describeEvaluation } from '../describe-evaluation.ts';
import { formatTable } from '../format-table.ts';
import { short } from '../format-values.ts';
import { printable } from '../printable.ts';
import { wholeNumber } from '../whole-number.ts';
import { save } from './evaluations-save.ts';

const TEXT_SHOWN = 40;

const list: CommandSpec = {
  usage: 'list [suite]',
  summary: 'evaluations, newest first',
  options: [{ flags: '--limit <n>', about: 'how many', parse: wholeNumber(1, 1_000), default: 20 }],
  examples: [['airworthy evaluations list support', 'how a suite fared over time']],
  tracks: true,
  async run(call) {
    await using app = await call.openApp();
    const { listEvaluations } = await import('../../evaluation/index.ts');
    const found = await listEvaluations(app.context, {
      suite: call.args[0],
      limit: call.options.limit as number,
    });
    call.print({ evaluations: found }, () =>
      found.length === 0
        ? 'no evaluations yet; `airworthy evaluate` makes one'
        : formatTable(
            [
              { heading: 'evaluation' },
              { heading: 'suite' },
              { heading: '#', align: 'right' },
              { heading: 'role' },
              { heading: 'outcome' },
              { heading: 'figure' },
              { heading: 'cases', align: 'right' },
              { heading: 'began' },
            ],
            found.map(({ id, suite, number, role, state, outcome, primary, cases, startedAt }) => [
              ...[
                short(id),
                suite,
                String(number),
                role,
                state === 'finished' ? (outcome ?? 'no gates') : state,
              ],
              ...[
                primary === null ? '' : `${primary.label} ${estimate(primary)}`,
                count(cases),
                moment(startedAt),
              ],
            ]),
          ),
    );
    return EXIT.ok;
  },
};

const show: CommandSpec = {
  usage: 'show <evaluation>',
  summary: 'one evaluation: verdicts, metrics, regressions',
  about:
    'An evaluation is named by its id (or the start of it), by SUITE for the newest of a suite, or by SUITE/NUMBER.',
  examples: [
    ['airworthy evaluations show support', 'the newest of a suite'],
    ['airworthy evaluations show support/3', 'the third'],
  ],
  tracks: true,
  async run(call) {
    await using app = await call.openApp();
    const report = await readNamed(call, app);
    call.print(report, () => describeEvaluation(call.terminal, report));
    return EXIT.ok;
  },
};

const cases: CommandSpec = {
  usage: 'cases <evaluation>',
  summary: 'its cases, with answers and scores beside the baseline’s',
  options: [
    { flags: '--task <name>', about: 'whose answers (default: the first)' },
    {
      flags: '--show <which>',
      about: 'which cases',
      choices: ['all', 'failed', 'regressed', 'improved', 'errors', 'flaky'],
      default: 'all',
    },
    { flags: '--metric <name>', about: 'by which a case is right or wrong (default: the first)' },
    { flags: '--code <code>', about: 'only with this typed error code' },
    { flags: '--slice <slice>', about: 'only of this slice: lang=de' },
    { flags: '--text <text>', about: 'only with this in id, input or expected' },
    { flags: '--limit <n>', about: 'how many', parse: wholeNumber(1, 1_000), default: 20 },
    { flags: '--after <position>', about: 'the page after this one', parse: wholeNumber(0, 1_000_000_000) },
  ],
  examples: [
    ['airworthy evaluations cases support --show failed', 'what went wrong'],
    [
      'airworthy evaluations cases support --show regressed --json',
      'what is worse than the baseline, for a program',
    ],
  ],
  tracks: true,
  async run(call) {
    await using app = await call.openApp();
    const { listCases } = await import('../../evaluation/index.ts');
    const report = await readNamed(call, app);
    const asked = call.options as { limit: number; after?: number; show?: 'all' };
    const found = await listCases(app.context, report.id, { ...asked, limit: asked.limit + 1 });
    const items = found.slice(0, asked.limit);
    const next = found.length > asked.limit ? items.at(-1)?.position : undefined;
    call.print({ items, next: next ?? null }, () => describeCases(items, next));
    return EXIT.ok;
  },
};

async function readNamed(call: Call, app: App): Promise<SuiteReport> {
  const { findSuiteEvaluation, readReport } = await import('../../evaluation/index.ts');
  const name = call.args[0] as string;
  const [, suite = name, number] = /^(.+)\/(\d{1,9})$/.exec(name) ?? [];
  const found = await findSuiteEvaluation(
    app.context,
    suite,
    number === undefined ? undefined : Number(number),
  );
  if (found === undefined && number !== undefined) {
    throw new AirworthyError('SUITE_EVALUATION_NOT_FOUND', {
      message: `suite "${suite}" has no evaluation ${number}`,
    });
  }
  return readReport(app.context, found?.id ?? name);
}

function describeCases(items: readonly CaseItem[], next: number | undefined): string {
  if (items.length === 0) return 'no such cases';
  const metrics = Object.keys(items[0].scores);
  const table = formatTable(
    [
      { heading: 'case' },
      { heading: 'input' },
      { heading: 'expected' },
      { heading: 'output' },
      ...metrics.map((heading) => ({ heading })),
    ],
    items.map((item) => [
      ...[
        printable(item.id),
        cut(item.input),
        cut(item.expected),
        item.status === 'ok' ? cut(item.output) : `${item.status}: ${cut(item.message)}`,
      ],
      ...metrics.map((metric) => scoreText(item, metric)),
    ]),
  );
  return next === undefined ? table : `${table}\n\nmore: --after ${next}`;
}

/** `0 (wrong-argument) ← 1` */
function scoreText({ scores, baseline }: CaseItem, metric: string): string {
  const score = scores[metric];
  if (score === undefined) return '';
  const now = score.value === null ? score.status : figure(score.value);
  const before = baseline?.scores[metric]?.value;
  const changed =
    before !== undefined && before !== null && before !== score.value ? ` ← ${figure(before)}` : '';
  return `${now}${score.code ? ` (${score.code})` : ''}${changed}`;
}

function cut(value: unknown): string {
  if (value === undefined || value === null) return '';
  const text = printable(typeof value === 'string' ? value : JSON.stringify(value)).replaceAll(/\s+/g, ' ');
  return text.length > TEXT_SHOWN ? `${text.slice(0, TEXT_SHOWN - 1)}…` : text;
}

export const evaluations: CommandGroup = {
  usage: 'evaluations',
  summary: 'evaluations of suites: list, show, cases, save',
  commands: [list, show, cases, save],
};
