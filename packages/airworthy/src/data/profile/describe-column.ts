import type { Field } from '../../models/table.ts';
import type { ColumnProfile, ShownValue } from '../schema.ts';
import type { ColumnScan } from '../stored/scan-content.ts';
import { associate } from './association.ts';
import type { TargetView, ValueCounts } from './value-counts.ts';

const TOP = 20;
const BINS = 20;
/** Deciles, quartiles and tails. */
const PROBABILITIES = [0, 0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1];

/** A value and how many rows have it. */
interface Frequency {
  key: number | string;
  /** Where the key is a bin's lower edge. */
  upper: number | undefined;
  count: number;
}

/** One column's profile from its counts and its scan. */
export function describeColumn(
  field: Field,
  scan: ColumnScan,
  distinct: number,
  counts: ValueCounts,
  target: TargetView,
): ColumnProfile {
  const frequencies = countByKey(counts);
  const exact = counts.upper === undefined && !counts.lumped;
  const association = associate(counts, target);
  return {
    name: field.name,
    kind: field.kind,
    missing: scan.missing,
    distinct: { count: exact ? frequencies.length : distinct, approximate: !exact },
    ...(field.kind === 'category' || Number.isNaN(scan.minimum) ? {} : describeNumbers(frequencies, scan)),
    top: counts.upper ? [] : topValues(frequencies, field),
    ...(association ? { association } : {}),
  };
}

function countByKey({ keys, upper, cells }: ValueCounts): Frequency[] {
  const rows = new Float64Array(keys.length);
  for (let cell = 0; cell < cells.key.length; cell++) rows[cells.key[cell]] += cells.count[cell];
  return keys.flatMap((key, index) =>
    key === null ? [] : [{ key, upper: upper?.[index], count: rows[index] }],
  );
}

function describeNumbers(frequencies: readonly Frequency[], scan: ColumnScan): Partial<ColumnProfile> {
  const { minimum, maximum, mean } = scan;
  const quantiles = PROBABILITIES.map((p) => ({ p, value: quantile(frequencies, p, minimum, maximum) }));
  return {
    ...{ minimum, maximum, mean },
    ...(Number.isNaN(scan.sd) ? {} : { sd: scan.sd }),
    quantiles,
    ...(minimum < maximum ? { histogram: histogram(frequencies, minimum, maximum) } : {}),
  };
}

/** The smallest value with at least p of the rows at or below it; within a bin, in proportion. */
function quantile(frequencies: readonly Frequency[], p: number, minimum: number, maximum: number): number {
  const total = frequencies.reduce((sum, { count }) => sum + count, 0);
  let left = p * total;
  for (const { key, upper, count } of frequencies) {
    if (left > count) {
      left -= count;
      continue;
    }
    if (upper === undefined) return Number(key);
    const value = Number(key) + ((upper - Number(key)) * left) / count;
    return Math.min(Math.max(value, minimum), maximum);
  }
  return maximum;
}

/** Equal bins between the 1st and the 99th percentile; the outer ones reach to the extremes, so that no outlier empties the rest. */
function histogram(
  frequencies: readonly Frequency[],
  minimum: number,
  maximum: number,
): { edges: number[]; counts: number[] } {
  const low = quantile(frequencies, 0.01, minimum, maximum);
  const high = quantile(frequencies, 0.99, minimum, maximum);
  const [from, to] = low < high ? [low, high] : [minimum, maximum];
  const inner = Array.from({ length: BINS - 1 }, (_, index) => from + ((to - from) * (index + 1)) / BINS);
  const edges = [minimum, ...inner, maximum];
  const counts = new Array<number>(BINS).fill(0);
  for (const { key, upper, count } of frequencies) {
    const middle = upper === undefined ? Number(key) : (Number(key) + upper) / 2;
    const after = edges.findIndex((edge, index) => index > 0 && middle < edge);
    counts[after === -1 ? BINS - 1 : after - 1] += count;
  }
  return { edges, counts };
}

function topValues(frequencies: readonly Frequency[], field: Field): ColumnProfile['top'] {
  return frequencies
    .map((frequency, index) => ({ ...frequency, index }))
    .sort((a, b) => b.count - a.count || a.index - b.index)
    .slice(0, TOP)
    .map(({ key, count }) => ({ value: shownValue(key, field), count }));
}

export function shownValue(value: number | string, field: Field): ShownValue {
  if (field.kind === 'timestamp') return new Date(Number(value)).toISOString();
  return field.kind === 'boolean' ? value === 1 : value;
}
