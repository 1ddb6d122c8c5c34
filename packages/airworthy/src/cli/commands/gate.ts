import type { DatedSuiteVerdict } from '../../evaluation/index.ts';
import { EXIT } from '../../kernel/error-catalogue.ts';
import { count, figure, moment } from '../../kernel/figures.ts';
import type { SuitePlan } from '../../lifecycle/evaluate/plan-suite.ts';
import type { Call, CommandGroup, CommandSpec } from '../command.ts';
import { formatTable } from '../format-table.ts';
import { wholeNumber } from '../whole-number.ts';

const plan: CommandSpec = {
  usage: 'plan <suite>',
  summary: 'what the gates of a suite can decide, before anything is spent',
  about:
    'How often each gate passes where the candidate is truly as good as the baseline, the smallest difference it sees with its power, and how many cases it would take. From what the newest evaluation varied by; where there is none, from the assumptions given here.',
  options: [
    {
      flags: '--cases <n>',
      about: 'plan for so many cases instead of those there are',
      parse: wholeNumber(2, 10_000_000),
    },
    {
      flags: '--truth <value>',
      about: 'how much better the candidate is; for floors and ceilings its value',
      parse: number,
    },
    {
      flags: '--discordant <share>',
      about: 'share of cases on which the two differ (default: 0.1)',
      parse: number,
    },
    { flags: '--deviation <value>', about: 'standard deviation of a case’s difference', parse: number },
    { flags: '--icc <value>', about: 'how alike two cases of a cluster are (default: 0.2)', parse: number },
  ],
  examples: [
    ['airworthy gate plan support', 'with what is known of it'],
    ['airworthy gate plan support --cases 700 --discordant 0.05', 'if there were 700 cases'],
  ],
  tracks: true,
  writes: 'through server',
  run: planIt,
};

const history: CommandSpec = {
  usage: 'history <suite>',
  summary: 'what the gates of a suite said, the latest first',
  options: [
    { flags: '--gate <name>', about: 'only this one' },
    { flags: '--limit <n>', about: 'how many', parse: wholeNumber(1, 1000), default: 20 },
  ],
  examples: [['airworthy gate history support', 'the newest 20 verdicts']],
  tracks: true,
  run: showHistory,
};

export const gate: CommandGroup = {
  usage: 'gate',
  summary: 'gates of suites: what they can decide, what they said',
  commands: [plan, history],
};

function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new Error(`"${text}" is no number`);
}

async function planIt(call: Call): Promise<number> {
  const { cases, truth, discordant, deviation, icc } = call.options as Record<string, number | undefined>;
  await using app = await call.openApp();
  const { loadSuites } = await import('../../lifecycle/evaluate/load-suites.ts');
  const { planSuite } = await import('../../lifecycle/evaluate/plan-suite.ts');
  const { context, project } = app;
  const names = [call.args[0] as string];
  const [suite] = await loadSuites({ folder: project.folder, dataFolder: context.store.folder, names });
  const assumed = {
    ...(truth === undefined ? {} : { truth }),
    ...(discordant === undefined ? {} : { discordant }),
    ...(deviation === undefined ? {} : { deviation }),
    ...(icc === undefined ? {} : { clusterCorrelation: icc }),
  };
  const made = await planSuite(context, project, suite, { env: call.terminal.env, assumed, cases });
  call.print(made, () => describePlan(made));
  return EXIT.ok;
}

function describePlan({ suite, cases, clusters, from, gates }: SuitePlan): string {
  const units = clusters < cases ? ` in ${count(clusters)} clusters` : '';
  const source = from
    ? `from evaluation ${from.number} (${from.task})`
    : 'assumed: nothing was evaluated yet';
  const head = `${suite}: ${count(cases)} cases${units}; ${source}`;
  if (gates.length === 0) return `${head}\nit has no gates`;
  const share = (value: number | undefined) => (value === undefined ? '-' : `${Math.round(value * 100)} %`);
  const rows = gates.map(
    ({ gate: name, slice, margin, power, detectable, neededN, neededCost, spread, reason }) => [
      slice === undefined ? name : `${name} [${slice}]`,
      String(margin),
      share(power?.pass),
      share(power?.undecided),
      detectable === null ? '-' : figure(detectable),
      neededN === null ? '-' : count(neededN),
      neededCost === null ? '-' : figure(neededCost),
      reason ?? (spread ? `${spread.kind} ${figure(spread.value)} (${spread.from})` : ''),
    ],
  );
  const headings = ['gate', 'asked', 'passes', 'undecided', 'detects', 'needs', 'cost', 'varies by'];
  const columns = headings.map((heading, place) => ({
    heading,
    align: place === 0 || place === 7 ? ('left' as const) : ('right' as const),
  }));
  return [head, '', formatTable(columns, rows)].join('\n');
}

async function showHistory(call: Call): Promise<number> {
  const { gate: name, limit } = call.options as { gate?: string; limit: number };
  await using app = await call.openApp();
  const { listSuiteVerdicts } = await import('../../evaluation/index.ts');
  const verdicts = await listSuiteVerdicts(app.context, { suite: call.args[0] as string, gate: name, limit });
  call.print({ verdicts }, () =>
    verdicts.length === 0 ? 'no verdicts' : verdicts.map(describeVerdict).join('\n'),
  );
  return EXIT.ok;
}

function describeVerdict({
  at,
  number: evaluation,
  task,
  gate: name,
  slice,
  sentence,
}: DatedSuiteVerdict): string {
  const where = slice === 'overall' ? '' : ` [${slice}]`;
  return `${moment(at)}  #${evaluation} ${task}  ${name}${where}\n  ${sentence}`;
}
