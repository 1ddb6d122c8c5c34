// Plays test/fixtures/mlflow/*.json (or those named) against MLflow's own server and writes its answers into them:
// `AIRWORTHY_TEST_MLFLOW36_PYTHON=… node test/oracles/record-mlflow.ts [experiments …]`.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { globSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAsker } from './ask-server.ts';
import { freePort } from './free-port.ts';
import { type Ask, difference, play, printGolden, readGolden, type Step } from './mlflow-golden.ts';

const FOLDER = join(import.meta.dirname, '../fixtures/mlflow');
const VERSION = '3.6.0';

const python = process.env.AIRWORTHY_TEST_MLFLOW36_PYTHON;
if (python === undefined)
  throw new Error(`AIRWORTHY_TEST_MLFLOW36_PYTHON must name a Python with mlflow ${VERSION}`);
const asked = process.argv.slice(2);
for (const path of globSync(join(FOLDER, '*.json')).sort())
  if (asked.length === 0 || asked.includes(basename(path, '.json'))) await record(path, python);

async function record(path: string, python: string): Promise<void> {
  const golden = readGolden(path);
  const home = mkdtempSync(join(tmpdir(), 'mlflow-'));
  const port = await freePort();
  const server = startMlflow(python, home, port);
  using asker = createAsker(port);
  const { ask } = asker;
  try {
    await untilReady(ask);
    const steps: Step[] = [];
    for await (const { step, outcome, message } of play(golden, ask)) {
      const recorded =
        step.differs === undefined ? withoutAnswer(step, outcome) : { ...step, mlflow: outcome };
      if (step.differs === undefined)
        for (const line of difference(recorded, outcome, message))
          console.warn(`${basename(path)}: ${step.name}: ${line}`);
      steps.push(recorded);
    }
    writeFileSync(path, printGolden({ ...golden, recorded: `mlflow ${VERSION}`, steps }));
    console.log(`${basename(path)}: ${steps.length} steps`);
  } finally {
    // With its workers, which outlive it otherwise.
    if (server.pid !== undefined) process.kill(-server.pid, 'SIGKILL');
    await once(server, 'exit');
    rmSync(home, { recursive: true, force: true });
  }
}

function withoutAnswer({ answer: _, ...step }: Step, outcome: Pick<Step, 'status' | 'answer'>): Step {
  return { ...step, ...outcome };
}

function startMlflow(python: string, home: string, port: number): ChildProcess {
  const log = openSync(join(home, 'log'), 'w');
  const store = [
    '--backend-store-uri',
    `sqlite:///${home}/mlflow.db`,
    '--artifacts-destination',
    join(home, 'artifacts'),
  ];
  const where = ['--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  const environment = { ...process.env, MLFLOW_WEBHOOK_SECRET_ENCRYPTION_KEY: `${'a'.repeat(43)}=` };
  return spawn(join(dirname(python), 'mlflow'), ['server', ...store, ...where], {
    stdio: ['ignore', log, log],
    detached: true,
    env: environment,
    cwd: home,
  });
}

async function untilReady(ask: Ask): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    const answered = await ask('GET', '/health', undefined, {}).catch(() => undefined);
    if (answered?.status === 200) return;
    await sleep(200);
  }
  throw new Error('MLflow does not answer');
}
