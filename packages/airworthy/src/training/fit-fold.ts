import { compileModel } from '../models/compile-model.ts';
import { outputWidth } from '../models/table.ts';
import { rowsOfFold } from './assign-folds.ts';
import { type CurvePoint, type FitInput, fitCandidate } from './fit-candidate.ts';
import type { Prepared } from './prepare-training.ts';
import { takeRows, takeValues } from './take-rows.ts';

export interface FoldInput extends Omit<FitInput, 'target' | 'weights'> {
  prepared: Prepared;
  fold: number;
  /** Training rows x outputs, in shared memory: the fold's validation rows are filled in. */
  predictions: Float64Array;
}

export interface FoldOutcome {
  iterations: number | null;
  curve: CurvePoint[];
}

/** Fits on all rows but the fold's and writes what the model predicts for these. Features are fitted within, too. */
export async function fitFold(input: FoldInput, report: (rounds: number) => void): Promise<FoldOutcome> {
  const { prepared, fold, predictions, table, ...rest } = input;
  const { training, validation } = rowsOfFold(prepared.folds, fold);
  const rows: FitInput = {
    ...rest,
    table: takeRows(table, training),
    target: takeValues(prepared.target, training),
    weights: prepared.weights && takeValues(prepared.weights, training),
  };
  const fitted = await fitCandidate(rows, report);
  const scores = compileModel(fitted.model).scoreTable(takeRows(table, validation));
  const width = outputWidth(input.task);
  for (let index = 0; index < validation.length; index++) {
    const from = index * width;
    predictions.set(scores.subarray(from, from + width), validation[index] * width);
  }
  return { iterations: fitted.iterations, curve: fitted.curve };
}
