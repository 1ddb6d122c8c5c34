import { quantileOfSorted } from '../../stats/order.ts';
import type { DiscoveredSlice } from '../report/schema.ts';
import type { FeatureColumn } from './feature-columns.ts';

export type Literal = DiscoveredSlice['literals'][number];

/** One condition of a rule, with the test of a row. */
export interface Condition {
  literal: Literal;
  holds(row: number): boolean;
}

/** Where a number column is cut. */
const CUTS = [0.2, 0.4, 0.6, 0.8];
const MOST_VALUES = 20;

/** The conditions that a column offers: each of its most frequent values, or below and above each of its quintiles. */
export function conditionsOf(column: FeatureColumn, rows: Int32Array): Condition[] {
  return column.kind === 'number' ? thresholds(column, rows) : values(column, rows);
}

function thresholds(column: Extract<FeatureColumn, { kind: 'number' }>, rows: Int32Array): Condition[] {
  const at = (row: number) => column.values[row] ?? Number.NaN;
  const known = Float64Array.from(rows, at)
    .filter((value) => !Number.isNaN(value))
    .sort();
  if (known.length === 0) return [];
  const cuts = new Set(CUTS.map((share) => readable(quantileOfSorted(known, share))));
  return [...cuts].flatMap((cut): Condition[] => [
    { literal: { column: column.name, operator: '<=', value: cut }, holds: (row) => at(row) <= cut },
    { literal: { column: column.name, operator: '>', value: cut }, holds: (row) => at(row) > cut },
  ]);
}

/** To three digits: a cut is a place between rows, not a measurement. */
const readable = (value: number): number => Number(value.toPrecision(3));

function values(column: Extract<FeatureColumn, { kind: 'category' }>, rows: Int32Array): Condition[] {
  const counts = new Array<number>(column.names.length).fill(0);
  for (const row of rows) {
    const code = column.codes[row] ?? -1;
    if (code >= 0) counts[code]++;
  }
  return counts
    .map((count, code) => ({ count, code }))
    .filter(({ count }) => count > 0)
    .sort((first, second) => second.count - first.count || first.code - second.code)
    .slice(0, MOST_VALUES)
    .map(({ code }) => ({
      literal: { column: column.name, operator: '=', value: column.names[code] },
      holds: (row) => column.codes[row] === code,
    }));
}

/** `lang = de AND length > 40` */
export function ruleText(literals: readonly Literal[]): string {
  return literals.map(({ column, operator, value }) => `${column} ${operator} ${value}`).join(' AND ');
}
