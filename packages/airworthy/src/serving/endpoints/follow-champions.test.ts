import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { type TestContext, testContext } from '../../../test/test-context.ts';
import { createVersion, setAlias } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import { ServingConfig } from '../schema.ts';
import { FLIGHT, flightModel, writeRelease } from '../testing/write-bundle.ts';
import { createEndpoints } from './create-endpoints.ts';
import { followChampions } from './follow-champions.ts';
import { recordDeployment } from './record-deployment.ts';

const NAME = 'flight-delays';
const NEVER = { everyMs: 3_600_000 };

/** The same project through a connection of its own, as another process has it. */
function elsewhere(context: TestContext): Context & AsyncDisposable {
  const database = context.openDatabaseAgain();
  return {
    ...context,
    store: { ...context.store, database },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

function promote(context: Context, version: number) {
  return setAlias(context, {
    model: NAME,
    alias: 'champion',
    version,
    reason: `version ${version} is better`,
  });
}

async function serving(context: Context) {
  const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
  await endpoints.restore();
  const versionServed = async () => (await endpoints.predict(NAME, [FLIGHT])).modelVersion;
  return { endpoints, versionServed };
}

test('a promotion in another process is served within seconds', async () => {
  await using context = testContext();
  await using other = elsewhere(context);
  const { endpoints, versionServed } = await serving(context);
  await endpoints.deploy(NAME, await writeRelease(context, flightModel()));
  await writeRelease(context, flightModel(1));
  const watch = followChampions(context, endpoints, { everyMs: 20 });
  await pause(50);
  assert.equal(await versionServed(), 1);
  await promote(other, 2);
  for (let waited = 0; (await versionServed()) === 1 && waited < 5_000; waited += 20) await pause(20);
  assert.equal(await versionServed(), 2);
  await promote(other, 1);
  for (let waited = 0; (await versionServed()) === 2 && waited < 5_000; waited += 20) await pause(20);
  assert.equal(await versionServed(), 1);
  await watch.close();
  await endpoints.close();
});

test('an endpoint another process deployed, or deployed anew, is served here too', async () => {
  await using context = testContext();
  await using other = elsewhere(context);
  const { endpoints, versionServed } = await serving(context);
  const watch = followChampions(context, endpoints, NEVER);
  const first = await writeRelease(context, flightModel());
  const second = await writeRelease(context, flightModel(1));
  await recordDeployment(other, NAME, first);
  await watch.check();
  assert.equal(await versionServed(), 1);
  await recordDeployment(other, NAME, second);
  await watch.check();
  assert.equal(await versionServed(), 2);
  await watch.close();
  await endpoints.close();
});

test('a deploy by hand stays until the champion moves again', async () => {
  await using context = testContext();
  const { endpoints, versionServed } = await serving(context);
  const first = await writeRelease(context, flightModel());
  const second = await writeRelease(context, flightModel(1));
  await endpoints.deploy(NAME, first);
  await pause(2);
  await promote(context, 2);
  const watch = followChampions(context, endpoints, NEVER);
  await watch.check();
  assert.equal(await versionServed(), 2, 'a champion that moved while no one looked is put in place');
  await endpoints.deploy(NAME, { ...first, reason: 'by hand' });
  await watch.check();
  assert.equal(await versionServed(), 1);
  await pause(2);
  const later = followChampions(context, endpoints, NEVER);
  await later.check();
  assert.equal(await versionServed(), 1, 'also after a restart');
  await writeRelease(context, flightModel(2));
  await promote(context, 3);
  await watch.check();
  assert.equal(await versionServed(), 3);
  assert.equal(second.version, 2);
  for (const each of [watch, later]) await each.close();
  await endpoints.close();
});

test('a champion that fails its golden records leaves the former serving, and is not tried every second', async () => {
  await using context = testContext();
  const { endpoints, versionServed } = await serving(context);
  await endpoints.deploy(NAME, await writeRelease(context, flightModel()));
  await writeRelease(context, flightModel(1), { goldenScores: [0.5] });
  const watch = followChampions(context, endpoints, NEVER);
  await watch.check();
  await promote(context, 2);
  for (let times = 0; times < 3; times++) await watch.check();
  assert.equal(await versionServed(), 1);
  assert.match(endpoints.status()[0].problem ?? '', /golden record/);
  await promote(context, 1);
  await watch.check();
  assert.equal(await versionServed(), 1);
  await watch.close();
  await endpoints.close();
});

test('a champion that nobody packed is passed over, and the next one that was is served', async () => {
  await using context = testContext();
  const { endpoints, versionServed } = await serving(context);
  await endpoints.deploy(NAME, await writeRelease(context, flightModel()));
  await promote(context, 1);
  const watch = followChampions(context, endpoints, NEVER);
  await watch.check();
  await createVersion(context, { model: NAME, source: 's3://bucket/model' });
  await promote(context, 2);
  await watch.check();
  assert.equal(await versionServed(), 1);
  await writeRelease(context, flightModel(1));
  await promote(context, 3);
  await watch.check();
  assert.equal(await versionServed(), 3);
  await watch.close();
  await endpoints.close();
});
