import type { Link } from '../../models/model.ts';
import type { LearnerInput } from './learner-input.ts';
import type { Objective } from './learner-options.ts';

export const LINKS = {
  logistic: 'logistic',
  softmax: 'softmax',
  squared: 'identity',
} as const satisfies Record<Objective, Link>;

/** The margins that fit `rows` best without any tree: log-odds, logs of the class shares, or the mean. */
export function baselineOf(objective: Objective, input: LearnerInput, rows: Uint32Array): number[] {
  const { target, weights, classes } = input;
  if (objective === 'squared') {
    let [sum, weight] = [0, 0];
    for (const row of rows) {
      sum += (weights?.[row] ?? 1) * target[row];
      weight += weights?.[row] ?? 1;
    }
    return [sum / weight];
  }
  const totals = new Float64Array(classes);
  for (const row of rows) totals[target[row]] += weights?.[row] ?? 1;
  const total = totals.reduce((sum, value) => sum + value, 0);
  // A class without rows gets a share too small to matter instead of a margin of -Infinity.
  const shares = Array.from(totals, (value) => Math.max(value / total, Number.EPSILON));
  if (objective === 'logistic') return [Math.log(shares[1] / shares[0])];
  return shares.map(Math.log);
}

/** Weighted mean loss of `rows`: log-loss, cross-entropy or half the squared error. Margins are class after class. */
export function meanLoss(
  objective: Objective,
  input: LearnerInput,
  rows: Uint32Array,
  margins: Float64Array,
  marginRows: number,
): number {
  const { target, weights, classes } = input;
  const lossOf = {
    logistic: (row: number) => {
      // log(1 + e^-m) for the class that was, in the form that cannot overflow.
      const margin = target[row] === 1 ? margins[row] : -margins[row];
      return Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
    },
    softmax: (row: number) => {
      let largest = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < classes; k++) largest = Math.max(largest, margins[k * marginRows + row]);
      let sum = 0;
      for (let k = 0; k < classes; k++) sum += Math.exp(margins[k * marginRows + row] - largest);
      return Math.log(sum) + largest - margins[target[row] * marginRows + row];
    },
    squared: (row: number) => (margins[row] - target[row]) ** 2 / 2,
  }[objective];
  let [sum, total] = [0, 0];
  for (const row of rows) {
    const weight = weights?.[row] ?? 1;
    sum += weight * lossOf(row);
    total += weight;
  }
  return sum / total;
}
