import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import type { ComparisonAnswer } from '../../../api/tracking-answers.ts';
import { betterWhenHigher, metricName, plural } from '../../../format/figures.ts';
import { loggedFigure } from '../../../format/logged.ts';
import { isIntervalEnd } from '../runs/column-key.ts';
import type { ComparedMetric, ComparedRun } from './compared-run.ts';

interface Props {
  comparison: ComparisonAnswer;
  runs: readonly ComparedRun[];
}

const NAMED = 4;

/** Which run leads in the metric that most have, and in what the runs differ. */
export const Answer = memo(function Answer({ comparison, runs }: Props) {
  const params = comparison.params.filter(({ differs }) => differs).map(({ key }) => key);
  return (
    <p>
      <Leader runs={runs} />
      They differ in {params.length === 0 ? 'no parameter' : plural(params.length, 'parameter')}
      {params.length === 0
        ? ''
        : ` (${params.slice(0, NAMED).join(', ')}${params.length > NAMED ? ' …' : ''})`}
      {commitWords(comparison)}
      {environmentWords(comparison)}.
    </p>
  );
});

function commitWords({ source, runs }: ComparisonAnswer): string {
  const commits = Object.values(source.find(({ key }) => key === 'commit')?.values ?? {});
  const distinct = new Set(commits).size;
  if (distinct > 1) return ` and come from ${distinct} commits`;
  return distinct === 1 && commits.length === runs.length ? ' and come from the same commit' : '';
}

function environmentWords({ data, environment }: ComparisonAnswer): string {
  const differing = (rows: readonly { differs: boolean }[]) => rows.filter(({ differs }) => differs).length;
  const facts = [
    [differing(data), 'input'],
    [differing(environment), 'fact of the environment'],
  ] as const;
  return facts
    .filter(([size]) => size > 0)
    .map(
      ([size, noun]) =>
        `, ${size === 1 ? `one ${noun}` : `${size} ${noun.replace('fact of', 'facts of')}${noun === 'input' ? 's' : ''}`} not the same`,
    )
    .join('');
}

function Leader({ runs }: { runs: readonly ComparedRun[] }) {
  const metric = mostCommon(
    runs.flatMap((run) => Object.keys(run.metrics).filter((key) => !isIntervalEnd(key))),
  );
  if (metric === undefined || runs.length < 2) return null;
  const sign = isLess(metric) ? -1 : 1;
  const value = (run: ComparedRun) => run.metrics[metric]?.value ?? null;
  const ranked = runs
    .filter((run) => value(run) !== null)
    .sort((a, b) => sign * (Number(value(b)) - Number(value(a))));
  const [first, second] = ranked;
  if (first === undefined || second === undefined) return null;
  return (
    <>
      <Link to="/tracking/runs/$run" params={{ run: first.id }}>
        {first.name}
      </Link>{' '}
      has the {sign < 0 ? 'lowest' : 'highest'} {metricName(metric)}, {withInterval(first.metrics[metric])};{' '}
      {second.name} follows with {withInterval(second.metrics[metric])}
      {overlap(first.metrics[metric], second.metrics[metric]) ? ', and their intervals overlap' : ''}.{' '}
    </>
  );
}

function withInterval({ value, low, high }: ComparedMetric): string {
  if (low === null || high === null) return loggedFigure(value);
  return `${loggedFigure(value)} [${loggedFigure(low)}, ${loggedFigure(high)}]`;
}

function overlap(a: ComparedMetric, b: ComparedMetric): boolean {
  if (a.low === null || a.high === null || b.low === null || b.high === null) return false;
  return a.low <= b.high && b.low <= a.high;
}

/** What is called a loss or an error is better when lower. */
function isLess(metric: string): boolean {
  return !betterWhenHigher(metric) || /loss|error|rmse|mae|mse|perplexity/i.test(metric);
}

function mostCommon(keys: readonly string[]): string | undefined {
  const seen = new Map<string, number>();
  for (const key of keys) seen.set(key, (seen.get(key) ?? 0) + 1);
  return [...seen].sort((a, b) => b[1] - a[1])[0]?.[0];
}
