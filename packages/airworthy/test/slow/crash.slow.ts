import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { ShipResult } from '../../src/lifecycle/ship.ts';
import { createRandom } from '../../src/stats/random.ts';
import { openStore } from '../../src/store/open-store.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';

const ROUNDS = 50;
const project = createTinyProject({ rows: 2000, trials: 4 });
const folders = mkdtempSync(join(tmpdir(), 'airworthy-crash-'));
const reference = join(folders, 'reference');
const random = createRandom('crash');

/** What an uninterrupted ship left behind, and how long it took. */
let expected: Traces;
let duration: number;

before(async () => {
  // The first start compiles; the second is what a kill has to hit.
  await complete(join(folders, 'warm-up'));
  cpSync(join(folders, 'warm-up', 'keys'), join(reference, 'keys'), { recursive: true });
  const started = performance.now();
  await complete(reference);
  duration = performance.now() - started;
  expected = await traces(reference);
});

after(() => {
  project[Symbol.dispose]();
  rmSync(folders, { recursive: true, force: true });
});

test(`${ROUNDS} rounds of kill -9 during data add and ship: nothing is lost, nothing is done twice, the bytes are the same`, async (t) => {
  let kills = 0;
  let midway = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const folder = join(folders, `round-${round}`);
    cpSync(join(reference, 'keys'), join(folder, 'keys'), { recursive: true });
    const acknowledged = new Set<string>();
    const attempts = 1 + random.integer(3);
    for (let attempt = 0; attempt < attempts; attempt++) {
      const { stages, added, killed } = await killedAt(
        folder,
        random.integer(2) === 0,
        random.next() * duration,
      );
      kills += Number(killed);
      midway += Number(killed && stages.length > 0 && stages.length < 5);
      for (const stage of stages) acknowledged.add(stage);
      if (added) await assertAdded(folder, `round ${round}`);
    }
    const result = await complete(folder);
    for (const stage of acknowledged) {
      const report = result.stages.find((each) => each.stage === stage);
      assert.equal(report?.unchanged, true, `round ${round}: ${stage} was acknowledged, then done again`);
    }
    assert.deepEqual(await traces(folder), expected, `round ${round}`);
    const verified = await runCommandLine(['models', 'verify', '--json', '--data', folder], {
      cwd: project.folder,
    });
    assert.equal(verified.code, 0, `round ${round}: ${verified.out}`);
    assert.deepEqual(scratchOf(folder), [], `round ${round} left scratch files behind`);
    rmSync(folder, { recursive: true });
  }
  t.diagnostic(
    `${kills} kills, ${midway} of them between two stages' acknowledgements; ship takes ${Math.round(duration)} ms`,
  );
  assert.ok(kills >= ROUNDS / 2, `only ${kills} processes were killed before they ended`);
});

/** Ships to the end. */
async function complete(folder: string): Promise<ShipResult> {
  const ship = spawnCli(['ship', '--json', '--data', folder], project.folder);
  assert.equal(await ship.ended, 0, `${ship.output.out}\n${ship.output.err}`);
  return JSON.parse(ship.output.out) as ShipResult;
}

/** Starts a command, kills it after a while, and returns what it had acknowledged by then. */
async function killedAt(
  folder: string,
  addOnly: boolean,
  milliseconds: number,
): Promise<{ stages: string[]; added: boolean; killed: boolean }> {
  const command = addOnly ? ['data', 'add'] : ['ship'];
  const running = spawnCli([...command, '--data', folder], project.folder);
  const timer = setTimeout(() => running.child.kill('SIGKILL'), addOnly ? milliseconds / 3 : milliseconds);
  const code = await running.ended;
  clearTimeout(timer);
  assert.ok(code === null || code === 0, running.output.err);
  const { out } = running.output;
  const stages = [...out.matchAll(/^(data|training|evaluation|registry|serving) +/gm)].map(
    ([, stage]) => stage,
  );
  return { stages, added: addOnly && out.startsWith('parcels version 1'), killed: code === null };
}

/** A version that was acknowledged is there, and is not read again. */
async function assertAdded(folder: string, round: string): Promise<void> {
  const outcome = await runCommandLine(['data', 'add', '--json', '--data', folder], { cwd: project.folder });
  assert.equal(outcome.json().reused, true, `${round}: the version was acknowledged, then read again`);
}

/** Everything a ship leaves on record that must not depend on interruptions. */
interface Traces {
  counts: Record<string, number>;
  bundles: string[];
  files: Record<string, string>;
  champion: number[];
}

const COUNTED = [
  'dataset_version',
  'split',
  'evaluation',
  'verdict',
  'bundle',
  'model_version',
  'alias_history',
  'deployment',
  'run',
  'param',
  'artifact',
  'metric_point',
] as const;

async function traces(folder: string): Promise<Traces> {
  const store = openStore(folder);
  try {
    const { sql } = store.database;
    const counts: Record<string, number> = {};
    for (const table of COUNTED) counts[table] = (await sql.selectFrom(table).selectAll().execute()).length;
    const bundles = (await sql.selectFrom('bundle').select('digest').execute()).map((row) => row.digest);
    const moves = await sql.selectFrom('alias_history').select('version').orderBy('sequence').execute();
    const files = Object.fromEntries(
      bundles.flatMap((digest) =>
        readdirSync(join(folder, 'bundles', digest)).map((name) => [
          name,
          readFileSync(join(folder, 'bundles', digest, name)).toString('base64'),
        ]),
      ),
    );
    return { counts, bundles, files, champion: moves.map((move) => move.version) };
  } finally {
    await store.close();
  }
}

function scratchOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.tmp'));
}
