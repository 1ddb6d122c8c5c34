import { type ErrorSums, mergeErrorSums } from '../../stats/label-free/error-sums.ts';
import { mergeScoreBins, type ScoreBins } from '../../stats/sketches/score-bins.ts';
import { type FrequentNames, mergeNames } from './frequent-names.ts';
import type { LatencyCounts } from './latency.ts';

/** Codes of failures that are told apart; the catalogue of errors is not much longer. */
const CODES = 32;
const OTHER_CODES = 'OTHER';

/**
 * What was seen in a window: of a size that does not grow with traffic. Plain JSON; sketches of the same version add,
 * so that any range, or the windows of any number of servers, is one sum.
 */
export interface WindowSketch {
  predictions: number;
  /** In the order of the layout's columns; null where the version carries no profile. */
  columns: ColumnCounts[] | null;
  /** Classification: probabilities by predicted label. */
  scores: ScoreBins | null;
  /** Regression with a profile: predicted values. */
  values: ColumnCounts | null;
  /** Regression with an error model: what it expects. */
  errors: ErrorSums | null;
  latency: LatencyCounts;
  /** Records that got no prediction, by the error's code. */
  failures: Record<string, number>;
  /** Predictions that were given but not counted: more came than could be written. */
  shed: number;
}

export interface ColumnCounts {
  /** By place of the layout. */
  counts: number[];
  /** Numbers: of the finite values. */
  sums?: NumberSums;
  /** Categories: those that the reference does not have. */
  unseen?: FrequentNames;
}

/** Of z = (value - center) / scale by the layout, and the least and greatest value; null while there is none. */
export interface NumberSums {
  rows: number;
  sum: number;
  squares: number;
  min: number | null;
  max: number | null;
}

export function emptySketch(): WindowSketch {
  return {
    predictions: 0,
    columns: null,
    scores: null,
    values: null,
    errors: null,
    latency: {},
    failures: {},
    shed: 0,
  };
}

/** Both together. Counts are exact in any order; sums of numbers to the last digits. */
export function mergeSketches(a: WindowSketch, b: WindowSketch): WindowSketch {
  return {
    predictions: a.predictions + b.predictions,
    columns: either(a.columns, b.columns, mergeColumns),
    scores: either(a.scores, b.scores, mergeScoreBins),
    values: either(a.values, b.values, mergeColumn),
    errors: either(a.errors, b.errors, mergeErrorSums),
    latency: addKeyed(a.latency, b.latency),
    failures: mergeFailures(a.failures, b.failures),
    shed: a.shed + b.shed,
  };
}

function either<Part>(a: Part | null, b: Part | null, merge: (a: Part, b: Part) => Part): Part | null {
  if (a === null) return b;
  return b === null ? a : merge(a, b);
}

function mergeColumns(a: ColumnCounts[], b: ColumnCounts[]): ColumnCounts[] {
  return a.map((column, index) => mergeColumn(column, b[index]));
}

function mergeColumn(a: ColumnCounts, b: ColumnCounts): ColumnCounts {
  const merged: ColumnCounts = { counts: a.counts.map((count, place) => count + b.counts[place]) };
  if (a.sums && b.sums) merged.sums = mergeSums(a.sums, b.sums);
  if (a.unseen && b.unseen) merged.unseen = mergeNames(a.unseen, b.unseen);
  return merged;
}

function mergeSums(a: NumberSums, b: NumberSums): NumberSums {
  return {
    rows: a.rows + b.rows,
    sum: a.sum + b.sum,
    squares: a.squares + b.squares,
    min: either(a.min, b.min, Math.min),
    max: either(a.max, b.max, Math.max),
  };
}

/** Codes beyond the bound are counted together. */
function mergeFailures(a: Record<string, number>, b: Record<string, number>): Record<string, number> {
  const merged = { ...a };
  for (const [code, count] of Object.entries(b)) {
    const full = !(code in merged) && Object.keys(merged).length >= CODES;
    const key = full ? OTHER_CODES : code;
    merged[key] = (merged[key] ?? 0) + count;
  }
  return merged;
}

function addKeyed(a: Record<number, number>, b: Record<number, number>): Record<number, number> {
  const merged = { ...a };
  for (const key in b) merged[key] = (merged[key] ?? 0) + b[key];
  return merged;
}
