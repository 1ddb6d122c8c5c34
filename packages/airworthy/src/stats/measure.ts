/**
 * A metric applied to data, in the form that tells which interval and which paired test is right for it.
 * `undefinedBecause` is set where the data gives the metric no meaning.
 */
import { placements } from './classification-metrics.ts';
import { type Confusion, confusionMatrix, type Labels } from './confusion-metrics.ts';
import type { Interval } from './intervals.ts';
import { mean } from './sums.ts';
import type { WeightedStatistic } from './weighted-statistic.ts';

export type Measure = { undefinedBecause?: string } & (
  | RowMean
  | LabelMeasure
  | AucMeasure
  | StatisticMeasure
);

/** The mean of a loss over rows, or its root. */
export interface RowMean {
  form: 'row-mean';
  losses: Float64Array;
  /** No row's loss can be (or, for values without bound, has reason to be) larger. */
  largest: number;
  root: boolean;
}

/** A function of true and predicted labels only. */
export interface LabelMeasure {
  form: 'labels';
  y: Labels;
  predicted: Labels;
  classes: number;
  of(confusion: Confusion): number;
  /** Set where the metric is a share of rows, or a mean of such shares. */
  shares?(confusion: Confusion): { weight: number; hits: number; n: number }[];
}

/** The area under a binary ROC curve. */
export interface AucMeasure {
  form: 'auc';
  y: Uint8Array;
  scores: Float64Array;
}

/** Anything else, by what resampling needs. */
export interface StatisticMeasure {
  form: 'statistic';
  statistic: WeightedStatistic;
  lowest: number;
  highest: number;
  /** Where there is something better than resampling. */
  closedForm?: { method: string; interval(confidence: number): Interval };
}

/** The metric's value; NaN where undefined. */
export function measuredValue(measure: Measure): number {
  if (measure.undefinedBecause !== undefined) return Number.NaN;
  if (measure.form === 'row-mean') {
    const value = mean(measure.losses);
    return measure.root ? Math.sqrt(value) : value;
  }
  if (measure.form === 'labels') {
    return measure.of(confusionMatrix(measure.y, measure.predicted, measure.classes));
  }
  if (measure.form === 'auc') return placements(measure.y, measure.scores).auc;
  return measure.statistic.value(null);
}

/** 1 for each row whose label is right, else 0. */
export function rightness({ y, predicted }: LabelMeasure): Float64Array {
  const right = new Float64Array(y.length);
  for (let row = 0; row < right.length; row++) right[row] = y[row] === predicted[row] ? 1 : 0;
  return right;
}

/** The mean of a loss (or its root) as a function of row weights. */
export function rowMeanStatistic({ losses, root }: RowMean): WeightedStatistic {
  return {
    size: losses.length,
    value(weights) {
      const value = mean(losses, weights);
      return root ? Math.sqrt(value) : value;
    },
    influence() {
      const center = mean(losses);
      const slope = root ? 1 / (2 * Math.sqrt(center) || 1) : 1;
      return losses.map((loss) => slope * (loss - center));
    },
  };
}
