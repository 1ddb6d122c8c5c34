import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import { inferTask, readTable } from '../data/index.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { compileModel } from '../models/compile-model.ts';
import type { Context } from '../store/ports.ts';
import { getRun, listRuns } from '../tracking/index.ts';
import { encodeTarget } from './encode-target.ts';
import type { TrainingConfigInput, TrainingResult } from './schema.ts';
import { scoreValidation } from './score-validation.ts';
import { addSynthetic, type Synthetic, type SyntheticTarget } from './testing/synthetic.ts';
import { trainModel } from './train-model.ts';

const ROWS = 500;

function train(
  context: Context,
  { version, split, runId }: Synthetic,
  config: TrainingConfigInput,
): Promise<TrainingResult> {
  return trainModel(context, { version, split, task: inferTask(version), config, runId });
}

/** The metric on rows of the test role. */
async function testScore(
  context: Context,
  { version, split }: Synthetic,
  { model, validation }: TrainingResult,
) {
  const table = await readTable(context, version, { split, role: 'test' });
  const target = encodeTarget(table, model.task);
  return scoreValidation(validation.metric, model.task, target, compileModel(model).scoreTable(table)).value;
}

const BETTER_THAN: [target: SyntheticTarget, baseline: number, reachable: number][] = [
  ['bought', Math.log(2), 0.5],
  ['tier', Math.log(3), 0.6],
  ['price', 40, 20],
];

for (const [target, baseline, reachable] of BETTER_THAN) {
  test(`"${target}" is learned, and the validation score says so`, async () => {
    await using context = testContext();
    const data = await addSynthetic(context, target, ROWS);
    const result = await train(context, data, { budget: { trials: 3 } });
    const { model, trials, validation } = result;
    assert.deepEqual(
      trials.map((trial) => [trial.number, trial.learner, trial.status]),
      [
        [1, 'linear', 'finished'],
        [2, 'boosting', 'finished'],
        [3, 'forest', 'finished'],
      ],
    );
    const score = await testScore(context, data, result);
    assert.ok(score < reachable, `${validation.metric} on test rows ${score}`);
    assert.ok(validation.value < baseline && validation.low < score && score < 2 * validation.high);
    assert.deepEqual(
      model.fields.map((field) => [field.name, field.kind, field.nullable]),
      [
        ['age', 'integer', false],
        ['income', 'number', true],
        ['city', 'category', false],
      ],
    );
    assert.equal(validation.rows, data.split.roles.train);
    assert.equal(validation.method, '5-fold cross-validation');
  });
}

test('the same inputs give the same bytes; another seed another search', async () => {
  const models: string[] = [];
  for (const seed of [1, 1, 2]) {
    await using context = testContext();
    const data = await addSynthetic(context, 'bought', 200);
    const { model, trials } = await train(context, data, { seed, budget: { trials: 4 } });
    models.push(canonicalJson({ model, trials }));
  }
  assert.equal(models[0], models[1]);
  assert.notEqual(models[0], models[2]);
});

test('a search that was stopped is taken up: nothing is repeated and the model has the same bytes', async () => {
  const config: TrainingConfigInput = { budget: { trials: 4 } };
  await using whole = testContext();
  const uninterrupted = await train(whole, await addSynthetic(whole, 'bought', 200), config);

  await using context = testContext();
  const data = await addSynthetic(context, 'bought', 200);
  const controller = new AbortController();
  const stopInTheSecond = {
    start: () => ({
      advance: (done: number, note?: string) => {
        if (done === 1 && note?.includes('round')) controller.abort(new Error('stopped'));
      },
      end() {},
    }),
  };
  const stopping = { ...context, signal: controller.signal, progress: stopInTheSecond };
  await assert.rejects(train(stopping, data, config), /stopped/);
  const before = await listRuns(context, { parent: data.runId, limit: 100 });
  const statuses = before.runs.map((run) => run.status).sort();
  assert.deepEqual(statuses, ['finished', 'killed']);

  const resumed = await train(context, data, config);
  assert.equal(canonicalJson(resumed.model), canonicalJson(uninterrupted.model));
  assert.deepEqual(resumed.trials, uninterrupted.trials);
  const after = await listRuns(context, { parent: data.runId, limit: 100 });
  for (const run of before.runs.filter(({ status }) => status === 'finished')) {
    assert.deepEqual(
      after.runs.find(({ id }) => id === run.id),
      run,
    );
  }
});

test('each trial is a run with its settings, its score and its curve', async () => {
  await using context = testContext();
  const data = await addSynthetic(context, 'bought', 200);
  const { trials, run } = await train(context, data, { learners: ['boosting'], budget: { trials: 2 } });
  const details = await getRun(context, trials[0].run);
  assert.deepEqual(
    [details.name, details.parent, details.status, details.params.learner, details.params.iterations],
    ['trial 1: boosting', data.runId, 'finished', 'boosting', '100'],
  );
  const metrics = new Map(details.metrics.map((metric) => [metric.key, metric]));
  assert.ok(metrics.has('log-loss') && metrics.has('log-loss.standard-error'));
  assert.ok((metrics.get('training-loss')?.step ?? 0) >= 99);
  assert.deepEqual(
    details.inputs.map((input) => input.kind),
    ['dataset-version', 'split'],
  );
  assert.equal((await getRun(context, run.id)).tags['training.stopped-by'], 'trials');
});

test('the cap in seconds is kept, recorded, and leaves a model', async () => {
  await using context = testContext();
  const data = await addSynthetic(context, 'bought', 200);
  const result = await train(context, data, { budget: { trials: 500, seconds: 0.001 } });
  assert.equal(result.stoppedBy, 'seconds');
  assert.equal(result.trials.length, 1);
});

test('a split by time or group is validated in its own way; threshold, weights and direction are kept', async () => {
  await using context = testContext();
  const byGroup = await addSynthetic(context, 'bought', 300, {
    by: 'group',
    column: 'household',
    test: 0.2,
    seed: 1,
  });
  const grouped = await train(context, byGroup, {
    budget: { trials: 1 },
    threshold: 'f1',
    classWeights: 'balanced',
    monotone: { age: 'increasing' },
  });
  assert.equal(grouped.validation.method, '5-fold cross-validation by household');
  assert.ok(grouped.model.threshold! > 0 && grouped.model.threshold! < 1);
  const { scoreRecord } = compileModel(grouped.model);
  const ages = [20, 35, 50, 65].map((age) => scoreRecord({ age, income: 60, city: 'Oslo' })[0]);
  assert.deepEqual(
    ages,
    ages.toSorted((a, b) => a - b),
  );
});

test('where fewer groups are left to train on than there would be folds, each is a fold', async () => {
  await using context = testContext();
  const data = await addSynthetic(context, 'bought', 200, {
    by: 'group',
    column: 'city',
    test: 0.2,
    seed: 1,
  });
  const { validation } = await train(context, data, { budget: { trials: 1 } });
  assert.equal(validation.method, '3-fold cross-validation by city');
});

test('what the configuration asks wrongly is refused by path', async () => {
  await using context = testContext();
  const data = await addSynthetic(context, 'bought', 200);
  const refused = (config: unknown, expected: Record<string, unknown>) =>
    assert.rejects(train(context, data, config as TrainingConfigInput), {
      code: 'CONFIG_INVALID',
      ...expected,
    });
  await refused({ learners: ['bosting'] }, { at: 'training.learners.0', remedy: 'Did you mean "boosting"?' });
  await refused({ budget: { trials: 0 } }, { at: 'training.budget.trials' });
  await refused({ metric: 'rmse' }, { at: 'training.metric' });
  await refused({ monotone: { agee: 'increasing' } }, { at: 'training.monotone.agee' });
  await refused({ metrics: 'log-loss' }, { at: 'training' });
});
