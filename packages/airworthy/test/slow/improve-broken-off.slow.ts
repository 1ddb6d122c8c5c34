import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { type App, openApp } from '../../src/app.ts';
import { createVirtualClock } from '../../src/kernel/clock.ts';
import { improve } from '../../src/lifecycle/improve/improve.ts';
import { verifyAudit } from '../../src/store/audit.ts';
import type { Context, Database } from '../../src/store/ports.ts';
import { readVirtualTime } from '../../src/store/rehearsal-folder.ts';
import { BEGIN, TRAFFIC_PLAN, writeTraffic } from '../e2e/parcel-traffic.ts';
import { createTinyProject, PARCELS, type TinyProject } from '../e2e/tiny-project.ts';
import { assertPromotedOnce, readRecords, traces } from './loop-records.ts';

const DAY = 86_400_000;
const CONFIG = `import { defineProject } from 'airworthy';
export default defineProject({
${PARCELS}
  training: { learners: ['linear'], budget: { trials: 1, seconds: 600 } },
  evaluation: { gates: [{ metric: 'roc-auc', rule: 'no-worse-than', margin: 0.5 }] },
  feedback: { improve: { triggers: [{ on: 'labels', count: 300 }], judgeDays: 1, minimumRows: 300, base: false } },
});
`;

test('an improvement that dies before any of its writes goes on, and ends as one that nothing befell', async (t) => {
  using project = createTinyProject({ rows: 600 });
  writeFileSync(join(project.folder, 'airworthy.config.ts'), CONFIG);
  const served = await serveTwoDays(project);
  const folders = mkdtempSync(join(tmpdir(), 'airworthy-broken-off-'));
  t.after(() => rmSync(folders, { recursive: true, force: true }));
  const copy = (name: string) => {
    cpSync(served, join(folders, name), { recursive: true });
    return join(folders, name);
  };

  const undisturbed = copy('undisturbed');
  const writes = await improveIn(project, undisturbed, Number.POSITIVE_INFINITY);
  const expected = await readRecords(undisturbed, traces);
  t.diagnostic(`${writes} writes`);
  for (let allowed = 0; allowed < writes; allowed++) {
    const folder = copy(`after-${allowed}`);
    await assert.rejects(improveIn(project, folder, allowed), /the process is gone/);
    await improveIn(project, folder, Number.POSITIVE_INFINITY);
    const found = await readRecords(folder, traces);
    for (const table of Object.keys(expected))
      assert.deepEqual(found[table], expected[table], `${table}, broken off after ${allowed} writes`);
    assert.equal((await readRecords(folder, assertPromotedOnce)).length, 2);
    rmSync(folder, { recursive: true });
  }
});

/** The rehearsal folder of two days of labelled traffic. */
async function serveTwoDays(project: TinyProject): Promise<string> {
  writeTraffic(project);
  await using app = await openApp({ folder: project.folder });
  await app.ship();
  return (await app.replay({ ...TRAFFIC_PLAN, to: BEGIN + 2 * DAY })).rehearsal;
}

/** One call of the loop by a process that is gone after so many writes; returns how many there were. */
async function improveIn(project: TinyProject, dataFolder: string, allowed: number): Promise<number> {
  const clock = createVirtualClock(readVirtualTime(dataFolder) ?? Number.NaN);
  await using app = await openApp({ folder: project.folder, dataFolder, clock });
  const mortal = dieAfter(app, allowed);
  const result = await improve(mortal.context, app.project);
  assert.ok('improvement' in result && result.improvement.state === 'promoted', JSON.stringify(result));
  assert.ok((await verifyAudit(app.context)).ok);
  return mortal.writes();
}

function dieAfter({ context }: App, allowed: number): { context: Context; writes(): number } {
  const { store } = context;
  let writes = 0;
  const database: Database = {
    ...store.database,
    write(work) {
      if (writes === allowed) throw new Error('the process is gone');
      writes += 1;
      return store.database.write(work);
    },
  };
  return { context: { ...context, store: { ...store, database } }, writes: () => writes };
}
