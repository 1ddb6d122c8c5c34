import type { Task } from '../models/table.ts';
import {
  brierScores,
  logLosses,
  mostProbable,
  multiclassBrierScores,
  multiclassLogLosses,
} from '../stats/classification-metrics.ts';
import { delongAuc } from '../stats/delong.ts';
import { type Estimate, meanWithT } from '../stats/intervals.ts';
import { absoluteErrors, squaredErrors } from '../stats/regression-metrics.ts';
import { mean, variance } from '../stats/sums.ts';
import type { TrainingMetric, ValidationScore } from './schema.ts';

export function isHigherBetter(metric: TrainingMetric): boolean {
  return metric === 'roc-auc' || metric === 'accuracy' || metric === 'r2';
}

/**
 * One metric over the validation rows with its standard error and 95 % interval. Rows count alike, whatever their
 * weight in training. `scores` is rows x classes for multiclass, else one a row.
 */
export function scoreValidation(
  metric: TrainingMetric,
  task: Task,
  target: Float64Array,
  scores: Float64Array,
): ValidationScore {
  const { value, standardError, low, high } = estimate(metric, task, target, scores);
  return { metric, higherIsBetter: isHigherBetter(metric), value, standardError, low, high };
}

function estimate(metric: TrainingMetric, task: Task, target: Float64Array, scores: Float64Array): Estimate {
  const classes = task.kind === 'multiclass' ? task.classes.length : 0;
  const labels = Uint8Array.from(target);
  switch (metric) {
    case 'log-loss':
      return meanWithT(
        classes > 0
          ? multiclassLogLosses(Int32Array.from(target), scores, classes)
          : logLosses(labels, scores),
      );
    case 'brier':
      return meanWithT(
        classes > 0
          ? multiclassBrierScores(Int32Array.from(target), scores, classes)
          : brierScores(labels, scores),
      );
    case 'accuracy':
      return meanWithT(hits(target, scores, classes));
    case 'roc-auc':
      return delongAuc(labels, scores);
    case 'mae':
      return meanWithT(absoluteErrors(target, scores));
    case 'rmse':
      return rootOf(meanWithT(squaredErrors(target, scores)));
    case 'r2':
      return shareExplained(meanWithT(squaredErrors(target, scores)), target);
  }
}

function hits(target: Float64Array, scores: Float64Array, classes: number): Float64Array {
  if (classes === 0) return target.map((label, row) => Number(Number(scores[row] >= 0.5) === label));
  const predicted = mostProbable(scores, classes);
  return target.map((label, row) => Number(predicted[row] === label));
}

/** By the delta method: the error of a root is the error halved and divided by the root. */
function rootOf({ value, standardError, low, high }: Estimate): Estimate {
  const root = Math.sqrt(value);
  return {
    value: root,
    standardError: root === 0 ? 0 : standardError / (2 * root),
    low: Math.sqrt(Math.max(0, low)),
    high: Math.sqrt(high),
  };
}

/** 1 - error / variance, the variance taken as known; as it is where the target does not vary. */
function shareExplained({ value, standardError, low, high }: Estimate, target: Float64Array): Estimate {
  const total = (variance(target, mean(target)) * (target.length - 1)) / target.length;
  const share = (error: number): number => (total === 0 ? Number(error === 0) : 1 - error / total);
  return {
    value: share(value),
    standardError: total === 0 ? 0 : standardError / total,
    low: share(high),
    high: share(low),
  };
}

/** The probability from which F1 is highest (the middle between it and the next lower one); 0.5 where no row is positive. */
export function bestF1Threshold(target: Float64Array, probabilities: Float64Array): number {
  const order = Uint32Array.from(probabilities, (_, row) => row).sort(
    (a, b) => probabilities[b] - probabilities[a],
  );
  const positives = target.reduce((count, label) => count + label, 0);
  let [hit, best, threshold] = [0, 0, 0.5];
  for (let taken = 1; taken <= order.length; taken++) {
    const probability = probabilities[order[taken - 1]];
    hit += target[order[taken - 1]];
    const next = taken < order.length ? probabilities[order[taken]] : 0;
    if (next === probability) continue;
    const f1 = (2 * hit) / (taken + positives);
    if (f1 > best) [best, threshold] = [f1, (probability + next) / 2];
  }
  return threshold;
}
