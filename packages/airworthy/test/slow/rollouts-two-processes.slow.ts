// Two processes on one PostgreSQL serve a project and follow the same rollout; the one that decides is killed, and the
// other goes on.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import {
  createEndpoints,
  createRolloutSampler,
  followRollouts,
  RolloutConfig,
  readRollout,
  ServingConfig,
  startRollout,
} from '../../src/serving/index.ts';
import { FLIGHT, flightModel, writeRelease } from '../../src/serving/testing/write-bundle.ts';
import { openStore } from '../../src/store/open-store.ts';
import type { Context } from '../../src/store/ports.ts';
import { openTestPostgres, type TestPostgres } from '../postgres-server.ts';
import { contextOf } from '../test-context.ts';

const NAME = 'flight-delays';
const UNITS = 400;
const [mode, served, databaseUrl] = process.argv.slice(2);

if (mode === 'serve') await serveForEver(contextOf(openStore(served, { databaseUrl })));
else {
  const server = await openTestPostgres();
  const skip = 'skip' in server ? server.skip : false;
  test('units keep their arms in both, and the rollout ends although its driver is killed', { skip }, () =>
    'skip' in server ? undefined : run(server),
  );
}

async function serveForEver(context: Context): Promise<never> {
  const sampler = createRolloutSampler(context);
  const config = ServingConfig.parse({});
  const endpoints = createEndpoints(context, { config, observer: sampler.observer });
  await endpoints.restore();
  followRollouts(context, endpoints, { sampler, everyMs: 100 });
  for (let request = 0; ; request++) {
    await endpoints.predict(NAME, [FLIGHT], { unit: `unit ${(request * 7) % UNITS}` });
    if (request % 20 === 0) await pause(20);
  }
}

async function run(server: TestPostgres): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-two-'));
  const address = await server.createSchema();
  const store = openStore(join(folder, 'own'), { databaseUrl: address });
  await store.database.ready();
  const context = contextOf(store);
  const children: ChildProcess[] = [];
  try {
    const first = createEndpoints(context, { config: ServingConfig.parse({}) });
    await first.deploy(NAME, await writeRelease(context, flightModel()));
    await first.close();
    await writeRelease(context, flightModel(1e-9));
    const step = { mode: 'canary', weight: 0.5, minRequests: 1_000 };
    const guards = [{ metric: 'error-rate', margin: 0.3 }];
    // Not over before the other process has taken the seat of the one that is killed.
    const plan = { steps: [{ ...step, minMinutes: 0.35 }], guards };
    const { id } = await startRollout(context, NAME, { version: 2 }, RolloutConfig.parse({ plan }));
    for (const name of ['first', 'second']) {
      cpSync(join(store.folder, 'bundles'), join(folder, name, 'bundles'), { recursive: true });
      children.push(serveIn(join(folder, name), address));
    }
    await until(context, id, 'canary');
    await pause(2_000);
    children[0].kill('SIGKILL');
    await until(context, id, 'stable');
    const { events } = await readRollout(context, id);
    const path = ['registered', 'loading', 'warming', 'canary', 'promoting', 'stable'];
    assert.deepEqual(
      events.map(({ to }) => to),
      path,
    );
    await requireSticky(context, id);
  } finally {
    for (const child of children) child.kill('SIGKILL');
    await store.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

function serveIn(folder: string, address: string): ChildProcess {
  const flags = ['--conditions=development', import.meta.filename, 'serve', folder, address];
  return spawn(process.execPath, flags, { stdio: ['ignore', 'ignore', 'inherit'] });
}

async function until(context: Context, id: string, state: string): Promise<void> {
  for (let look = 0; look < 600; look++) {
    if ((await readRollout(context, id)).state.name === state) return;
    await pause(100);
  }
  assert.fail(`it does not become ${state}: ${(await readRollout(context, id)).sentence}`);
}

/** Both processes answered each unit with one arm, under the probability it had. */
async function requireSticky({ store, project }: Context, rollout: string): Promise<void> {
  const rows = await store.database.sql
    .selectFrom('prediction')
    .select(['unit_key', 'arm', 'propensity'])
    .distinct()
    .where('project', '=', project)
    .where('rollout', '=', rollout)
    .execute();
  assert.equal(rows.length, UNITS);
  assert.equal(new Set(rows.map(({ unit_key }) => unit_key)).size, UNITS);
  assert.ok(rows.every(({ propensity }) => propensity === 0.5));
  const tried = rows.filter(({ arm }) => arm === 'challenger').length;
  assert.ok(Math.abs(tried / UNITS - 0.5) < 0.15, String(tried));
}
