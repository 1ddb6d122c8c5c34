import type { Field } from '../../models/table.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName } from '../engine/sql-text.ts';

/**
 * How often each value (or bin) of a column occurs, apart for the two halves of the rows and for each class of the
 * target. Everything a profile says of a column's distribution follows from these counts.
 */
export interface ValueCounts {
  /** Values in order: numbers, or texts; null is missing; for bins, their lower edges. */
  keys: (number | string | null)[];
  /** Upper edges, where keys are bins. */
  upper?: number[];
  /** Rows with texts beyond the most frequent ones, counted together under the last key. */
  lumped: boolean;
  cells: Cells;
}

/** One entry a key, half and class that occur together. */
export interface Cells {
  key: Int32Array;
  half: Uint8Array;
  /** Class index; 0 where the target is a number or absent, -1 where it is missing. */
  label: Int32Array;
  count: Float64Array;
  /** Sums of the target and of its square, for a target that is a number. */
  sum: Float64Array;
  squares: Float64Array;
}

/** What the target is to the association. */
export type TargetView =
  | { kind: 'none' }
  | { kind: 'classes'; column: string; classes: (string | number | boolean)[] }
  /** Sums are taken about the mean, so that their difference keeps its digits. */
  | { kind: 'number'; column: string; mean: number };

/** More values than this are counted in bins (numbers) or lumped (texts). */
export const MOST_VALUES = 10_000;

/** Bins for one unit of asinh: narrower than 1/128 of the scale near the middle, widening in proportion in the tails. */
const BINS_PER_UNIT = 128;
const SAMPLE = 10_000;

/** Rows alternate by the fractional parts of row * golden ratio: spread evenly, in step with no period of the data. */
const HALF = '((file_row_number * 2654435769) & 4294967295) >> 31';

export async function countValues(
  engine: Engine,
  numbered: string,
  rows: number,
  field: Field,
  distinct: number,
  target: TargetView,
): Promise<ValueCounts> {
  const many = distinct > MOST_VALUES;
  if (field.kind === 'category')
    return many
      ? countTopTexts(engine, numbered, field, target)
      : countExactly(engine, numbered, field, target);
  return many
    ? countBins(engine, numbered, rows, field, target)
    : countExactly(engine, numbered, field, target);
}

export function valueSql(field: Field): string {
  const name = sqlName(field.name);
  if (field.kind === 'timestamp') return `epoch_ms(${name})::DOUBLE`;
  return field.kind === 'category' ? name : `${name}::DOUBLE`;
}

function countExactly(
  engine: Engine,
  numbered: string,
  field: Field,
  target: TargetView,
): Promise<ValueCounts> {
  return collect(
    engine,
    `SELECT ${valueSql(field)} AS key, ${cellTerms(target)} FROM ${numbered} GROUP BY ALL ORDER BY key NULLS LAST`,
    target,
  );
}

async function countTopTexts(
  engine: Engine,
  numbered: string,
  field: Field,
  target: TargetView,
): Promise<ValueCounts> {
  const name = sqlName(field.name);
  const top = `(SELECT ${name} AS top FROM ${numbered} WHERE ${name} IS NOT NULL GROUP BY ALL
    ORDER BY count(*) DESC, top LIMIT ${MOST_VALUES})`;
  const counts = await collect(
    engine,
    `SELECT top AS key, ${cellTerms(target)} FROM ${numbered} LEFT JOIN ${top} ON ${name} = top
     WHERE ${name} IS NOT NULL GROUP BY ALL ORDER BY key NULLS LAST`,
    target,
  );
  return { ...counts, lumped: true };
}

async function countBins(
  engine: Engine,
  numbered: string,
  rows: number,
  field: Field,
  target: TargetView,
): Promise<ValueCounts> {
  const value = valueSql(field);
  const { middle, scale } = await middleAndScale(engine, numbered, rows, value);
  const counts = await collect(
    engine,
    `SELECT floor(asinh((${value} - (${middle})) / ${scale}) * ${BINS_PER_UNIT}) AS key, ${cellTerms(target)}
     FROM ${numbered} GROUP BY ALL ORDER BY key NULLS LAST`,
    target,
  );
  const edge = (bin: number) => middle + scale * Math.sinh(bin / BINS_PER_UNIT);
  const bins = counts.keys.map((key) => (key === null ? null : Number(key)));
  return {
    ...counts,
    keys: bins.map((bin) => (bin === null ? null : edge(bin))),
    upper: bins.map((bin) => (bin === null ? Number.NaN : edge(bin + 1))),
  };
}

/** Median and half the interquartile range of evenly spaced rows; only the bins' widths depend on them. */
async function middleAndScale(
  engine: Engine,
  numbered: string,
  rows: number,
  value: string,
): Promise<{ middle: number; scale: number }> {
  const stride = Math.max(1, Math.floor(rows / SAMPLE));
  const { value: sample } = await engine.columns<{ value: number[] }>(
    `SELECT ${value} AS value FROM ${numbered} WHERE file_row_number % ${stride} = 0 AND ${value} IS NOT NULL ORDER BY value`,
  );
  const at = (p: number) => sample[Math.floor(p * (sample.length - 1))] ?? 0;
  const scale = (at(0.75) - at(0.25)) / 2 || (at(1) - at(0)) / 4 || Math.abs(at(0.5)) || 1;
  return { middle: at(0.5), scale };
}

function cellTerms(target: TargetView): string {
  const half = `(${HALF})::INTEGER AS half, count(*)::DOUBLE AS count`;
  if (target.kind === 'none') return `${half}, NULL AS label, 0.0::DOUBLE AS sum, 0.0::DOUBLE AS squares`;
  const y = sqlName(target.column);
  if (target.kind === 'classes') return `${half}, ${y} AS label, 0.0::DOUBLE AS sum, 0.0::DOUBLE AS squares`;
  const value = `(${y}::DOUBLE - (${target.mean}))`;
  return `${half}, CASE WHEN ${y} IS NOT NULL THEN 0 END AS label, coalesce(sum(${value}), 0) AS sum, coalesce(sum(${value} * ${value}), 0) AS squares`;
}

async function collect(engine: Engine, sql: string, target: TargetView): Promise<ValueCounts> {
  const found = await engine.columns<{
    key: (number | string | null)[];
    half: number[];
    label: (string | number | boolean | null)[];
    count: number[];
    sum: number[];
    squares: number[];
  }>(sql);
  const keys = [...new Set(found.key)];
  const keyIndex = new Map(keys.map((key, index) => [key, index]));
  const label = labeller(target);
  return {
    keys,
    lumped: false,
    cells: {
      key: Int32Array.from(found.key, (key) => keyIndex.get(key) ?? 0),
      half: Uint8Array.from(found.half),
      label: Int32Array.from(found.label, label),
      count: Float64Array.from(found.count),
      sum: Float64Array.from(found.sum),
      squares: Float64Array.from(found.squares),
    },
  };
}

/** The index of a row's class, -1 where its target is missing; 0 for every known number, and where there is no target. */
function labeller(target: TargetView): (value: string | number | boolean | null) => number {
  if (target.kind === 'none') return () => 0;
  if (target.kind === 'number') return (value) => (value === null ? -1 : 0);
  const indexes = new Map(target.classes.map((value, index) => [value, index]));
  return (value) => (value === null ? -1 : (indexes.get(value) ?? -1));
}
