import { AirworthyError } from '../kernel/errors.ts';
import { outputWidth, type Table, type Task } from '../models/table.ts';
import { binaryOutcomes, multiclassOutcomes, type Outcomes, regressionOutcomes } from '../stats/outcomes.ts';
import { encodeTarget } from '../training/index.ts';

/**
 * The target of each row as a number: the class's index (binary: 1 for the positive class), or the value, just as
 * training reads it. Every row must have one: TARGET_UNREADABLE names the first that has not.
 */
export function readTarget(table: Table, task: Task): Float64Array {
  const target = encodeTarget(table, task);
  const bad = target.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return target;
  const wanted =
    task.kind === 'regression' ? 'a finite number' : `one of ${task.classes.slice(0, 10).join(', ')}`;
  throw new AirworthyError('TARGET_UNREADABLE', {
    message: `the target "${task.target}" of row ${bad + 1} is missing, or not ${wanted}`,
    at: task.target,
    facts: { row: bad + 1, rows: target.reduce((rows, value) => rows + (Number.isFinite(value) ? 0 : 1), 0) },
  });
}

/** Targets and scores as the metrics take them. Throws SCORES_INVALID where the scores do not fit the rows. */
export function toOutcomes(
  task: Task,
  y: ArrayLike<number>,
  scores: Float64Array,
  threshold?: number,
): Outcomes {
  checkScores(task, y.length, scores);
  if (task.kind === 'binary') return binaryOutcomes(new Uint8Array(y), scores, threshold);
  if (task.kind === 'multiclass') {
    return multiclassOutcomes(new Int32Array(y), scores, task.classes.length);
  }
  return regressionOutcomes(new Float64Array(y), scores);
}

function checkScores(task: Task, rows: number, scores: Float64Array): void {
  const width = outputWidth(task);
  if (scores.length !== rows * width) {
    throw new AirworthyError('SCORES_INVALID', {
      message: `${scores.length} scores for ${rows} rows: a ${task.kind} model gives ${width} a row`,
    });
  }
  const isProbability = task.kind !== 'regression';
  const bad = scores.findIndex(
    (score) => !Number.isFinite(score) || (isProbability && (score < 0 || score > 1 + 1e-9)),
  );
  if (bad < 0) return;
  throw new AirworthyError('SCORES_INVALID', {
    message: `the score of row ${Math.floor(bad / width) + 1} is ${scores[bad]}, ${
      isProbability ? 'not a probability' : 'not a number'
    }`,
  });
}
