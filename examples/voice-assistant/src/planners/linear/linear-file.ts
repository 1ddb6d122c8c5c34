import type { LinearModel } from './train-linear.ts';

/**
 * A linear model as JSON, and back. Weights are rounded to four digits: what lies beyond decides nothing.
 *
 * @example
 * const planner = openLinear(readLinear(writeLinear(model)));
 */
export function writeLinear(model: LinearModel): string {
  return JSON.stringify(model, (_, value: unknown) => {
    if (value instanceof Map) return { map: [...value] };
    if (value instanceof Set) return { set: [...value] };
    if (value instanceof Float32Array) return { floats: [...value].map(rounded) };
    if (value instanceof Float64Array) return { length: value.length, nonZero: nonZeroOf(value) };
    return value;
  });
}

interface Row {
  length: number;
  nonZero: readonly number[];
}

type Stored = Partial<Row> & { map?: [unknown, unknown][]; set?: unknown[]; floats?: number[] };

/** @param json what `writeLinear` wrote, or what a bundler made of it */
export function readLinear(json: unknown): LinearModel {
  const text = typeof json === 'string' ? json : JSON.stringify(json);
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
    const { map, set, floats, nonZero } = value as Stored;
    if (map) return new Map(map);
    if (set) return new Set(set);
    if (floats) return Float32Array.from(floats);
    if (nonZero) return rowOf(value as Row);
    return value;
  }) as LinearModel;
}

const SCALE = 10_000;

function rounded(weight: number): number {
  return Math.round(weight * SCALE) / SCALE;
}

/** Place and weight, one after the other: most classes say nothing to a feature. */
function nonZeroOf(row: Float64Array): number[] {
  return [...row].flatMap((weight, place) => (rounded(weight) === 0 ? [] : [place, rounded(weight)]));
}

function rowOf({ length, nonZero }: Row): Float64Array {
  const row = new Float64Array(length);
  for (let at = 0; at < nonZero.length; at += 2) row[nonZero[at]] = nonZero[at + 1];
  return row;
}
