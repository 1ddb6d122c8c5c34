import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { recordsToTable } from '../../models/read-record.ts';
import { toPredictions } from '../../models/to-prediction.ts';
import type { Context } from '../../store/ports.ts';
import type { ServedFailure, ServedPrediction } from '../prediction-log/observe-predictions.ts';
import { ServingConfig } from '../schema.ts';
import type { RequestFigures } from '../statistics/request-figures.ts';
import { FLIGHT, flightModel, writeRelease } from '../testing/write-bundle.ts';
import { createOnceAnswers } from './answer-once.ts';
import { createEndpoints } from './create-endpoints.ts';
import type { PredictOptions, PredictResult } from './endpoints.ts';
import type { Assignment, ShadowAnswer } from './router.ts';

const NAME = 'flight-delays';
const BEFORE_CHRISTMAS = { ...FLIGHT, distance: 100 };

/** An endpoint of two versions: 1 is deployed, 2 may come as an arm. */
async function serving(context: Context, config: object = {}) {
  const told: ServedPrediction[] = [];
  const failures: ServedFailure[] = [];
  const counted: RequestFigures[] = [];
  const observer = {
    record: async (_sql: unknown, batch: readonly ServedPrediction[]) => void told.push(...batch),
    settled() {},
    failed: (failure: ServedFailure) => void failures.push(failure),
    shed() {},
  };
  const counter = { count: (figures: RequestFigures) => void counted.push(figures) };
  const endpoints = createEndpoints(context, { config: ServingConfig.parse(config), observer, counter });
  const first = await writeRelease(context, flightModel());
  const second = await writeRelease(context, flightModel(1));
  await endpoints.deploy(NAME, first);
  return { endpoints, first, second, told, failures, counted };
}

/** Sends every request the same way, and keeps what the shadow said. */
function routerOf(assigned: Partial<Assignment>) {
  const units: string[] = [];
  const shadows: ShadowAnswer[] = [];
  return {
    rollout: 'r1',
    units,
    shadows,
    assign(unit: string): Assignment {
      units.push(unit);
      return { arm: 'champion', propensity: 0.9, shadow: null, ...assigned };
    },
    shadowed: (answer: ShadowAnswer) => void shadows.push(answer),
    shadowDropped() {},
  };
}

test('a router sends requests to arms, and each prediction says which, how probable and for whom', async () => {
  await using context = testContext();
  const { endpoints, second, told, counted, failures } = await serving(context);
  await endpoints.addArm(NAME, 'challenger', second);
  const router = routerOf({ arm: 'challenger', propensity: 0.1 });
  endpoints.setRouter(NAME, router);
  const routed = await endpoints.predict(NAME, [FLIGHT], { unit: 'anna' });
  assert.deepEqual([routed.arm, routed.modelVersion], ['challenger', 2]);
  const own = await endpoints.predict(NAME, [FLIGHT]);
  assert.deepEqual(router.units, ['anna', own.ids[0]]);
  const forced = await endpoints.predict(NAME, [FLIGHT], { arm: 'champion', unit: 'anna' });
  const versioned = await endpoints.predict(NAME, [FLIGHT], { version: '2' });
  assert.deepEqual([forced.arm, forced.modelVersion, versioned.arm], ['champion', 1, 'challenger']);
  await assert.rejects(endpoints.predict(NAME, [FLIGHT], { arm: 'other' }), { code: 'ARM_NOT_FOUND' });
  await assert.rejects(endpoints.predict(NAME, [FLIGHT], { version: '7' }), {
    code: 'MODEL_VERSION_NOT_FOUND',
  });
  await assert.rejects(endpoints.predict(NAME, [{}]), { code: 'RECORD_INVALID' });
  await endpoints.flush();
  assert.deepEqual(
    told.map(({ arm, rollout, propensity, unitKey }) => [arm, rollout, propensity, unitKey]),
    [
      ['challenger', 'r1', 0.1, 'anna'],
      ['challenger', 'r1', 0.1, own.ids[0]],
      ['champion', null, null, 'anna'],
      ['challenger', null, null, null],
    ],
  );
  assert.deepEqual(
    failures.map(({ code, arm, rollout }) => [code, arm, rollout]),
    [['RECORD_INVALID', 'challenger', 'r1']],
  );
  assert.deepEqual(counted.map(({ outcome, arm }) => `${outcome} ${arm}`).at(-1), 'refused challenger');
  const row = await context.store.database.sql
    .selectFrom('prediction')
    .selectAll()
    .where('id', '=', routed.ids[0])
    .executeTakeFirst();
  assert.deepEqual([row?.rollout, row?.propensity, row?.unit_key], ['r1', 0.1, 'anna']);
  // An arm that is not loaded here does not answer, and nothing is counted for the rollout.
  await endpoints.removeArm(NAME, 'challenger');
  assert.deepEqual((await endpoints.predict(NAME, [FLIGHT])).arm, 'champion');
  await endpoints.close();
});

test('a shadow is asked after the answer has gone, and what it said is told beside it', async () => {
  await using context = testContext();
  const { endpoints, second, told } = await serving(context);
  await endpoints.addArm(NAME, 'challenger', second);
  const router = routerOf({ shadow: 'challenger' });
  endpoints.setRouter(NAME, router);
  const answer = await endpoints.predict(NAME, [FLIGHT, BEFORE_CHRISTMAS]);
  assert.equal(router.shadows.length, 0);
  while (router.shadows.length < 1) await new Promise(setImmediate);
  const alone = await endpoints.predict(NAME, [FLIGHT], { arm: 'challenger' });
  assert.deepEqual(router.shadows[0].records[0].answered, answer.predictions[0]);
  assert.deepEqual(router.shadows[0].records[0].shadow, { output: alone.predictions[0] });
  assert.deepEqual(
    router.shadows[0].records.map(({ id }) => id),
    answer.ids,
  );
  await endpoints.flush();
  assert.equal(told.length, 3);
  await endpoints.close();
});

test('promoting an arm takes no loading, and undeploying ends everything on record', async () => {
  await using context = testContext();
  const { endpoints, second } = await serving(context);
  await endpoints.addArm(NAME, 'challenger', second);
  assert.deepEqual(endpoints.describe(NAME).versions, ['1', '2']);
  assert.equal((await endpoints.resident()).length, 2);
  await endpoints.deploy(NAME, second);
  await endpoints.removeArm(NAME, 'challenger');
  assert.equal((await endpoints.predict(NAME, [FLIGHT])).modelVersion, 2);
  const inFlight = endpoints.predict(NAME, [FLIGHT]);
  await endpoints.undeploy(NAME, 'no longer needed');
  assert.equal((await inFlight).modelVersion, 2);
  assert.equal(endpoints.has(NAME), false);
  const open = await context.store.database.sql
    .selectFrom('deployment')
    .selectAll()
    .where('ended_at', 'is', null)
    .execute();
  assert.deepEqual(open, []);
  await assert.rejects(endpoints.undeploy(NAME, 'again'), { code: 'ENDPOINT_NOT_FOUND' });
  await endpoints.close();
});

test('columns get what records get, and are refused in the same words', async () => {
  await using context = testContext();
  const { endpoints, told } = await serving(context);
  const records = [FLIGHT, BEFORE_CHRISTMAS];
  const model = flightModel();
  const { scores, threshold } = await endpoints.predictTable(NAME, recordsToTable(model.fields, records));
  const { predictions } = await endpoints.predict(NAME, records);
  assert.deepEqual(toPredictions({ task: model.task, threshold }, scores), predictions);
  const bad = recordsToTable(model.fields, [FLIGHT, { ...FLIGHT, distance: 0 }]);
  await assert.rejects(endpoints.predictTable(NAME, bad), /\[1\].distance must be at least 1 miles, got 0/);
  await assert.rejects(endpoints.infer(NAME, []), { code: 'CALL_UNSUITABLE' });
  await assert.rejects(endpoints.generate(NAME, FLIGHT), { code: 'CALL_UNSUITABLE' });
  await endpoints.flush();
  assert.deepEqual(
    told.slice(0, 2).map(({ record }) => record.distance),
    [733, 100],
  );
  await endpoints.close();
});

test('the same key gets the same answer, computed once; with other records it is refused', async () => {
  await using context = testContext();
  const { endpoints, told } = await serving(context);
  const ask = (record: object) => endpoints.predict(NAME, [record], { idempotencyKey: 'order-7' });
  const [once, twice] = await Promise.all([ask(FLIGHT), ask(FLIGHT)]);
  assert.deepEqual([once.replayed, twice.replayed].sort(), [true, undefined]);
  assert.deepEqual(once.ids, twice.ids);
  assert.deepEqual((await ask(FLIGHT)).predictions, once.predictions);
  await assert.rejects(ask(BEFORE_CHRISTMAS), { code: 'IDEMPOTENCY_CONFLICT', status: 422 });
  // What fails may be sent again with the same key.
  const bad = () => endpoints.predict(NAME, [{}], { idempotencyKey: 'order-8' });
  for (let time = 0; time < 2; time++) await assert.rejects(bad(), { code: 'RECORD_INVALID' });
  await endpoints.flush();
  assert.equal(told.length, 1);
  await endpoints.close();
});

test('a claim whose process died is taken over after a minute; until then nobody waits longer than they said', async () => {
  await using context = testContext();
  let now = Date.now();
  const once = createOnceAnswers({ ...context, clock: { now: () => now } });
  const answerOf = (version: number): PredictResult => ({
    ...{ predictions: [{ value: version }], ids: ['id'], model: 'm', modelVersion: version, arm: 'champion' },
  });
  const slow = Promise.withResolvers<PredictResult>();
  const ask = (compute: () => Promise<PredictResult>, more: PredictOptions = {}) =>
    once.answer(NAME, [FLIGHT], { ...more, idempotencyKey: 'k' }, compute);
  const first = ask(() => slow.promise);
  const never = async () => assert.fail('computed twice');
  await assert.rejects(ask(never, { timeoutMs: 60 }), { code: 'DEADLINE_EXCEEDED' });
  await assert.rejects(ask(never, { signal: AbortSignal.abort() }), { code: 'REQUEST_ABANDONED' });
  now += 61_000;
  await assert.rejects(
    ask(async () => Promise.reject(new Error('no'))),
    /no/,
  );
  const second = await ask(async () => answerOf(2));
  slow.resolve(answerOf(1));
  assert.equal(second.modelVersion, 2);
  assert.deepEqual(await first, { ...answerOf(2), replayed: true }, 'who comes late says the same');
  once.close();
});

test('Shapley values add up to the margin, within a budget', async () => {
  await using context = testContext();
  const { endpoints } = await serving(context, { explain: { budgetMs: 1_000 } });
  const { predictions, explanations } = await endpoints.predict(NAME, [BEFORE_CHRISTMAS], {
    explain: 'shap',
  });
  const [{ baseline, contributions }] = explanations ?? [];
  const margin = Object.values(contributions).reduce((sum, [value]) => sum + value, baseline[0]);
  const [prediction] = predictions;
  assert.ok('probability' in prediction);
  assert.ok(Math.abs(1 / (1 + Math.exp(-margin)) - prediction.probability) < 1e-12);
  assert.deepEqual(
    Object.keys(contributions),
    flightModel().fields.map(({ name }) => name),
  );
  await endpoints.close();
  const tight = createEndpoints(context, { config: ServingConfig.parse({ explain: { budgetMs: 1e-6 } }) });
  await tight.restore();
  await assert.rejects(tight.predict(NAME, [FLIGHT], { explain: 'shap' }), {
    code: 'EXPLANATION_OVER_BUDGET',
  });
  await tight.close();
});
