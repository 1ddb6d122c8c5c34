import { sum } from '../../stats/sums.ts';
import { weightedSum } from './linear-design.ts';

/** A loss of margins, evaluated on a block of rows. */
export interface LinearLoss {
  /** Margins a row. */
  outputs: number;
  /** A bound on (or typical value of) the second derivative by one margin: scales the first step. */
  curvature: number;
  /** Margins that fit the targets without any feature. */
  start(target: Float64Array, weights: Float64Array | null): Float64Array;
  /**
   * The weighted loss of rows start to start + count. `margins` (margin k of the block's row i at k * stride + i) are
   * replaced by the weighted derivatives.
   */
  evaluate(
    margins: Float64Array,
    stride: number,
    target: Float64Array,
    weights: Float64Array | null,
    start: number,
    count: number,
  ): number;
}

export function lossOf(objective: 'logistic' | 'softmax' | 'squared', outputs: number): LinearLoss {
  if (objective === 'softmax') return softmaxLoss(outputs);
  return objective === 'logistic' ? logisticLoss : squaredLoss;
}

const logisticLoss: LinearLoss = {
  outputs: 1,
  curvature: 0.25,
  start(target, weights) {
    const share = clampShare(weightedMean(target, weights));
    return Float64Array.of(Math.log(share / (1 - share)));
  },
  evaluate(margins, _stride, target, weights, start, count) {
    let loss = 0;
    for (let row = 0; row < count; row++) {
      const margin = margins[row];
      const weight = weights === null ? 1 : weights[start + row];
      const shrunk = Math.exp(-Math.abs(margin));
      const probability = (margin >= 0 ? 1 : shrunk) / (1 + shrunk);
      loss += weight * (Math.max(margin, 0) + Math.log(1 + shrunk) - target[start + row] * margin);
      margins[row] = weight * (probability - target[start + row]);
    }
    return loss;
  },
};

const squaredLoss: LinearLoss = {
  outputs: 1,
  curvature: 1,
  start: (target, weights) => Float64Array.of(weightedMean(target, weights)),
  evaluate(margins, _stride, target, weights, start, count) {
    let loss = 0;
    for (let row = 0; row < count; row++) {
      const error = margins[row] - target[start + row];
      const weight = weights === null ? 1 : weights[start + row];
      loss += (weight * error * error) / 2;
      margins[row] = weight * error;
    }
    return loss;
  },
};

function softmaxLoss(outputs: number): LinearLoss {
  return {
    outputs,
    curvature: (1 / outputs) * (1 - 1 / outputs),
    /** Log shares less their mean: the intercepts of several classes are told apart only by summing to 0. */
    start(target, weights) {
      const logs = Float64Array.from({ length: outputs }, (_, k) => {
        const isClass = target.map((label) => (label === k ? 1 : 0));
        return Math.log(clampShare(weightedMean(isClass, weights)));
      });
      const mean = logs.reduce((sum, log) => sum + log, 0) / outputs;
      return logs.map((log) => log - mean);
    },
    evaluate(margins, stride, target, weights, start, count) {
      let loss = 0;
      for (let row = 0; row < count; row++) {
        const weight = weights === null ? 1 : weights[start + row];
        loss += weight * softmaxRow(margins, stride, row, outputs, target[start + row], weight);
      }
      return loss;
    },
  };
}

function softmaxRow(
  margins: Float64Array,
  stride: number,
  row: number,
  outputs: number,
  label: number,
  weight: number,
): number {
  const end = row + outputs * stride;
  const own = row + label * stride;
  let largest = margins[row];
  for (let at = row + stride; at < end; at += stride) if (margins[at] > largest) largest = margins[at];
  const ownMargin = margins[own] - largest;
  let sum = 0;
  for (let at = row; at < end; at += stride) {
    const exponential = Math.exp(margins[at] - largest);
    margins[at] = exponential;
    sum += exponential;
  }
  for (let at = row; at < end; at += stride) margins[at] *= weight / sum;
  margins[own] -= weight;
  return Math.log(sum) - ownMargin;
}

/** A class without rows has no finite log share; one row in a million million stands in. */
function clampShare(share: number): number {
  return Math.min(1 - 1e-12, Math.max(1e-12, share));
}

function weightedMean(values: Float64Array, weights: Float64Array | null): number {
  return weightedSum(values, weights) / (weights === null ? values.length : sum(weights));
}
