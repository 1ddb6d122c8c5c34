import type { Confusion, Labels } from './confusion-metrics.ts';
import type { WeightedStatistic } from './weighted-statistic.ts';

/** Rows that agree in the truth and in every model's label, counted: all that a metric of labels depends on. */
export interface LabelGroups {
  classes: number;
  /** Per group: the true class, then the label of each model. */
  labels: number[][];
  counts: Float64Array;
  /** The group of each row. */
  groupOf: Int32Array;
}

export function groupLabels(classes: number, truth: Labels, ...predictions: Labels[]): LabelGroups {
  const counts = new Map<number, number>();
  const keyOf = new Float64Array(truth.length);
  for (let row = 0; row < truth.length; row++) {
    let key = truth[row];
    for (const predicted of predictions) key = key * classes + predicted[row];
    keyOf[row] = key;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  // In order of the key, so that the draws of a seeded bootstrap do not depend on the order of rows.
  const keys = [...counts.keys()].sort((a, b) => a - b);
  const places = new Map(keys.map((key, place) => [key, place]));
  return {
    classes,
    labels: keys.map((key) => digits(key, classes, predictions.length + 1)),
    counts: Float64Array.from(keys, (key) => counts.get(key) ?? 0),
    groupOf: Int32Array.from(keyOf, (key) => places.get(key) ?? 0),
  };
}

function digits(key: number, base: number, length: number): number[] {
  const found: number[] = [];
  for (let rest = key; found.length < length; rest = Math.floor(rest / base)) found.unshift(rest % base);
  return found;
}

/** The confusion matrix of one of the models, with the groups weighing this much. */
export function confusionOfGroups(groups: LabelGroups, model: number, weights = groups.counts): Confusion {
  const counts = new Float64Array(groups.classes ** 2);
  for (let group = 0; group < groups.labels.length; group++) {
    const labels = groups.labels[group];
    counts[labels[0] * groups.classes + labels[model + 1]] += weights[group];
  }
  return { classes: groups.classes, counts };
}

/** A metric of one model's labels as a function of group weights; influence by leaving one row out (the jackknife). */
export function labelStatistic(
  groups: LabelGroups,
  model: number,
  of: (confusion: Confusion) => number,
): WeightedStatistic {
  const value = (weights: Float64Array | null) =>
    of(confusionOfGroups(groups, model, weights ?? groups.counts));
  return {
    size: groups.labels.length,
    value,
    influence() {
      const whole = value(null);
      const rows = groups.counts.reduce((total, count) => total + count, 0);
      const weights = groups.counts.slice();
      return groups.counts.map((count, group) => {
        weights[group] = count - 1;
        const without = value(weights);
        weights[group] = count;
        return (rows - 1) * (whole - without);
      });
    },
  };
}

/** A statistic of groups of equal rows as one of the rows: rows of one group may belong to different clusters. */
export function byRow(statistic: WeightedStatistic, groupOf: Int32Array): WeightedStatistic {
  const groupWeights = new Float64Array(statistic.size);
  return {
    size: groupOf.length,
    value(weights) {
      if (!weights) return statistic.value(null);
      groupWeights.fill(0);
      for (let row = 0; row < groupOf.length; row++) groupWeights[groupOf[row]] += weights[row];
      return statistic.value(groupWeights);
    },
    influence() {
      const groups = statistic.influence();
      return groups ? Float64Array.from(groupOf, (group) => groups[group]) : null;
    },
  };
}
