/** Metrics of predicted values, equal to scikit-learn's. Each row's loss is offered too: what paired tests need. */
import { ascendingOrder, quantileOfSorted } from './order.ts';
import { mean, sum } from './sums.ts';
import type { WeightedStatistic } from './weighted-statistic.ts';

/** MAPE divides by at least this, as scikit-learn does. */
const EPSILON = 2 ** -52;

export function absoluteErrors(y: Float64Array, value: Float64Array): Float64Array {
  return y.map((truth, row) => Math.abs(truth - value[row]));
}

export function squaredErrors(y: Float64Array, value: Float64Array): Float64Array {
  return y.map((truth, row) => (truth - value[row]) ** 2);
}

/** |y - value| / |y|: a share, not percent; huge where y is 0. */
export function relativeErrors(y: Float64Array, value: Float64Array): Float64Array {
  return y.map((truth, row) => Math.abs(truth - value[row]) / Math.max(Math.abs(truth), EPSILON));
}

/** 2 |y - value| / (|y| + |value|), between 0 and 2; 0 where both are 0. */
export function symmetricRelativeErrors(y: Float64Array, value: Float64Array): Float64Array {
  return y.map((truth, row) => {
    const size = Math.abs(truth) + Math.abs(value[row]);
    return size === 0 ? 0 : (2 * Math.abs(truth - value[row])) / size;
  });
}

/** The loss whose minimum is the quantile: `quantile` per unit too low, 1 - `quantile` per unit too high. */
export function pinballLosses(y: Float64Array, value: Float64Array, quantile: number): Float64Array {
  return y.map((truth, row) => {
    const gap = truth - value[row];
    return gap >= 0 ? quantile * gap : (quantile - 1) * gap;
  });
}

/** Mean absolute error, in the target's unit. */
export function mae(y: Float64Array, value: Float64Array, weights?: Float64Array | null): number {
  return mean(absoluteErrors(y, value), weights);
}

/** Mean squared error. */
export function mse(y: Float64Array, value: Float64Array, weights?: Float64Array | null): number {
  return mean(squaredErrors(y, value), weights);
}

/** Root mean squared error, in the target's unit. */
export function rmse(y: Float64Array, value: Float64Array, weights?: Float64Array | null): number {
  return Math.sqrt(mse(y, value, weights));
}

/** Mean absolute percentage error, as a share. */
export function mape(y: Float64Array, value: Float64Array, weights?: Float64Array | null): number {
  return mean(relativeErrors(y, value), weights);
}

/** Symmetric MAPE, between 0 and 2. */
export function smape(y: Float64Array, value: Float64Array, weights?: Float64Array | null): number {
  return mean(symmetricRelativeErrors(y, value), weights);
}

/** Mean pinball loss. */
export function pinball(
  y: Float64Array,
  value: Float64Array,
  quantile: number,
  weights?: Float64Array | null,
): number {
  return mean(pinballLosses(y, value, quantile), weights);
}

/**
 * 1 - squared error / variance: 1 is perfect, 0 no better than the mean. Of a constant target it is 1 if every
 * prediction is right, else 0. NaN below two rows.
 */
export function rSquared(y: Float64Array, value: Float64Array, weights?: Float64Array | null): number {
  return rSquaredStatistic(y, value).value(weights ?? null);
}

/** R² as a function of row weights. */
export function rSquaredStatistic(y: Float64Array, value: Float64Array): WeightedStatistic {
  const errors = squaredErrors(y, value);
  return {
    size: y.length,
    value(weights) {
      if (y.length < 2) return Number.NaN;
      const center = mean(y, weights);
      let error = 0;
      let spread = 0;
      for (let row = 0; row < y.length; row++) {
        const weight = weights ? weights[row] : 1;
        error += weight * errors[row];
        spread += weight * (y[row] - center) ** 2;
      }
      if (spread === 0) return error === 0 ? 1 : 0;
      return 1 - error / spread;
    },
    influence() {
      const center = mean(y);
      const error = mean(errors);
      const spread = sum(y.map((truth) => (truth - center) ** 2)) / y.length;
      // Of a constant target the value is 0 or 1 by convention, whatever a row weighs.
      if (spread === 0) return new Float64Array(y.length);
      return y.map(
        (truth, row) =>
          (error * ((truth - center) ** 2 - spread)) / spread ** 2 - (errors[row] - error) / spread,
      );
    },
  };
}

/** The middle absolute error: half the rows are nearer. */
export function medianAbsoluteError(y: Float64Array, value: Float64Array): number {
  return quantileOfSorted(absoluteErrors(y, value).sort(), 0.5);
}

/** The median absolute error as a function of whole row weights; the errors are sorted once. */
export function medianAbsoluteErrorStatistic(y: Float64Array, value: Float64Array): WeightedStatistic {
  const errors = absoluteErrors(y, value);
  const order = ascendingOrder(errors);
  return {
    size: y.length,
    value(weights) {
      if (!weights) return quantileOfSorted(errors.toSorted(), 0.5);
      const half = sum(weights) / 2;
      let below = 0;
      for (let place = 0; place < order.length; place++) {
        below += weights[order[place]];
        if (below > half) return errors[order[place]];
        if (below === half) return (errors[order[place]] + nextDrawn(errors, order, weights, place)) / 2;
      }
      return Number.NaN;
    },
    influence: () => null,
  };
}

function nextDrawn(errors: Float64Array, order: Uint32Array, weights: Float64Array, place: number): number {
  let next = place + 1;
  while (next < order.length - 1 && weights[order[next]] === 0) next++;
  return errors[order[Math.min(next, order.length - 1)]];
}
