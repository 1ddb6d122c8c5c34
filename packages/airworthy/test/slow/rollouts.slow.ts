// The flight story with challengers that are worse on purpose: a rollout stops them, and says why.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { type App, openApp } from '../../src/app.ts';
import { endpointTask, labelRules, recordFeedback, recordLabels } from '../../src/feedback/index.ts';
import { decideImprovement } from '../../src/lifecycle/improve/decide-improvement.ts';
import {
  beginImprovement,
  getImprovement,
  recordProgress,
} from '../../src/lifecycle/improve/improvement-rows.ts';
import { settleRolledOut } from '../../src/lifecycle/improve/settle-rolled-out.ts';
import { createOutcomeReader } from '../../src/lifecycle/rollouts/read-outcomes.ts';
import type { Project } from '../../src/project/load-project.ts';
import { listAliasMoves } from '../../src/registry/index.ts';
import {
  createEndpoints,
  createRolloutSampler,
  describeRollout,
  followRollouts,
  type JsonRecord,
  listDeployments,
  listRollouts,
  type Rollout,
  RolloutConfig,
  type RolloutDetail,
  readRollout,
  ServingConfig,
  startRollout,
  steerRollout,
} from '../../src/serving/index.ts';
import { type ArmRewards, drawWeights } from '../../src/serving/rollouts/draw-weights.ts';
import { FLIGHT, flightModel, writeRelease } from '../../src/serving/testing/write-bundle.ts';
import { verifyAudit } from '../../src/store/audit.ts';
import type { Context } from '../../src/store/ports.ts';
import { testContext } from '../test-context.ts';

const FLIGHTS = join(import.meta.dirname, '../../../../node_modules/vega-datasets/data/flights-3m.parquet');
const NAME = 'flight-delays';
const SEND = 250;

/** `late` says what the model is to learn; the truth is more than 15 minutes. */
function config(late: string, onShip: boolean, guards: string): string {
  return `import { defineProject } from 'airworthy';
export default defineProject({
  name: '${NAME}',
  data: {
    source: ${JSON.stringify(FLIGHTS)},
    sample: { fraction: 0.02, seed: 1 },
    columns: {
      date: { kind: 'timestamp', parts: ['hour', 'weekday'] },
      delay: { kind: 'number', unit: 'minutes' },
      distance: { kind: 'number', unit: 'miles', minimum: 1, maximum: 10000 },
      origin: { kind: 'category' },
      destination: { kind: 'category' },
    },
    filters: [
      { keep: 'delay BETWEEN -120 AND 1440', because: 'no flight is more than a day late' },
      { keep: "date < '2001-02-01'", because: 'January trains' },
    ],
    target: { name: 'late', from: ${JSON.stringify(late)} },
    features: ['date', 'distance', 'origin', 'destination'],
    split: { by: 'random', test: 0.2, seed: 1 },
  },
  training: { metric: 'log-loss', learners: ['linear'], budget: { trials: 1, seconds: 60 }, seed: 1 },
  evaluation: { gates: [{ metric: 'roc-auc', rule: 'no-worse-than', margin: 0.5 }] },
  serving: { rollout: { onShip: ${onShip}, plan: {
    steps: [
      { mode: 'shadow', minMinutes: 0 },
      { mode: 'canary', weight: 0.5, minMinutes: 0 },
    ],
    guards: [${guards}],
  } } },
});
`;
}

test('flights: a challenger that learnt the wrong thing is stopped, and what serves goes on', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-flights-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const open = (
    late: string,
    onShip: boolean,
    guards = "{ metric: 'error-rate' }, { metric: 'score-shift' }",
  ) => {
    writeFileSync(join(folder, 'airworthy.config.ts'), config(late, onShip, guards));
    return openApp({ folder });
  };
  const flights = await readFlights(40_000);
  await using first = await open('delay > 15', false);
  await first.ship();
  await first.close();

  const swapped = await rollOut(await open('delay <= 15', true), flights);
  t.diagnostic(reasonOf(swapped));
  assert.equal(swapped.state, 'retired');
  assert.equal(swapped.events.at(-2)?.from, 'shadow');
  assert.match(reasonOf(swapped), /score-shift: .*mean score .* sd .*worse/);
  assert.equal(swapped.exposure.requests, 0);

  // As many are late as in truth, but which ones is chance: only labels can tell.
  const labels = "{ metric: 'error-rate' }, { metric: 'log-loss', margin: 0.005 }";
  const random = await rollOut(await open('(hash(delay) % 1000) < 210', true, labels), flights);
  t.diagnostic(reasonOf(random));
  assert.equal(random.state, 'retired');
  assert.equal(random.events.at(-2)?.from, 'canary');
  assert.match(reasonOf(random), /log-loss: .*log loss .*worse/);
  assert.ok(random.exposure.requests < flights.length / 2);
});

function reasonOf({ events }: RolloutDetail): string {
  const { reason, sentence } = events.at(-2) as RolloutDetail['events'][number];
  return `${reason}: ${sentence}`;
}

interface Flight {
  record: JsonRecord;
  late: boolean;
}

/** Flights of February, which no model has seen, in an order that says nothing. */
async function readFlights(rows: number): Promise<Flight[]> {
  const connection = await (await DuckDBInstance.create()).connect();
  const reader = await connection.runAndReadAll(`
    SELECT strftime(date, '%Y-%m-%dT%H:%M:00Z') AS date, distance, origin, destination, delay > 15 AS late
    FROM '${FLIGHTS}' WHERE date >= '2001-02-01' AND date < '2001-03-01' AND delay BETWEEN -120 AND 1440
    ORDER BY hash(date, origin, destination, distance, delay) LIMIT ${rows}`);
  const read = reader.getRowObjectsJS().map(
    ({ late, distance, ...row }): Flight => ({
      record: { ...(row as JsonRecord), distance: Number(distance) },
      late: late === true,
    }),
  );
  connection.closeSync();
  return read;
}

/** Ships, which begins a rollout, and sends flights and what became of them until it is over. */
async function rollOut(app: App, flights: readonly Flight[]): Promise<RolloutDetail> {
  await using opened = app;
  const { context, project } = opened;
  const { stages, promoted } = await opened.ship();
  assert.equal(promoted, false);
  assert.match(stages.find(({ stage }) => stage === 'registry')?.sentence ?? '', /it is being rolled out/);
  const [{ id, control }] = await listRollouts(context, { endpoint: NAME, limit: 1 });
  const endpoints = await opened.endpoints();
  const rollouts = await opened.rollouts();
  await rollouts.check();
  const rules = await labelRules(context, NAME, project.config);
  for (let start = 0; start < flights.length; start += SEND) {
    const sent = flights.slice(start, start + SEND);
    const ids: string[] = [];
    for (const { record } of sent) ids.push((await endpoints.predict(NAME, [record])).ids[0]);
    await new Promise((settle) => setTimeout(settle, 20));
    await endpoints.flush();
    const labels = sent.map(({ late }, index) => ({ prediction: ids[index], value: String(late) }));
    await recordLabels(context, { ...rules, labels });
    await rollouts.check();
    const { endedAt } = await readRollout(context, id);
    if (endedAt !== null) break;
  }
  assert.equal(endpoints.describe(NAME).deployment.version, control);
  assert.equal((await verifyAudit(context)).ok, true);
  return await describeRollout(context, await readRollout(context, id));
}

test('an approved challenger is rolled out, and the end of its rollout is the end of the improvement', async () => {
  for (const end of ['promoted', 'kept'] as const) {
    await using context = testContext();
    const plan = {
      steps: [{ mode: 'canary', weight: 0.5, minMinutes: 0, minRequests: 30 }],
      guards: [{ metric: 'error-rate', margin: 0.9, minSamples: 30 }],
    };
    const serving = ServingConfig.parse({ rollout: { onShip: true, plan } });
    const config = { serving, registry: { alias: 'champion' } };
    const project = { endpoint: NAME, model: NAME, config } as unknown as Project;
    const endpoints = createEndpoints(context, { config: serving });
    await endpoints.deploy(NAME, await writeRelease(context, flightModel()));
    await endpoints.close();
    const challenger = await writeRelease(context, flightModel(1e-9));
    const cause = { on: 'asked', sentence: 'a person asked' } as const;
    const begun = await beginImprovement(context, NAME, cause, {
      challenger: { version: challenger.version, bundle: challenger.bundle },
    });
    await recordProgress(context, begun, { state: 'awaiting-approval', reason: 'it is better' });
    const decision = { id: begun.id, decision: 'approve', reason: 'looks good' } as const;
    const approved = await decideImprovement(context, project, decision);
    assert.equal(approved.state, 'rolling-out');
    assert.deepEqual(await decideImprovement(context, project, decision), approved);
    const rollout = approved.facts.rollout as string;
    await settleRolledOut(context, project);
    assert.equal((await getImprovement(context, begun.id)).endedAt, null);
    if (end === 'kept') await steerRollout(context, rollout, 'abort', { reason: 'a customer complained' });
    await drive(context, rollout);
    await settleRolledOut(context, project);
    const { state, reason } = await getImprovement(context, begun.id);
    assert.equal(state, end);
    const why = { promoted: /^rollout 1, all steps passed: .*not worse.*it is better$/, kept: /complained/ };
    assert.match(reason, why[end]);
    assert.equal((await verifyAudit(context)).ok, true);
  }
});

test('a bandit learns from thumbs, and every prediction has the probability it had when it was made', async () => {
  await using real = testContext();
  let offset = 0;
  const context: Context = { ...real, clock: { now: () => real.clock.now() + offset } };
  const first = createEndpoints(context, { config: ServingConfig.parse({}) });
  await first.deploy(NAME, await writeRelease(context, flightModel()));
  await first.close();
  await writeRelease(context, flightModel(1e-9));
  const step = { mode: 'bandit', reward: 'feedback', floor: 0.1, confidence: 0.999, minMinutes: 600 };
  const config = RolloutConfig.parse({ plan: { steps: [step], guards: [] } });
  const { id } = await startRollout(context, NAME, { version: 2 }, config);
  const sampler = createRolloutSampler(context);
  const endpoints = createEndpoints(context, { config: ServingConfig.parse({}), observer: sampler.observer });
  await endpoints.restore();
  const rules = { endpoint: NAME, task: await endpointTask(context, NAME) };
  const readOutcomes = createOutcomeReader(context);
  const watch = followRollouts(context, endpoints, { sampler, readOutcomes, everyMs: 1_000_000 });
  const round = async () => {
    await watch.check();
    for (let request = 0; request < 200; request++) {
      const { ids, arm } = await endpoints.predict(NAME, [FLIGHT]);
      const value = arm === 'challenger' || request % 3 === 0 ? 'up' : 'down';
      await endpoints.flush();
      await recordFeedback(context, rules, { kind: 'thumb', prediction: ids[0], value, source: 'anna' });
    }
    offset += 11 * 60_000;
    await watch.check();
  };
  for (let rounds = 0; rounds < 3; rounds++) await round();
  await watch.close();
  await endpoints.close();
  const { events, state } = await readRollout(context, id);
  assert.ok(state.weights.challenger > 0.8 && state.weights.champion >= 0.1, JSON.stringify(state.weights));
  const drawn = events.filter(({ reason }) => reason === 'parts drawn anew from the rewards');
  assert.ok(drawn.length >= 1);
  for (const { evidence, weights } of drawn) {
    const { rewards, seed } = evidence as { rewards: ArmRewards[]; seed: string };
    assert.deepEqual(drawWeights(rewards, { floor: 0.1, seed })?.weights, weights);
  }
  const rows = await context.store.database.sql
    .selectFrom('prediction')
    .select(['at', 'arm', 'propensity'])
    .where('rollout', '=', id)
    .execute();
  assert.equal(rows.length, 600);
  for (const { at, arm, propensity } of rows) {
    const then = events.findLast((event) => event.step >= 0 && event.at <= at);
    assert.equal(propensity, then?.weights[arm]);
  }
});

test('a rollout whose process dies before any of its writes goes on, and ends as one that nothing befell', async (t) => {
  const writes = await rollThrough(Number.POSITIVE_INFINITY);
  t.diagnostic(`${writes} writes`);
  for (let allowed = 0; allowed < writes; allowed++) await rollThrough(allowed);
});

/** Promotes a version; the first process dies after so many writes. Returns how many there were. */
async function rollThrough(allowed: number): Promise<number> {
  await using context = testContext();
  const config = ServingConfig.parse({});
  const champion = createEndpoints(context, { config });
  await champion.deploy(NAME, await writeRelease(context, flightModel()));
  await champion.close();
  const { bundle } = await writeRelease(context, flightModel(1e-9));
  const plan = {
    steps: [{ mode: 'canary', weight: 0.5, minMinutes: 0, minRequests: 30 }],
    guards: [{ metric: 'error-rate', margin: 0.9, minSamples: 30 }],
  };
  const { id } = await startRollout(context, NAME, { version: 2 }, RolloutConfig.parse({ plan }));
  let writes = 0;
  const { database } = context.store;
  const dying: Context = {
    ...context,
    store: {
      ...context.store,
      database: {
        ...database,
        sql: database.sql,
        write: (work) => (writes++ < allowed ? database.write(work) : Promise.reject(new Error('it died'))),
      },
    },
  };
  await drive(dying, id).catch(() => undefined);
  await database.write((sql) => sql.updateTable('rollout').set({ driven_until: 0 }).execute());
  const rollout = await drive(context, id);
  const path = ['registered', 'loading', 'warming', 'canary', 'promoting', 'stable'];
  assert.deepEqual(
    rollout.events.map(({ to }) => to),
    path,
    `after ${allowed} writes`,
  );
  const moves = await listAliasMoves(context, NAME, { limit: 10 });
  assert.deepEqual(
    moves.map(({ version }) => version),
    [2],
  );
  const deployments = await listDeployments(context, { endpoint: NAME, limit: 10 });
  assert.deepEqual(deployments.map((each) => [each.version, each.endedAt === null]).sort(), [
    [1, false],
    [2, true],
  ]);
  assert.equal(deployments.find(({ endedAt }) => endedAt === null)?.bundle, bundle);
  assert.equal((await verifyAudit(context)).ok, true);
  return writes;
}

async function drive(context: Context, id: string): Promise<Rollout> {
  const sampler = createRolloutSampler(context);
  const endpoints = createEndpoints(context, { config: ServingConfig.parse({}), observer: sampler.observer });
  await endpoints.restore();
  const watch = followRollouts(context, endpoints, { sampler, everyMs: 1_000_000 });
  try {
    for (let round = 0; round < 10; round++) {
      await watch.check();
      const rollout = await readRollout(context, id);
      if (rollout.endedAt !== null) return rollout;
      for (let request = 0; request < 100; request++) await endpoints.predict(NAME, [FLIGHT]);
      await endpoints.flush();
    }
    throw new Error('it does not end');
  } finally {
    await watch.close();
    await endpoints.close();
  }
}
