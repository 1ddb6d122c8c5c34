import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { openApp } from '../../src/app.ts';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { metricHistory } from '../../src/tracking/index.ts';
import { freePort } from '../oracles/free-port.ts';

/** What a real MLflow wrote, brought by the command and compared with what MLflow's own client reads. */
const PYTHON = process.env.AIRWORTHY_TEST_MLFLOW36_PYTHON;
const skip = PYTHON ? false : 'AIRWORTHY_TEST_MLFLOW36_PYTHON names no Python';
const FILL = join(import.meta.dirname, '../clients/fill_store.py');
const home = mkdtempSync(join(tmpdir(), 'airworthy-import-real-'));
after(() => rmSync(home, { recursive: true, force: true }));

interface Filled {
  trace: string;
  runs: Record<
    string,
    {
      name: string;
      started: number;
      ended: number;
      params: Record<string, string>;
      history: Record<string, [step: number, time: number, value: number][]>;
    }
  >;
}

test('a database', { skip, timeout: 180_000 }, async () => {
  const filled = fill(`sqlite:///${home}/database/mlflow.db`, folder('database'));
  await assertImported(filled, join(home, 'database', 'mlflow.db'), folder('from-database'));
});

test('a folder of files', { skip, timeout: 180_000 }, async () => {
  const filled = fill(`file://${home}/files/mlruns`, folder('files'));
  await assertImported(filled, join(home, 'files', 'mlruns'), folder('from-files'));
});

test('a running server, with the artifacts that it keeps', { skip, timeout: 180_000 }, async () => {
  const port = await freePort();
  const cwd = folder('server');
  const args = [
    'server',
    '--port',
    String(port),
    '--workers',
    '1',
    '--backend-store-uri',
    `sqlite:///${cwd}/mlflow.db`,
  ];
  const server = spawn(join(dirname(String(PYTHON)), 'mlflow'), args, {
    cwd,
    stdio: 'ignore',
    detached: true,
  });
  try {
    const url = `http://127.0.0.1:${port}`;
    await untilAnswers(`${url}/health`);
    await assertImported(fill(url, cwd), url, folder('from-server'));
  } finally {
    process.kill(-Number(server.pid), 'SIGKILL');
  }
});

function folder(name: string): string {
  const path = join(home, name);
  execFileSync('mkdir', ['-p', path]);
  return path;
}

function fill(uri: string, cwd: string): Filled {
  const env = { ...process.env, MLFLOW_ENABLE_ASYNC_TRACE_LOGGING: 'false', GIT_PYTHON_REFRESH: 'quiet' };
  const output = execFileSync(String(PYTHON), [FILL, uri], {
    cwd,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output.trim().split('\n').at(-1) as string) as Filled;
}

async function assertImported(filled: Filled, from: string, cwd: string): Promise<void> {
  const { code, out, json } = await runCommandLine(['import', 'mlflow', from, '--json'], { cwd });
  assert.equal(code, 0, out);
  const { imported, leftOut } = json() as { imported: Record<string, number>; leftOut: object };
  const { points: _, artifacts, ...counts } = imported;
  assert.deepEqual(counts, {
    ...{
      experiments: 1,
      runs: 4,
      'logged models': 1,
      'points of logged models': counts['points of logged models'],
    },
    ...{ spans: 2, assessments: 1, traces: 1, versions: 2, prompts: 1, models: 1 },
  });
  assert.deepEqual(leftOut, {});
  assert.ok(artifacts >= 7, `${artifacts} artifacts`);
  await using app = await openApp({ folder: cwd });
  for (const [id, run] of Object.entries(filled.runs)) {
    const shown = await runCommandLine(['runs', 'show', id, '--json'], { cwd });
    const here = shown.json() as { name: string; startedAt: number; endedAt: number; params: object };
    assert.deepEqual(
      [here.name, here.startedAt, here.endedAt, here.params],
      [run.name, run.started, run.ended, run.params],
    );
    for (const [key, history] of Object.entries(run.history)) {
      const { points } = await metricHistory(app.context, id, key);
      const distinct = new Set(history.map((point) => point.join(' ')));
      assert.deepEqual(new Set(points.map(({ step, time, value }) => `${step} ${time} ${value}`)), distinct);
    }
  }
  const again = await runCommandLine(['import', 'mlflow', from, '--json'], { cwd });
  assert.deepEqual((again.json() as { imported: object }).imported, {});
}

async function untilAnswers(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries++) {
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(200);
  }
  assert.fail(`${url} does not answer`);
}
