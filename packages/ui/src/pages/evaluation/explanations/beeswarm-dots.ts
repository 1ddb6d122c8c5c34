import type { ShapResult } from '../../../api/explanation-answers.ts';

/** Colours between a field's lowest and highest value; the last is for what has no order. */
export const SHADES = 5;
export const NO_ORDER = SHADES;

export interface BeeLane {
  name: string;
  dots: readonly { x: number; y: number; shade: number }[];
}

/** Dots closer than this many pixels are laid above and below each other. */
const CELL = 5;

/**
 * Of the most important fields one lane each: a dot a row, right where its value raises the prediction, stacked where
 * many lie together, shaded by the field's own value.
 */
export function layBeeswarm(
  result: ShapResult,
  names: readonly string[],
  x: (value: number) => number,
  laneHeight: number,
): BeeLane[] {
  return names.map((name) => {
    const index = result.features.findIndex((feature) => feature.name === name);
    const shade = shadeBy(result.rows.map(({ record }) => record[name]));
    const stacked = new Map<number, number>();
    const dots = result.rows.map((row) => {
      const at = x(row.values[index]);
      const cell = Math.round(at / CELL);
      const before = stacked.get(cell) ?? 0;
      stacked.set(cell, before + 1);
      return { x: at, before, shade: shade(row.record[name]) };
    });
    const most = Math.max(1, ...stacked.values());
    const step = Math.min(4, (laneHeight - 6) / most);
    return { name, dots: dots.map(({ before, ...dot }) => ({ ...dot, y: offsetOf(before) * step })) };
  });
}

/** 0, 1, −1, 2, −2 …: around the middle of the lane. */
function offsetOf(place: number): number {
  return (place % 2 === 0 ? -1 : 1) * Math.ceil(place / 2);
}

/** The rank of a number among all, in as many shades as there are; anything else has none. */
function shadeBy(values: readonly unknown[]): (value: unknown) => number {
  const numbers = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  if (numbers.length < 2 || numbers[0] === numbers[numbers.length - 1]) return () => NO_ORDER;
  const edges = Array.from(
    { length: SHADES - 1 },
    (_, edge) => numbers[Math.floor(((edge + 1) / SHADES) * (numbers.length - 1))],
  );
  return (value) => {
    if (typeof value !== 'number') return NO_ORDER;
    return edges.filter((edge) => value > edge).length;
  };
}
