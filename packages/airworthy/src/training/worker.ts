/** The work that training does in threads: every export is a job (jobs/ports.ts). */
import type { Model } from '../models/model.ts';
import { outputWidth, type Task } from '../models/table.ts';
import { bestF1Threshold } from '../stats/best-f1-threshold.ts';
import { validatedRows } from './assign-folds.ts';
import { type FitInput, fitCandidate } from './fit-candidate.ts';
import type { Prepared } from './prepare-training.ts';
import type { TrainingMetric, ValidationScore } from './schema.ts';
import { scoreValidation } from './score-validation.ts';
import { takeValues } from './take-rows.ts';

export { fitFold } from './fit-fold.ts';
export { prepareTraining } from './prepare-training.ts';

export interface ScoreInput {
  metric: TrainingMetric;
  task: Task;
  prepared: Prepared;
  /** Training rows x outputs; those of rows that are in no fold are not read. */
  predictions: Float64Array;
}

export interface TrialScore {
  score: ValidationScore;
  rows: number;
  f1Threshold: number | null;
}

/** Scores the predictions of all folds together. */
export function scoreTrial({ metric, task, prepared, predictions }: ScoreInput): TrialScore {
  const rows = validatedRows(prepared.folds);
  const target = takeValues(prepared.target, rows);
  const width = outputWidth(task);
  const scores = new Float64Array(rows.length * width);
  for (let index = 0; index < rows.length; index++) {
    scores.set(predictions.subarray(rows[index] * width, (rows[index] + 1) * width), index * width);
  }
  return {
    score: scoreValidation(metric, task, target, scores),
    rows: rows.length,
    f1Threshold: task.kind === 'binary' ? bestF1Threshold(Uint8Array.from(target), scores) : null,
  };
}

/** The winner on all training rows. */
export async function fitFinal(input: FitInput, report: (message: unknown) => void): Promise<Model> {
  return (await fitCandidate(input, report)).model;
}
