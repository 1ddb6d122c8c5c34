import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import { inferTask, readTable } from '../data/index.ts';
import { createWorkerPool } from '../jobs/local/worker-pool.ts';
import type { Executor } from '../jobs/ports.ts';
import { AirworthyError } from '../kernel/errors.ts';
import { silentProgress } from '../kernel/progress.ts';
import type { Context } from '../store/ports.ts';
import { getRun } from '../tracking/index.ts';
import { planTraining } from './plan-training.ts';
import { prepareTraining } from './prepare-training.ts';
import { runTrial, type Search } from './run-trial.ts';
import type { Candidate } from './schema.ts';
import { searchModels } from './search-models.ts';
import { addSynthetic } from './testing/synthetic.ts';

async function openSearch(
  context: Context,
  executor: Executor,
  learners: Candidate['learner'][],
): Promise<Search> {
  const { version, split, runId } = await addSynthetic(context, 'bought', 200);
  const task = inferTask(version);
  const plan = planTraining(version, split, task, { learners, budget: { trials: 3 } });
  const table = await readTable(context, version, { split, role: 'train' });
  const { fields, validation, config } = plan;
  const { classWeights, seed } = config;
  const prepared = prepareTraining({ table, fields, task, classWeights, validation, seed });
  const parent = await getRun(context, runId);
  return { context, executor, parent, inputs: [], plan, table, prepared, threads: 1 };
}

/** The executor, out of memory whenever this learner is fitted. */
function failing(executor: Executor, learner: Candidate['learner']): Executor {
  return {
    async run(job, options) {
      const wanted = (job.input as { candidate?: Candidate }).candidate?.learner;
      if (wanted !== learner) return executor.run(job, options);
      throw new AirworthyError('JOB_OUT_OF_MEMORY', { message: `fitting ${learner} needs more memory` });
    },
    [Symbol.asyncDispose]: () => executor[Symbol.asyncDispose](),
  };
}

test('a trial that fails is kept as a failed run with its cause, and is not tried again', async () => {
  await using context = testContext();
  await using executor = createWorkerPool({ slots: 1 });
  const search = await openSearch(context, executor, ['boosting']);
  const candidate: Candidate = { learner: 'boosting', params: { learningRate: -1 } };
  const request = {
    number: 1,
    candidate,
    signal: new AbortController().signal,
    progress: silentProgress.start(''),
  };
  const trial = await runTrial(search, request);
  assert.equal(trial.status, 'failed');
  assert.match(trial.status === 'failed' ? trial.error : '', /^BAD_ARGUMENT: .*learningRate/);
  const run = await getRun(context, trial.run);
  assert.equal(run.status, 'failed');
  assert.deepEqual(await runTrial(search, request), trial);
  assert.deepEqual(await getRun(context, trial.run), run);
});

test('one learner failing does not stop the search; all failing does, with the first cause', async () => {
  await using context = testContext();
  await using executor = createWorkerPool({ slots: 1 });
  const search = await openSearch(context, failing(executor, 'linear'), ['linear', 'boosting']);
  const { trials, best } = await searchModels(search);
  assert.deepEqual([trials[0].status, best.learner], ['failed', 'boosting']);
  await using other = testContext();
  await assert.rejects(
    searchModels(await openSearch(other, failing(executor, 'linear'), ['linear'])),
    (error: Error & { code?: string }) =>
      error.code === 'TRAINING_FAILED' && /the first \(linear\): JOB_OUT_OF_MEMORY/.test(error.message),
  );
});
