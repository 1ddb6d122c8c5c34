import type { Outcomes } from '../../stats/outcomes.ts';

/**
 * What gaps are made of: per group a few sums, as those of the units that are drawn in a bootstrap (clusters; rows; or, of
 * labels without clusters, cells of equal rows, drawn by a multinomial).
 */
export interface GroupSums {
  groups: number;
  /** Sums a group. */
  width: number;
  units: number;
  /** How many rows each unit stands for; null where each is drawn as one. */
  counts: Float64Array | null;
  /** Contributions: `amount` of `unit` to sum `to` (group x width + which). */
  unit: Int32Array;
  to: Int32Array;
  amount: Float64Array;
}

/** Sums of a binary group: true negatives, false positives, false negatives, true positives. */
export const BINARY_WIDTH = 4;

/** `groupOf`: -1 for rows of groups that are not compared. */
export function sumGroups(
  outcomes: Outcomes,
  groupOf: Int32Array,
  groups: number,
  clusters: Int32Array | undefined,
): GroupSums {
  const width = outcomes.kind === 'binary' ? BINARY_WIDTH : outcomes.kind === 'multiclass' ? 2 : 3;
  if (outcomes.kind === 'regression') {
    const errors = outcomes.y.map((truth, row) => outcomes.scores[row] - truth);
    return addUp(groupOf, { groups, width, clusters }, (row, add) => {
      add(0, 1);
      add(1, errors[row]);
      add(2, Math.abs(errors[row]));
    });
  }
  const cellOf = (row: number): number => {
    if (outcomes.kind === 'binary') return 2 * outcomes.y[row] + outcomes.predicted[row];
    return outcomes.y[row] === outcomes.predicted[row] ? 1 : 0;
  };
  if (clusters) return addUp(groupOf, { groups, width, clusters }, (row, add) => add(cellOf(row), 1));
  return countCells(groupOf, groups, width, cellOf);
}

/** Labels only: every cell is a unit that stands for its rows. */
function countCells(
  groupOf: Int32Array,
  groups: number,
  width: number,
  cellOf: (row: number) => number,
): GroupSums {
  const units = groups * width;
  const counts = new Float64Array(units);
  for (const [row, group] of groupOf.entries()) if (group >= 0) counts[group * width + cellOf(row)]++;
  const each = Int32Array.from({ length: units }, (_, unit) => unit);
  return { groups, width, units, counts, unit: each, to: each, amount: new Float64Array(units).fill(1) };
}

function addUp(
  groupOf: Int32Array,
  { groups, width, clusters }: Pick<GroupSums, 'groups' | 'width'> & { clusters: Int32Array | undefined },
  contribute: (row: number, add: (sum: number, amount: number) => void) => void,
): GroupSums {
  const unitOf = new Map<number, number>();
  const found = new Map<number, number>();
  for (const [row, group] of groupOf.entries()) {
    if (group < 0) continue;
    const name = clusters ? clusters[row] : row;
    if (!unitOf.has(name)) unitOf.set(name, unitOf.size);
    const from = unitOf.get(name)! * groups * width + group * width;
    contribute(row, (sum, amount) => found.set(from + sum, (found.get(from + sum) ?? 0) + amount));
  }
  const places = [...found.keys()];
  return {
    ...{ groups, width, units: unitOf.size, counts: null },
    unit: Int32Array.from(places, (place) => Math.floor(place / (groups * width))),
    to: Int32Array.from(places, (place) => place % (groups * width)),
    amount: Float64Array.from(found.values()),
  };
}

/** All sums, with the units weighed; null: each as it is. */
export function totalsOf(
  { groups, width, unit, to, amount }: GroupSums,
  weights: Float64Array | null,
): Float64Array {
  const totals = new Float64Array(groups * width);
  for (let at = 0; at < unit.length; at++) totals[to[at]] += amount[at] * (weights ? weights[unit[at]] : 1);
  return totals;
}
