import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { testContext } from '../../../test/test-context.ts';
import { findAlias } from '../../registry/index.ts';
import { createRandom } from '../../stats/random.ts';
import { discordantEvidence } from '../../stats/sequential/discordant-evidence.ts';
import { shareEvidence } from '../../stats/sequential/share-evidence.ts';
import { verifyAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import { createEndpoints } from '../endpoints/create-endpoints.ts';
import { currentDeployment } from '../endpoints/record-deployment.ts';
import { ServingConfig } from '../schema.ts';
import { HEALTHY, simulateRollout, USUAL } from '../testing/simulate-rollout.ts';
import { FLIGHT, flightModel, writeRelease } from '../testing/write-bundle.ts';
import { armAt, placeUnit } from './assign-arm.ts';
import { createCounts } from './count-served.ts';
import { decideRollout } from './decide-rollout.ts';
import { describeRollout } from './describe-rollout.ts';
import { drawWeights } from './draw-weights.ts';
import { followRollouts } from './follow-rollouts.ts';
import { judgeRollout, type RolloutCase } from './judge-rollout.ts';
import { RolloutConfig, RolloutPlan } from './plan-schema.ts';
import { readSamples } from './read-samples.ts';
import { reduceRollout } from './reduce-rollout.ts';
import { type Rollout, readRollout } from './rollout-rows.ts';
import { createRolloutSampler } from './rollout-sampler.ts';
import { addValue, emptySample, emptySums, requestsOf } from './samples.ts';
import type { RolloutEvent } from './schema.ts';
import { startRollout } from './start-rollout.ts';
import { steerRollout } from './steer-rollout.ts';
import { inOrder, weightsIn } from './step-weights.ts';

const NAME = 'flight-delays';

/** A plan that a few hundred requests get through. */
function quickPlan(more: object = {}): RolloutConfig {
  const step = { minMinutes: 0, minRequests: 60 };
  return RolloutConfig.parse({
    plan: {
      steps: [
        { mode: 'shadow', ...step },
        { mode: 'canary', weight: 0.5, ...step },
      ],
      guards: [
        { metric: 'error-rate', margin: 0.3, minSamples: 30 },
        { metric: 'score-shift', margin: 0.6, minSamples: 30 },
      ],
      ...more,
    },
  });
}

/** One process that serves, with a champion and what follows its rollouts. */
async function serve(context: Context) {
  const sampler = createRolloutSampler(context);
  const config = ServingConfig.parse({});
  const endpoints = createEndpoints(context, { config, observer: sampler.observer });
  await endpoints.restore();
  const watch = followRollouts(context, endpoints, { sampler, everyMs: 1_000_000 });
  /** Different flights, and then what the rollout makes of them. */
  async function send(requests: number): Promise<void> {
    for (let request = 0; request < requests; request++)
      await endpoints.predict(NAME, [{ ...FLIGHT, distance: 100 + ((request * 37) % 4_000) }]);
    await endpoints.flush();
    await watch.check();
  }
  return {
    endpoints,
    watch,
    send,
    /** Sends until it is so: a busy machine leaves out shadows. */
    async until(id: string, state: string) {
      for (let look = 0; look < 100; look++) {
        await send(40);
        if ((await readRollout(context, id)).state.name === state) return;
        await new Promise((settle) => setTimeout(settle, 10));
      }
      const { guards } = await describeRollout(context, await readRollout(context, id));
      assert.fail(`it does not become ${state}: ${guards.map(({ sentence }) => sentence).join('; ')}`);
    },
    async close() {
      await watch.close();
      await endpoints.close();
    },
  };
}

async function withChampion(context: Context) {
  const first = await serve(context);
  await first.endpoints.deploy(NAME, await writeRelease(context, flightModel()));
  return first;
}

test('a unit keeps its place, and raising a weight only moves units away from the champion', () => {
  fc.assert(
    fc.property(fc.string(), fc.double({ min: 0.01, max: 0.49, noNaN: true }), (unit, weight) => {
      const { bucket, shard } = placeUnit('a', unit);
      assert.ok(bucket >= 0 && bucket <= 1 && shard >= 0 && shard < 32);
      const at = (part: number) => armAt(inOrder({ champion: 1 - part, next: part }, 'champion'), bucket).arm;
      if (at(weight) === 'next') assert.equal(at(2 * weight), 'next');
    }),
    { numRuns: 200 },
  );
  const buckets = Array.from({ length: 4_000 }, (_, unit) => placeUnit('salt', `unit ${unit}`).bucket);
  const mean = buckets.reduce((sum, bucket) => sum + bucket, 0) / buckets.length;
  assert.ok(Math.abs(mean - 0.5) < 0.02, String(mean));
});

test('a bandit favours the better arm, keeps the floor and draws the same from the same', () => {
  const arms = [
    { arm: 'champion', rewards: { n: 400, sum: 200, squares: 200 } },
    { arm: 'challenger', rewards: { n: 400, sum: 260, squares: 260 } },
    { arm: 'other', rewards: { n: 400, sum: 120, squares: 120 } },
  ];
  const drawn = drawWeights(arms, { floor: 0.05, seed: '1/a/7' });
  assert.deepEqual(drawn, drawWeights(arms, { floor: 0.05, seed: '1/a/7' }));
  assert.ok(drawn && drawn.weights.challenger > 0.85 && drawn.weights.other === 0.05);
  const parts = Object.values(drawn?.weights ?? {});
  assert.ok(Math.abs(parts.reduce((sum, part) => sum + part, 0) - 1) < 1e-9);
});

/** A step under way with so many requests, rewards and wrong answers an arm. */
function midway(
  step: object,
  arms: Record<string, { n: number; reward?: number; wrong?: number }>,
  { guards = [], more = [] }: { guards?: object[]; more?: object[] } = {},
): RolloutCase & { events: RolloutEvent[] } {
  const steps = [{ minMinutes: 0, minRequests: 100, ...step }, ...more];
  const plan = RolloutPlan.parse({ steps, guards });
  const names = Object.keys(arms);
  const idle = { weights: { champion: 1 }, challenger: names[1], reason: '', sentence: '', evidence: {} };
  const told = { at: 0, actor: 'local' };
  const before = ['registered', 'loading', 'warming'] as const;
  const events: RolloutEvent[] = before.map((to, index) => ({
    ...{ ...idle, ...told, to, step: -1, sequence: index + 1, from: before[index - 1] ?? null },
  }));
  const [first] = plan.steps;
  const weights = weightsIn(first, names, names[1]);
  events.push({ ...idle, ...told, weights, to: first.mode, step: 0, sequence: 4, from: 'warming' });
  const samples = Object.entries(arms).map(([arm, { n, reward = 0, wrong = 0 }]) => {
    const sample = emptySample(4, arm);
    for (let request = 0; request < n; request++) {
      const sums = sample.shards[request % sample.shards.length];
      sums.requests += 1;
      addValue(sums.reward, request < reward * n ? 1 : 0);
      addValue(sums.loss, request < wrong * n ? 1 : 0);
    }
    return sample;
  });
  const state = reduceRollout(events);
  return {
    events,
    plan,
    arms: names,
    id: 'a',
    state,
    samples: { arms: samples, slowKnown: false },
    now: 3_600_000,
  };
}

test('a bandit shifts parts to what gains more, learns nothing in an alarm, and ends once it is sure', () => {
  const step = { mode: 'bandit', floor: 0.1, confidence: 0.99 };
  const close = midway(step, { champion: { n: 200, reward: 0.5 }, challenger: { n: 200, reward: 0.56 } });
  const shifted = decideRollout(close);
  assert.equal(shifted?.to, 'bandit');
  assert.ok((shifted?.weights.challenger ?? 0) > 0.6 && (shifted?.weights.champion ?? 0) >= 0.1);
  assert.deepEqual(decideRollout(close), shifted);
  assert.equal(decideRollout({ ...close, frozen: 'drift' }), null);
  const won = midway(step, { champion: { n: 400, reward: 0.4 }, challenger: { n: 400, reward: 0.6 } });
  assert.equal(decideRollout(won)?.to, 'promoting');
  const lost = midway(step, { champion: { n: 400, reward: 0.6 }, challenger: { n: 400, reward: 0.4 } });
  assert.deepEqual(
    [decideRollout(lost)?.to, decideRollout(lost)?.reason],
    ['rolling-back', 'the champion is the best arm'],
  );
});

test('of several arms the one that is better by the goal goes on; where none is, a person decides', () => {
  const step = { mode: 'ab', weights: { a: 0.3, b: 0.3 }, goal: 'accuracy', maxMinutes: 30 };
  const clear = {
    champion: { n: 2_400, wrong: 0.3 },
    a: { n: 1_800, wrong: 0.29 },
    b: { n: 1_800, wrong: 0.2 },
  };
  const decision = decideRollout(midway(step, clear));
  assert.deepEqual([decision?.to, decision?.challenger], ['promoting', 'b']);
  const equal = { ...clear, b: { n: 1_800, wrong: 0.3 } };
  const paused = decideRollout(midway(step, equal));
  assert.equal(paused?.to, 'paused');
  assert.match(paused?.reason ?? '', /^inconclusive after 30 minutes$/);
});

test('arms that get other parts than they are to get pause the rollout', () => {
  const uneven = { champion: { n: 1_400 }, challenger: { n: 600 } };
  const decision = decideRollout(midway({ mode: 'canary', weight: 0.5 }, uneven));
  assert.deepEqual(
    [decision?.to, decision?.reason],
    ['paused', 'the arms do not get their parts of the requests'],
  );
});

test('one unit that makes most of the requests is neither a mismatch nor evidence of anything', () => {
  const few = midway(
    { mode: 'canary', weight: 0.5 },
    { champion: { n: 1_000, wrong: 0.1 }, challenger: { n: 1_000, wrong: 0.9 } },
    { guards: [{ metric: 'accuracy' }] },
  );
  assert.equal(decideRollout(few)?.to, 'rolling-back');
  for (const { shards } of few.samples.arms)
    for (const shard of shards.splice(1)) {
      for (const name of ['requests', 'failed', 'slow'] as const) shards[0][name] += shard[name];
      for (const name of ['n', 'sum', 'squares'] as const) shards[0].loss[name] += shard.loss[name];
      shards.push(emptySums());
    }
  assert.equal(decideRollout(few), null);
  const { guards, srm } = judgeRollout(few);
  assert.deepEqual([guards[0]?.state, srm.state], ['waiting', 'waiting']);
});

test('an arm that was taken out as worse does not come back in a later step', () => {
  const ab = { mode: 'ab', weights: { a: 0.3, b: 0.3 }, goal: 'accuracy' };
  const arms = { champion: { n: 1_400, wrong: 0.2 }, a: { n: 600, wrong: 0.6 }, b: { n: 600, wrong: 0.05 } };
  const it = midway(ab, arms, { guards: [{ metric: 'accuracy' }], more: [{ mode: 'bandit' }] });
  const out = decideRollout(it);
  assert.deepEqual([out?.to, out?.challenger, out?.weights], ['ab', 'b', { b: 0.3, champion: 0.7 }]);
  const events = [
    ...it.events,
    { ...(out as RolloutEvent), sequence: 5, at: 1, actor: 'local', from: 'ab' as const },
  ];
  const state = reduceRollout(events);
  assert.deepEqual(state.removed, ['a']);
  const left = it.samples.arms.filter(({ arm }) => arm !== 'a').map((sample) => ({ ...sample, phase: 5 }));
  const samples = { ...it.samples, arms: left };
  const on = decideRollout({ ...it, state, samples });
  assert.deepEqual([on?.to, Object.keys(on?.weights ?? {})], ['bandit', ['b', 'champion']]);
});

test('a plan that cannot keep what it promises is refused', () => {
  const problemOf = (plan: object) => RolloutPlan.safeParse(plan).error?.issues[0]?.message ?? '';
  assert.match(
    problemOf({ guards: [{ metric: 'latency', alpha: 0.05 }, { metric: 'cost' }] }),
    /less than what/,
  );
  assert.match(problemOf({ guards: [{ metric: 'latency' }, { metric: 'latency', margin: 1 }] }), /twice/);
  const shadow = { steps: [{ mode: 'shadow' }], guards: [{ metric: 'accuracy' }] };
  assert.match(problemOf(shadow), /in none of the steps/);
  assert.match(problemOf({ steps: [{ mode: 'ab', weights: { a: 0.5 }, goal: 'score-shift' }] }), /option/);
});

test('regressions are rolled back within little exposure, and an equal version is promoted', () => {
  const worse = [{ errorRate: 0.03 }, { latency: Math.log(2) }, { score: 0.4 }];
  for (const [seed, change] of worse.entries()) {
    const end = simulateRollout({ ...USUAL, challenger: { ...HEALTHY, ...change } }, seed + 1);
    assert.equal(end.name, 'rolling-back', JSON.stringify(end));
    assert.ok(end.exposed < 1_000, JSON.stringify(end));
  }
  assert.equal(simulateRollout(USUAL, 1).name, 'promoting');
});

test('an equal version goes through shadow and canary to everybody, each transition on the audit record', async () => {
  await using context = testContext();
  const server = await withChampion(context);
  const next = await writeRelease(context, flightModel(1e-9));
  const begun = await startRollout(context, NAME, { version: 2 }, quickPlan());
  assert.equal((await startRollout(context, NAME, { version: 2 }, quickPlan())).id, begun.id);
  await server.watch.check();
  assert.equal((await readRollout(context, begun.id)).state.name, 'shadow');
  await server.until(begun.id, 'canary');
  const shadowed = await describeRollout(context, await readRollout(context, begun.id));
  assert.ok(shadowed.shadow.compared >= 60);
  await server.until(begun.id, 'stable');
  const { state, events, arms, exposure } = await describeRollout(
    context,
    await readRollout(context, begun.id),
  );
  assert.equal(state, 'stable', events.at(-1)?.sentence);
  const path = ['registered', 'loading', 'warming', 'shadow', 'canary', 'promoting', 'stable'];
  assert.deepEqual(
    events.map(({ to }) => to),
    path,
  );
  assert.ok(exposure.requests > 60 && arms[1].errorRate.n === exposure.requests);
  assert.equal(reduceRollout(events).name, 'stable');
  const { sql } = context.store.database;
  assert.equal((await currentDeployment(sql, context.project, NAME))?.bundle, next.bundle);
  assert.equal((await findAlias(context, NAME, 'champion'))?.number, 2);
  const logged = await sql
    .selectFrom('prediction')
    .select(['arm', 'propensity'])
    .where('rollout', '=', begun.id)
    .execute();
  assert.ok(logged.some(({ arm, propensity }) => arm === 'challenger' && propensity === 0.5));
  assert.equal((await verifyAudit(context)).ok, true);
  await server.close();
});

test('a version that says something else is stopped in the shadow, before it answered anybody', async () => {
  await using context = testContext();
  const server = await withChampion(context);
  await writeRelease(context, flightModel(-3));
  const { id } = await startRollout(context, NAME, { version: 2 }, quickPlan());
  await server.watch.check();
  await server.until(id, 'retired');
  const rollout = await describeRollout(context, await readRollout(context, id));
  assert.equal(rollout.state, 'retired');
  assert.equal(rollout.exposure.requests, 0);
  assert.ok(rollout.shadow.disagreed > 0 && rollout.shadow.differences.length > 0);
  const back = rollout.events.find(({ to }) => to === 'rolling-back');
  assert.match(back?.sentence ?? '', /mean score -\S+ sd \[.*\] against the champion.*: worse/);
  assert.equal(server.endpoints.describe(NAME).deployment.version, 1);
  await assert.rejects(
    startRollout(context, NAME, { version: 2 }, quickPlan()),
    /ROLLOUT_COOLING_DOWN|tried again/,
  );
  assert.equal((await startRollout(context, NAME, { version: 2, force: true }, quickPlan())).number, 2);
  await server.close();
});

test('a rollout goes on in another process where the first one died, and people may steer it', async () => {
  await using context = testContext();
  const first = await withChampion(context);
  await writeRelease(context, flightModel(1e-9));
  const { id } = await startRollout(context, NAME, { version: 2 }, quickPlan({ guards: [] }));
  await first.watch.check();
  await first.until(id, 'canary');
  // As if killed: nobody says that it is gone, but its time as the one who decides runs out.
  await first.close();
  await context.store.database.write((sql) => sql.updateTable('rollout').set({ driven_until: 0 }).execute());
  const second = await serve(context);
  await second.watch.check();
  assert.equal((await readRollout(context, id)).state.name, 'canary');
  const paused = await steerRollout(context, id, 'pause', { reason: 'lunch' });
  assert.equal(
    paused.state.lastSequence,
    (await steerRollout(context, id, 'pause', { reason: 'lunch' })).state.lastSequence,
  );
  await second.send(20);
  assert.equal((await readRollout(context, id)).state.name, 'paused');
  await steerRollout(context, id, 'resume', { reason: 'back' });
  await steerRollout(context, id, 'abort', { reason: 'not today' });
  await second.watch.check();
  const { state, events } = await readRollout(context, id);
  assert.deepEqual([state.name, events.at(-1)?.reason], ['retired', 'not today']);
  await steerRollout(context, id, 'abort', { reason: 'again' });
  await assert.rejects(
    steerRollout(context, id, 'promote', { reason: 'no' }),
    /is retired: it cannot be told to promote/,
  );
  await second.close();
});

async function lastServed(context: Context): Promise<{ rollout: string | null }> {
  const query = context.store.database.sql.selectFrom('prediction').select('rollout').orderBy('at', 'desc');
  return query.limit(1).executeTakeFirstOrThrow();
}

test('a rollout ends where its endpoint is undeployed, where its bundle is gone, and where a promotion is given up', async () => {
  await using context = testContext();
  const server = await withChampion(context);
  const { bundle } = await writeRelease(context, flightModel(1e-9));
  const { id } = await startRollout(context, NAME, { version: 2 }, quickPlan());
  await server.watch.check();
  await server.endpoints.undeploy(NAME, 'no longer needed');
  await server.watch.check();
  const undeployed = await readRollout(context, id);
  assert.deepEqual([undeployed.state.name, undeployed.events.at(-1)?.reason], ['retired', 'superseded']);

  await server.endpoints.deploy(NAME, {
    model: NAME,
    version: 1,
    bundle: undeployed.arms[0].bundle,
    reason: '',
  });
  const second = await startRollout(context, NAME, { version: 2, force: true }, quickPlan());
  await server.watch.check();
  // Undeployed and deployed again between two looks: its shadow is asked again.
  await server.endpoints.undeploy(NAME, 'by mistake');
  await server.endpoints.deploy(NAME, {
    model: NAME,
    version: 1,
    bundle: undeployed.arms[0].bundle,
    reason: '',
  });
  await server.watch.check();
  const { rollout } = await server.send(1).then(() => lastServed(context));
  assert.equal(rollout, second.id);
  await server.close();
  await context.store.database.write((sql) => sql.updateTable('rollout').set({ driven_until: 0 }).execute());
  const folder = join(context.store.folder, 'bundles');
  rmSync(join(folder, bundle), { recursive: true });
  const later = await serve(context);
  await later.watch.check();
  const gone = await readRollout(context, second.id);
  assert.deepEqual([gone.state.name, gone.events.at(-1)?.reason], ['retired', 'it can no longer be loaded']);
  await later.close();

  const third = await startRollout(context, NAME, { version: 2, force: true }, quickPlan());
  assert.equal((await steerRollout(context, third.id, 'promote', { reason: 'go' })).state.name, 'promoting');
  await assert.rejects(steerRollout(context, third.id, 'pause', { reason: 'stop' }), {
    code: 'ROLLOUT_STATE',
  });
  assert.equal(
    (await steerRollout(context, third.id, 'abort', { reason: 'stop' })).state.name,
    'rolling-back',
  );
});

test('a request is counted once, shadow or not, and a unit’s trouble once a step', async () => {
  await using context = testContext();
  const rollout = { id: 'r', salt: 's', slowUs: null, challenger: 'challenger', phaseAt: () => 4 };
  const served = { endpoint: NAME, model: NAME, version: 1, bundle: 'b', arm: 'champion', rollout: 'r' };
  const failure = { ...served, propensity: 1, unitKey: 'anna', at: 1, code: 'TIMEOUT', records: 2 };
  const records = ['a', 'b'].map((id) => ({
    id,
    answered: { value: 1 },
    shadow: { code: 'FUNCTION_FAILED' },
  }));
  for (const phase of [4, 5]) {
    const counts = createCounts();
    const here = { ...rollout, phaseAt: () => phase };
    counts.addFailure(here, failure);
    counts.addFailure(here, { ...failure, code: 'OVERLOADED' });
    const differing = counts.addShadow(here, { unit: 'anna', at: 1, answeredUs: 1, shadowUs: 1, records });
    assert.equal(differing.length, 2);
    await context.store.database.write((sql) => counts.write(sql, context.project));
  }
  const weights = { champion: 0.5, challenger: 0.5 };
  const phases = [4, 5].map((phase) => ({ phase, weights }));
  const under = { id: 'r', arms: [], slowUs: null, state: { phases, history: [] } } as unknown as Rollout;
  const { arms } = await readSamples(context, under);
  const told = arms.map((sample) => [sample.phase, sample.arm, requestsOf(sample), sample.units.failed]);
  assert.deepEqual(told.sort(), [
    [4, 'challenger', 1, 1],
    [4, 'champion', 2, 0],
    [5, 'challenger', 1, 0],
    [5, 'champion', 2, 0],
  ]);
});

test('evidence of a higher share is exact: that of discordant pairs at one half, and rarely large without a cause', () => {
  for (const [hits, misses] of [
    [12, 1],
    [3, 40],
    [0, 0],
  ])
    assert.ok(
      Math.abs(shareEvidence(hits, misses, 0.5) / discordantEvidence(hits, misses, 'gains') - 1) < 1e-9,
    );
  assert.equal(shareEvidence(0, 5_000, 0.3), 0);
  const random = createRandom('no cause');
  let alarms = 0;
  for (let run = 0; run < 1_000; run++) {
    let [hits, largest] = [0, 0];
    for (let n = 1; n <= 100; n++) {
      if (random.next() < 0.1) hits++;
      largest = Math.max(largest, shareEvidence(hits, n - hits, 0.1));
    }
    if (largest >= 20) alarms++;
  }
  assert.ok(alarms <= 65, `${alarms} of 1,000 with alpha 5 %`);
});
