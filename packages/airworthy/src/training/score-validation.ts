import type { Task } from '../models/table.ts';
import { influenceInterval } from '../stats/bootstrap.ts';
import { delongAuc } from '../stats/delong.ts';
import { type Estimate, meanWithT, squareRoot } from '../stats/intervals.ts';
import { type Measure, rightness } from '../stats/measure.ts';
import { measure } from '../stats/metric-catalogue.ts';
import { higherIsBetter } from '../stats/metric-names.ts';
import { binaryOutcomes, multiclassOutcomes, type Outcomes, regressionOutcomes } from '../stats/outcomes.ts';
import type { TrainingMetric, ValidationScore } from './schema.ts';

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
  const { value, standardError, low, high } = estimateOf(measure(metric, outcomesOf(task, target, scores)));
  return { metric, higherIsBetter: higherIsBetter(metric), value, standardError, low, high };
}

function outcomesOf(task: Task, target: Float64Array, scores: Float64Array): Outcomes {
  if (task.kind === 'binary') return binaryOutcomes(Uint8Array.from(target), scores);
  if (task.kind === 'regression') return regressionOutcomes(target, scores);
  return multiclassOutcomes(Int32Array.from(target), scores, task.classes.length);
}

/** By the closed form of each measure: a search scores often, so that nothing is resampled. */
function estimateOf(measured: Measure): Estimate {
  switch (measured.form) {
    case 'row-mean': {
      const made = meanWithT(measured.losses);
      return measured.root ? squareRoot(made) : made;
    }
    case 'auc':
      return delongAuc(measured.y, measured.scores);
    case 'labels':
      // Of the metrics of labels a search knows accuracy alone.
      return meanWithT(rightness(measured));
    case 'statistic': {
      const influence = measured.statistic.influence() ?? new Float64Array();
      return influenceInterval(measured.statistic.value(null), influence);
    }
  }
}
