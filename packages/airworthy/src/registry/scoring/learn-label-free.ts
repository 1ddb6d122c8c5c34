import { readTarget } from '../../evaluation/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import type { Table, Task } from '../../models/table.ts';
import { calibrateErrors, type ErrorCalibration } from '../../stats/label-free/error-sums.ts';
import { chooseCalibration, type IsotonicMap } from '../../stats/label-free/isotonic.ts';
import { binaryOutcomes, confidenceAndOutcome, multiclassOutcomes } from '../../stats/outcomes.ts';
import { createRandom } from '../../stats/random.ts';
import { fitCandidate, takeRows, takeValues } from '../../training/index.ts';

/** What estimates of performance without labels rest on, learnt from labelled rows. */
export interface LearntLabelFree {
  calibration: IsotonicMap | null;
  errors: { model: Model; calibration: ErrorCalibration } | null;
}

/** Half of the rows are fitted on, half judged on; with fewer there is nothing to learn the size of errors from. */
const FEWEST_ROWS = 100;
const SEED = 1;
/** Small and cautious: errors are mostly noise. */
const ERROR_LEARNER = {
  learner: 'boosting',
  params: { iterations: 60, learningRate: 0.08, maxLeaves: 8, minLeafRows: 20 },
} as const;

/**
 * A map from scores to probabilities where it is better calibrated than they are (classes), or a model of the absolute
 * error and how errors lie to it (regression). Nothing where the rows carry no target.
 */
export async function learnLabelFree(
  model: Model,
  table: Table,
  scores: Float64Array,
): Promise<LearntLabelFree> {
  const { task } = model;
  if (!table.columns[task.target]) return { calibration: null, errors: null };
  const target = readTarget(table, task);
  if (task.kind !== 'regression') return { calibration: calibrate(task, target, scores), errors: null };
  const errors = target.map((value, row) => Math.abs(value - scores[row]));
  return { calibration: null, errors: await learnErrors(model, task, table, errors) };
}

function calibrate(
  task: Exclude<Task, { kind: 'regression' }>,
  target: Float64Array,
  scores: Float64Array,
): IsotonicMap | null {
  const outcomes =
    task.kind === 'binary'
      ? binaryOutcomes(Uint8Array.from(target), scores)
      : multiclassOutcomes(Int32Array.from(target), scores, task.classes.length);
  const { outcome, confidence } = confidenceAndOutcome(outcomes);
  return chooseCalibration(confidence, outcome, SEED);
}

async function learnErrors(
  { fields }: Model,
  task: Extract<Task, { kind: 'regression' }>,
  table: Table,
  errors: Float64Array,
): Promise<LearntLabelFree['errors']> {
  if (table.rows < FEWEST_ROWS) return null;
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row);
  createRandom(SEED).fork('error model').shuffle(rows);
  const half = table.rows >> 1;
  const [fitted, judged] = [rows.subarray(0, half).sort(), rows.subarray(half).sort()];
  try {
    const { model } = await fitCandidate({
      table: takeRows(table, fitted),
      fields,
      target: takeValues(errors, fitted),
      weights: null,
      task: { ...task, target: `absolute error of ${task.target}` },
      candidate: ERROR_LEARNER,
      monotone: {},
      seed: SEED,
      threads: 1,
    });
    const predicted = compileModel(model).scoreTable(takeRows(table, judged));
    const calibration = calibrateErrors(predicted, takeValues(errors, judged));
    return calibration && { model, calibration };
  } catch (error) {
    if (AirworthyError.is(error) && error.code === 'TRAINING_NO_FEATURES') return null;
    throw error;
  }
}
