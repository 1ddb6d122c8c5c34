import { count, moment } from '../../packages/airworthy/src/kernel/figures.ts';
import type { Estimate } from '../../packages/airworthy/src/stats/intervals.ts';
import { table } from '../results.ts';
import { type Period, PILOTS, STORY_METRICS, type StoryMetric } from './compare.ts';
import { PILOT_NAMES } from './draw-story.ts';
import type { Expectation } from './expectations.ts';
import type { Loop } from './loop.ts';
import type { FaultResult } from './rehearse-faults.ts';
import type { CleanResult } from './replay-clean.ts';

/** Everything the story found. */
export interface Story {
  /** What it was told on. */
  scale: string;
  months: readonly Period[];
  weeks: readonly Period[];
  loop: Loop;
  faults: readonly FaultResult[];
  clean: CleanResult;
  expectations: readonly Expectation[];
  costs: readonly { step: string; seconds: number; megabytes: number }[];
}

const METRIC_NAMES: Record<StoryMetric, string> = { 'roc-auc': 'ROC-AUC', 'log-loss': 'log-loss' };

/** The story in Markdown. */
export function writeStory(story: Story, picture: string): string {
  const { loop, clean } = story;
  return [
    '# Five months of flights',
    '',
    `January 2001 ships; February to June come as traffic, flight by flight in the order they left, each label when the flight had landed (\`airworthy replay\`). ${story.scale}`,
    '',
    `![ROC-AUC by week, promotions and alerts](${picture})`,
    '',
    '## What was to be shown',
    '',
    ...story.expectations.map(expectationLine),
    '',
    '## By month',
    '',
    'Intervals are 95 %, with days as what is independent, since flights of a day share its weather. A gain is positive where the loop is better.',
    ...STORY_METRICS.flatMap((metric) => ['', monthTable(story.months, metric)]),
    '',
    '## Decisions',
    '',
    ...loop.report.decisions.map(({ at, state, reason }) => `- ${day(at)} **${state}**: ${reason}`),
    '',
    '## Alerts',
    '',
    weekTable(story),
    '',
    ...loop.report.alerts.map(
      ({ openedAt, tier, kind, version, title }) =>
        `- ${moment(openedAt).slice(0, 16)} **${tier}** (${kind}, version ${version}): ${title}`,
    ),
    '',
    '## Faults, each in a rehearsal of its own',
    '',
    faultTable(story.faults),
    '',
    '## Nothing wrong',
    '',
    `${clean.replays} replays of ${count(clean.predictions)} flights of January in all, in random order over ${clean.days} days: ${clean.alerts.length === 0 ? 'no alert' : `${clean.alerts.length} alerts`}; the model's bundle says to expect ${clean.expected.toFixed(3)} false drift lines in that time.`,
    ...clean.alerts.map(({ tier, title }) => `- **${tier}**: ${title}`),
    '',
    '## What it took',
    '',
    table(
      ['step', 'seconds', 'peak MiB so far'],
      story.costs.map(({ step, seconds, megabytes }) => [step, seconds.toFixed(1), megabytes.toFixed(0)]),
    ),
    '',
  ].join('\n');
}

export function expectationLine({ claim, holds, because }: Expectation): string {
  return `- ${holds ? 'Shown' : '**Not shown**'}: ${claim}${because === undefined ? '' : ` (${because})`}`;
}

export function monthTable(months: readonly Period[], metric: StoryMetric): string {
  return table(
    [
      `${METRIC_NAMES[metric]}`,
      'flights',
      ...PILOTS.map((pilot) => PILOT_NAMES[pilot]),
      'gain on frozen',
      'gain on blind',
    ],
    months.map((month) => [
      new Date(month.from).toISOString().slice(0, 7),
      count(month.rows),
      ...PILOTS.map((pilot) => show(month.metrics[metric][pilot])),
      show(month.gain[metric].frozen),
      show(month.gain[metric].blind),
    ]),
  );
}

function weekTable({ loop }: Story): string {
  return table(
    ['week of', 'page', 'ticket', 'digest'],
    loop.report.weeks.map((week) => [
      day(week.start),
      String(week.page),
      String(week.ticket),
      String(week.digest),
    ]),
  );
}

function faultTable(faults: readonly FaultResult[]): string {
  return table(
    ['fault', 'asked for', 'raised', 'within', 'besides'],
    faults.map(({ name, fault, tier, alert, windows, others }) => [
      `${name} (\`${fault}\`)`,
      tier,
      alert ? `${alert.tier}: ${alert.title}` : 'nothing in time',
      windows === undefined ? '' : `${windows} window${windows === 1 ? '' : 's'}`,
      [...new Set(others.map((other) => `${other.tier} ${other.kind}`))].join(', '),
    ]),
  );
}

function show({ value, low, high }: Estimate): string {
  return `${value.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`;
}

const day = (time: number): string => moment(time).slice(0, 10);
