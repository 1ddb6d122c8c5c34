import type { Interval } from '../../stats/intervals.ts';
import { mean } from '../../stats/sums.ts';
import type { MetricSample } from './metric-sample.ts';
import { type Positions, scoredCases } from './scored-cases.ts';

/** The share of cases (of the rows) that should have a score and have none. */
export function missingShare(sample: MetricSample, rows?: Positions): number {
  let [missing, cases] = [0, 0];
  forEachPosition(sample, rows, (position) => {
    missing += sample.missing[position];
    if (sample.scored[position] === 1 || sample.missing[position] > 0) cases++;
  });
  return cases === 0 ? 0 : missing / cases;
}

/** The ends that a missing score is taken for: the metric's range, else the least and most that were seen in the samples. */
export function missingRange(samples: readonly MetricSample[]): Interval {
  const { range, binary } = samples[0].metric;
  if (range?.every(Number.isFinite)) return { low: range[0], high: range[1] };
  if (binary) return { low: 0, high: 1 };
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { scored, values } of samples) {
    for (let position = 0; position < values.length; position++) {
      if (scored[position] !== 1) continue;
      low = Math.min(low, values[position]);
      high = Math.max(high, values[position]);
    }
  }
  const known = (end: number | undefined, seen: number) => (Number.isFinite(end) ? Number(end) : seen);
  return { low: known(range?.[0], low), high: known(range?.[1], high) };
}

/** The sample with every missing score taken for this value; of trials their share of it. */
export function withMissingAs(sample: MetricSample, value: number): MetricSample {
  const scored = sample.scored.slice();
  const values = sample.values.slice();
  for (let position = 0; position < sample.n; position++) {
    const missing = sample.missing[position];
    if (missing === 0) continue;
    values[position] = scored[position] === 1 ? (1 - missing) * values[position] + missing * value : value;
    scored[position] = 1;
  }
  return { ...sample, scored, values };
}

/**
 * The metric with every missing score taken for the worst, and for the best; undefined where none is missing, or where the metric's
 * range is not known or it is no mean of cases.
 */
export function worstCaseBounds(sample: MetricSample, rows?: Positions): Interval | undefined {
  const { range, binary, aggregate } = sample.metric;
  if (aggregate.kind !== 'mean' || missingShare(sample, rows) === 0) return undefined;
  if (!binary && !range?.every(Number.isFinite)) return undefined;
  const ends = missingRange([sample]);
  const meanWith = (value: number) => mean(scoredCases(withMissingAs(sample, value), rows).values);
  return { low: meanWith(ends.low), high: meanWith(ends.high) };
}

function forEachPosition(
  sample: MetricSample,
  rows: Positions | undefined,
  visit: (position: number) => void,
): void {
  if (rows) for (const position of rows) visit(position);
  else for (let position = 0; position < sample.n; position++) visit(position);
}
