import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import type { ScoreReport } from '../../src/serving/index.ts';
import { createRandom } from '../../src/stats/random.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject } from '../e2e/tiny-project.ts';

const ROUNDS = 4;
const ROWS = 700_000;
const project = createTinyProject();
const random = createRandom('score crash');
const at = (name: string) => join(project.folder, name);

before(async () => {
  const shipped = await runCommandLine(['ship', '--json'], { cwd: project.folder });
  assert.equal(shipped.code, 0, shipped.out);
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const rows = `SELECT i AS id, (i * 7919 % 300) / 10.0 AS weight, (i * 104729 % 1000)::DOUBLE AS distance,
    ['road', 'rail', 'boat'][1 + i % 3] AS carrier FROM range(${ROWS}) t(i)`;
  for (const as of [
    "'rows.parquet' (FORMAT parquet)",
    "'rows.csv' (FORMAT csv)",
    "'rows.jsonl' (FORMAT json)",
  ])
    await duckdb.run(`COPY (${rows}) TO '${project.folder}/${as.slice(1)}`);
  duckdb.disconnectSync();
});

after(() => project[Symbol.dispose]());

function command(input: string, output: string): string[] {
  return ['score', 'parcels', '--in', input, '--out', output, '--keep', 'id', '--json'];
}

async function score(input: string, output: string): Promise<ScoreReport> {
  const { code, out, err } = await runCommandLine(command(input, output), { cwd: project.folder });
  assert.equal(code, 0, err || out);
  return JSON.parse(out);
}

for (const input of ['rows.parquet', 'rows.csv', 'rows.jsonl']) {
  test(`${input}: ${ROUNDS} rounds of kill -9, and the same bytes each time`, async (t) => {
    const output = 'scores.parquet';
    const started = performance.now();
    const whole = await score(input, output);
    const duration = performance.now() - started;
    assert.equal(whole.rows, ROWS);
    let resumed = 0;
    for (let round = 0; round < ROUNDS; round++) {
      rmSync(at(output));
      await killedAt(command(input, output), (0.2 + 0.8 * random.next()) * duration);
      const again = await score(input, output);
      assert.equal(again.outputDigest, whole.outputDigest);
      assert.equal(again.run, whole.run);
      resumed += again.resumed;
    }
    assert.ok(resumed > 0, 'no kill hit a job under way');
    t.diagnostic(`${resumed} rows were not scored again`);
    const left = readdirSync(project.folder).filter((name) => name.includes('.partial'));
    assert.deepEqual(left, []);
    assert.deepEqual(readdirSync(at('.airworthy/scoring')), []);
  });
}

async function killedAt(argv: readonly string[], ms: number): Promise<void> {
  const { child, ended } = spawnCli(argv, project.folder);
  const timer = setTimeout(() => child.kill('SIGKILL'), ms);
  await ended;
  clearTimeout(timer);
}
