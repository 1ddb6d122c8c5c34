import { availableParallelism } from 'node:os';
import type { Model } from '../models/model.ts';
import { rowsOfFold } from './assign-folds.ts';
import { type FitInput, MOST_ROUNDS } from './fit-candidate.ts';
import type { Prepared } from './prepare-training.ts';
import { type Search, WORKER } from './run-trial.ts';
import type { Candidate } from './schema.ts';
import type { FinishedTrial } from './search-models.ts';

/** The winner on all training rows. The search's cap in seconds does not stop it. */
export async function refitBest(search: Search, best: FinishedTrial): Promise<Model> {
  const { context, executor, plan, table, prepared } = search;
  const { fields, task, config } = plan;
  const { target, weights } = prepared;
  const { monotone, seed } = config;
  const candidate = scaleToRows(best, prepared);
  const threads = availableParallelism();
  const input: FitInput = { table, fields, target, weights, task, candidate, monotone, seed, threads };
  const progress = context.progress.start('training the best on all rows');
  const model = await executor
    .run<Model>(
      { module: WORKER, run: 'fitFinal', input },
      {
        signal: context.signal,
        onProgress: (rounds) => progress.advance(Number(rounds), `${best.learner}, round ${rounds}`),
      },
    )
    .finally(() => progress.end());
  const threshold = config.threshold === 'f1' ? best.f1Threshold : config.threshold;
  return task.kind === 'binary' && typeof threshold === 'number' ? { ...model, threshold } : model;
}

/**
 * Settings that were found on fewer rows than the model is fitted on. Rounds that early stopping chose grow with the
 * square root of the rows: between keeping them and growing them in proportion. The leaves of a forest keep their
 * share of the rows where the search saw a sample, so that the model does not grow with the data.
 */
function scaleToRows({ learner, params, iterations }: FinishedTrial, prepared: Prepared): Candidate {
  const rows = prepared.target.length;
  if (learner === 'boosting' && iterations !== null && params.iterations === undefined) {
    const { training } = rowsOfFold(prepared.folds, 0);
    const rounds = Math.round(iterations * Math.sqrt(rows / training.length));
    return { learner, params: { ...params, iterations: Math.min(MOST_ROUNDS, Math.max(1, rounds)) } };
  }
  if (learner === 'forest' && typeof params.minLeafRows === 'number') {
    const minLeafRows = Math.round((params.minLeafRows * rows) / prepared.searched);
    return { learner, params: { ...params, minLeafRows } };
  }
  return { learner, params };
}
