/**
 * Metrics of predicted probabilities, equal to scikit-learn's. `y` is 0 or 1 (class index for multiclass);
 * probabilities of K classes are row-major, K numbers a row. Metrics of labels are in confusion-metrics.ts.
 */
import type { Labels } from './confusion-metrics.ts';
import { ascendingOrder } from './order.ts';
import { mean } from './sums.ts';
import type { WeightedStatistic } from './weighted-statistic.ts';

/** Probabilities are kept this far from 0 and 1 in log-loss, as scikit-learn does for float64. */
const CLIP = 2 ** -52;
/** No row can cost more log-loss than this. */
export const LARGEST_LOG_LOSS = -Math.log(CLIP);

/** 1 where the probability reaches the threshold, else 0. */
export function labelsAt(probability: Float64Array, threshold: number): Uint8Array {
  const labels = new Uint8Array(probability.length);
  for (let row = 0; row < labels.length; row++) labels[row] = probability[row] >= threshold ? 1 : 0;
  return labels;
}

/** The most probable class of each row (the first of equals). */
export function mostProbable(probabilities: Float64Array, classes: number): Int32Array {
  const labels = new Int32Array(probabilities.length / classes);
  for (let row = 0; row < labels.length; row++) {
    let best = 0;
    for (let label = 1; label < classes; label++) {
      if (probabilities[row * classes + label] > probabilities[row * classes + best]) best = label;
    }
    labels[row] = best;
  }
  return labels;
}

/** -ln of the probability given to what happened, row by row. */
export function logLosses(y: Uint8Array, probability: Float64Array): Float64Array {
  return probability.map((p, row) => surprise(y[row] === 1 ? p : 1 - p));
}

/** -ln of the probability given to the true class, row by row. */
export function multiclassLogLosses(y: Labels, probabilities: Float64Array, classes: number): Float64Array {
  const losses = new Float64Array(y.length);
  return losses.map((_, row) => surprise(probabilities[row * classes + y[row]]));
}

/** -ln of the probability given to what happened, which is kept a little from 0 and 1. */
export function surprise(probability: number): number {
  return -Math.log(Math.min(Math.max(probability, CLIP), 1 - CLIP));
}

/** Mean of `logLosses`. */
export function logLoss(y: Uint8Array, probability: Float64Array, weights?: Float64Array | null): number {
  return mean(logLosses(y, probability), weights);
}

/** (p - y)², row by row. */
export function brierScores(y: Uint8Array, probability: Float64Array): Float64Array {
  return probability.map((p, row) => (p - y[row]) ** 2);
}

/** Sum over the classes of (p - [is the class])², row by row: 0 to 2. */
export function multiclassBrierScores(y: Labels, probabilities: Float64Array, classes: number): Float64Array {
  const scores = new Float64Array(y.length);
  for (let row = 0; row < scores.length; row++) {
    for (let label = 0; label < classes; label++) {
      scores[row] += (probabilities[row * classes + label] - (label === y[row] ? 1 : 0)) ** 2;
    }
  }
  return scores;
}

/** Brier score: the mean squared error of the probability. */
export function brier(y: Uint8Array, probability: Float64Array, weights?: Float64Array | null): number {
  return mean(brierScores(y, probability), weights);
}

/** Each row's share of the other class that it is ranked on the right side of; ties count half (DeLong et al. 1988). */
export interface Placements {
  auc: number;
  values: Float64Array;
  positives: number;
  negatives: number;
}

export function placements(
  y: Uint8Array,
  score: Float64Array,
  order: Uint32Array = ascendingOrder(score),
): Placements {
  const n = y.length;
  let positives = 0;
  for (let row = 0; row < n; row++) positives += y[row];
  const negatives = n - positives;
  const values = new Float64Array(n);
  let positivesBelow = 0;
  let negativesBelow = 0;
  let wins = 0;
  for (let start = 0; start < n; ) {
    const end = endOfTie(order, score, start);
    let tiedPositives = 0;
    for (let place = start; place < end; place++) tiedPositives += y[order[place]];
    const tiedNegatives = end - start - tiedPositives;
    const beaten = negativesBelow + tiedNegatives / 2;
    const beatenBy = positives - positivesBelow - tiedPositives / 2;
    for (let place = start; place < end; place++) {
      const row = order[place];
      values[row] = y[row] === 1 ? beaten / negatives : beatenBy / positives;
    }
    wins += tiedPositives * beaten;
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
    start = end;
  }
  return { auc: wins / positives / negatives, values, positives, negatives };
}

function endOfTie(order: Uint32Array, score: Float64Array, start: number): number {
  const value = score[order[start]];
  let end = start + 1;
  while (end < order.length && score[order[end]] === value) end++;
  return end;
}

/** Area under the ROC curve: the chance that a positive row scores above a negative one, ties half. NaN for one class. */
export function rocAuc(y: Uint8Array, score: Float64Array, weights?: Float64Array | null): number {
  return rocAucStatistic(y, score).value(weights ?? null);
}

/** ROC-AUC as a function of row weights; the rows are sorted once. */
export function rocAucStatistic(y: Uint8Array, score: Float64Array): WeightedStatistic {
  const order = ascendingOrder(score);
  return {
    size: y.length,
    value(weights) {
      let positives = 0;
      let negatives = 0;
      let wins = 0;
      for (let start = 0; start < order.length; ) {
        const end = endOfTie(order, score, start);
        let tiedPositives = 0;
        let tied = 0;
        for (let place = start; place < end; place++) {
          const weight = weights ? weights[order[place]] : 1;
          tied += weight;
          tiedPositives += weight * y[order[place]];
        }
        wins += tiedPositives * (negatives + (tied - tiedPositives) / 2);
        positives += tiedPositives;
        negatives += tied - tiedPositives;
        start = end;
      }
      return wins / positives / negatives;
    },
    influence() {
      const { auc, values, positives, negatives } = placements(y, score, order);
      return values.map((value, row) => ((value - auc) * y.length) / (y[row] === 1 ? positives : negatives));
    },
  };
}

/** Average precision: the sum over thresholds of precision times the recall gained, no interpolation. NaN without positives. */
export function averagePrecision(y: Uint8Array, score: Float64Array, weights?: Float64Array | null): number {
  return averagePrecisionStatistic(y, score).value(weights ?? null);
}

/** Average precision as a function of row weights; the rows are sorted once. */
export function averagePrecisionStatistic(y: Uint8Array, score: Float64Array): WeightedStatistic {
  const order = ascendingOrder(score).reverse();
  return {
    size: y.length,
    value(weights) {
      let positives = 0;
      let total = 0;
      let area = 0;
      for (let start = 0; start < order.length; ) {
        const end = endOfTie(order, score, start);
        let tiedPositives = 0;
        for (let place = start; place < end; place++) {
          const weight = weights ? weights[order[place]] : 1;
          total += weight;
          tiedPositives += weight * y[order[place]];
        }
        positives += tiedPositives;
        if (total > 0) area += tiedPositives * (positives / total);
        start = end;
      }
      return area / positives;
    },
    influence: () => averagePrecisionInfluence(y, score, order),
  };
}

/**
 * The derivative of average precision by each row's weight, times n. A row changes the precision at its own and at
 * every lower threshold: by (y - precision) / (rows at or above), which is summed from the lowest threshold up.
 */
function averagePrecisionInfluence(y: Uint8Array, score: Float64Array, order: Uint32Array): Float64Array {
  const n = order.length;
  const precisions = new Float64Array(n);
  let positives = 0;
  let area = 0;
  for (let start = 0; start < n; ) {
    const end = endOfTie(order, score, start);
    let tiedPositives = 0;
    for (let place = start; place < end; place++) tiedPositives += y[order[place]];
    positives += tiedPositives;
    precisions.fill(positives / end, start, end);
    area += tiedPositives * (positives / end);
    start = end;
  }
  const influence = new Float64Array(n);
  let gain = 0;
  let loss = 0;
  for (let end = n; end > 0; ) {
    let start = end - 1;
    while (start > 0 && score[order[start - 1]] === score[order[end - 1]]) start--;
    let tiedPositives = 0;
    for (let place = start; place < end; place++) tiedPositives += y[order[place]];
    gain += tiedPositives / end;
    loss += (tiedPositives * precisions[start]) / end;
    for (let place = start; place < end; place++) {
      const own = y[order[place]] === 1 ? precisions[start] - area / positives + gain : 0;
      influence[order[place]] = ((own - loss) * n) / positives;
    }
    end = start;
  }
  return influence;
}
