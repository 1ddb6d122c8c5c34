import type { CategoryColumn, Column, Field } from '../../models/table.ts';
import { binOf, quantileEdges } from '../../stats/quantile-edges.ts';
import { mean, sum } from '../../stats/sums.ts';

export type ReferenceColumn = ReferenceNumbers | ReferenceCategories;

/** Bins by inner edges: bin i holds edges[i-1] <= x < edges[i], the first and last are open. */
export interface BinCounts {
  edges: number[];
  counts: number[];
}

/** Numbers, integers, booleans (0, 1) and timestamps (milliseconds since the epoch, UTC). */
export interface ReferenceNumbers {
  name: string;
  kind: 'number' | 'timestamp';
  missing: number;
  infinite: number;
  /** Of the finite values; null where there is none. */
  moments: { n: number; mean: number; m2: number; minimum: number; maximum: number } | null;
  deciles: BinCounts;
  /** Up to 64 bins, for distances between distributions. */
  fine: BinCounts;
}

export interface ReferenceCategories {
  name: string;
  kind: 'category';
  missing: number;
  distinct: number;
  /** The most frequent, most frequent first; ties in value order. */
  top: { value: string; count: number }[];
  /** Rows with a value not among them. */
  other: number;
}

export const FINE_BINS = 64;
const TOP = 50;

export function describeColumn(field: Field, column: Column): ReferenceColumn {
  return column.kind === 'category'
    ? describeCategories(field.name, column)
    : describeNumbers(field.name, column.kind, column.values);
}

function describeNumbers(name: string, kind: 'number' | 'timestamp', values: Float64Array): ReferenceNumbers {
  const missing = values.reduce((count, value) => count + Number(Number.isNaN(value)), 0);
  const finite = values.filter(Number.isFinite);
  return {
    name,
    kind,
    missing,
    infinite: values.length - missing - finite.length,
    moments: finite.length === 0 ? null : momentsOf(finite),
    deciles: countBins(finite, 10),
    fine: countBins(finite, FINE_BINS),
  };
}

function momentsOf(finite: Float64Array): NonNullable<ReferenceNumbers['moments']> {
  const centre = mean(finite);
  let [minimum, maximum] = [finite[0], finite[0]];
  for (const value of finite) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  return {
    n: finite.length,
    mean: centre,
    m2: sum(finite.map((value) => (value - centre) ** 2)),
    minimum,
    maximum,
  };
}

/** Values (all finite) in bins of about equal counts. */
export function countBins(values: Float64Array, bins: number): BinCounts {
  const edges = quantileEdges(values, bins);
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of values) counts[binOf(edges, value)]++;
  return { edges, counts };
}

function describeCategories(name: string, { codes, categories }: CategoryColumn): ReferenceCategories {
  const counts = new Array<number>(categories.length).fill(0);
  let missing = 0;
  for (const code of codes) {
    if (code === -1) missing++;
    else counts[code]++;
  }
  const found = counts
    .map((count, code) => ({ value: categories[code], count }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  const top = found.slice(0, TOP);
  const inTop = top.reduce((total, { count }) => total + count, 0);
  return {
    name,
    kind: 'category',
    missing,
    distinct: found.length,
    top,
    other: codes.length - missing - inTop,
  };
}
