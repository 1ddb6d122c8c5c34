// Our tracking beside MLflow's own server, in the same run and turn by turn: `node --conditions=development
// bench/tracking.ts`, on Linux, with AIRWORTHY_TEST_MLFLOW_PYTHON naming a Python that has mlflow. Writes bench/tracking.md.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createAsker } from '../packages/airworthy/test/oracles/ask-server.ts';
import { encodeSpans } from '../packages/airworthy/test/oracles/encode-otlp.ts';
import { freePort } from '../packages/airworthy/test/oracles/free-port.ts';
import { readTreeUsage } from './measure-process.ts';
import { table, writeSection } from './results.ts';

const COMMAND = join(import.meta.dirname, '../packages/airworthy/bin/airworthy.mjs');
const CONNECTIONS = 64;
/** MLflow has one worker with a few threads; more only wait. */
const PEER_CONNECTIONS = 8;
const ROUNDS = 3;
const RUNS = 1_000;
const MANY_RUNS = Number(process.env.AIRWORTHY_BENCH_RUNS ?? 100_000);
const SPANS = 100;
const IDLE_MS = 5_000;
const TIME = 1_700_000_000_000;
const FILTER = { filter: 'metrics.auc > 0.9', max_results: 100, order_by: ['metrics.auc DESC'] };
const PAGE = {
  file: 'tracking.md',
  introduction: '# Tracking, beside MLflow’s own server\n\nWritten by bench/tracking.ts.\n',
};

interface Server {
  name: 'ours' | 'mlflow';
  process: ChildProcess;
  port: number;
  readyMs: number;
  experiment: string;
  run: string;
}

/** One kind of request; `body` is what the nth sends, `size` what a request holds. */
interface Task {
  name: string;
  path: string;
  type?: string;
  count: { ours: number; mlflow: number };
  size: number;
  body(server: Server, index: number): string | Buffer;
}

interface Cost {
  cpuUs: number;
  rate: number;
}

async function bench(python: string | undefined): Promise<void> {
  if (python === undefined) throw new Error('AIRWORTHY_TEST_MLFLOW_PYTHON must name a Python with mlflow');
  const home = mkdtempSync(join(tmpdir(), 'airworthy-bench-'));
  const servers = [await startOurs(join(home, 'ours')), await startMlflow(python, join(home, 'mlflow'))];
  try {
    await sleep(IDLE_MS);
    const idle = servers.map(memoryOf);
    const rows = [];
    for (const task of TASKS) rows.push(row(task, await interleave(servers, task)));
    rows.push(await searchRow(servers, RUNS, servers));
    const loaded = servers.map(memoryOf);
    rows.push(await searchRow(servers, MANY_RUNS, [servers[0]]));
    report(rows, [
      ['start to the first answer, s', ...servers.map(({ readyMs }) => (readyMs / 1_000).toFixed(2))],
      ['memory idle, MiB', ...idle],
      ['memory after these requests, MiB', ...loaded],
    ]);
  } finally {
    // A group each: the workers of a killed server outlive it otherwise.
    for (const { process: child } of servers)
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    await Promise.all(servers.map(({ process: child }) => child.exitCode ?? once(child, 'exit')));
    rmSync(home, { recursive: true, force: true });
  }
}

const point = (index: number) => ({
  key: `m${index % 10}`,
  value: index,
  timestamp: TIME + index,
  step: index,
});

const TASKS: Task[] = [
  {
    name: 'log-metric',
    path: '/api/2.0/mlflow/runs/log-metric',
    count: { ours: 30_000, mlflow: 120 },
    size: 1,
    body: ({ run }, index) => JSON.stringify({ run_id: run, ...point(index) }),
  },
  ...[10, 1_000].map(
    (size): Task => ({
      name: `log-batch of ${size}`,
      path: '/api/2.0/mlflow/runs/log-batch',
      count: size === 10 ? { ours: 5_000, mlflow: 80 } : { ours: 300, mlflow: 20 },
      size,
      body: ({ run }, index) => {
        const metrics = Array.from({ length: size }, (_, at) => ({
          ...point(index * size + at),
          key: `b${size}-${at % 10}`,
        }));
        return JSON.stringify({ run_id: run, metrics });
      },
    }),
  ),
  {
    name: 'create-run',
    path: '/api/2.0/mlflow/runs/create',
    count: { ours: 5_000, mlflow: 80 },
    size: 1,
    body: (_, index) => JSON.stringify({ experiment_id: '0', start_time: TIME, run_name: `run ${index}` }),
  },
  {
    name: `OTLP, ${SPANS} spans`,
    path: '/v1/traces',
    type: 'application/x-protobuf',
    count: { ours: 300, mlflow: 3 },
    size: SPANS,
    body: (_, index) => spansOf(index),
  },
];

/** A trace: a root, and calls of a model below it. */
function spansOf(index: number): Buffer {
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  const trace = hex(index + 1, 32);
  return encodeSpans(
    Array.from({ length: SPANS }, (_, at) => ({
      trace,
      span: hex(at + 1, 16),
      ...(at === 0 ? {} : { parent: hex(1, 16) }),
      name: at === 0 ? 'ask' : `call ${at}`,
      start: `${TIME + at}000000`,
      end: `${TIME + at + 1}000000`,
      attributes: {
        'gen_ai.request.model': 'gpt-4o-mini',
        'gen_ai.usage.input_tokens': 11,
        'gen_ai.usage.output_tokens': 7,
        'input.value': `question ${at} of ${index}`,
      },
    })),
  );
}

/** The rounds of both servers turn by turn; the least of each, as noise only adds. */
async function interleave(servers: readonly Server[], task: Task): Promise<Cost[]> {
  const costs: Cost[][] = servers.map(() => []);
  for (let round = 0; round < ROUNDS; round++)
    for (const [at, server] of servers.entries()) {
      const count = task.count[server.name];
      const messages = Array.from({ length: count }, (_, index) =>
        messageOf(server, task, task.body(server, (round + at * ROUNDS) * count + index)),
      );
      costs[at].push(await measure(server, messages));
    }
  return costs.map((each) => ({
    cpuUs: Math.min(...each.map(({ cpuUs }) => cpuUs)),
    rate: Math.max(...each.map(({ rate }) => rate)),
  }));
}

function messageOf(
  { port }: Server,
  { path, type = 'application/json' }: Task,
  body: string | Buffer,
): Buffer {
  const head =
    `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: ${type}\r\nx-mlflow-experiment-id: 0\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head), Buffer.from(body)]);
}

/** Every message once, over as many sockets as the server deserves, one outstanding each. */
async function measure(server: Server, messages: readonly Buffer[]): Promise<Cost> {
  const sockets = await Promise.all(
    Array.from({ length: server.name === 'ours' ? CONNECTIONS : PEER_CONNECTIONS }, async () => {
      const socket = connect(server.port, '127.0.0.1').setNoDelay();
      await once(socket, 'connect');
      return socket;
    }),
  );
  const before = cpuOf(server);
  const began = performance.now();
  let sent = 0;
  const client = async (socket: Socket): Promise<void> => {
    for (let at = sent++; at < messages.length; at = sent++) {
      socket.write(messages[at]);
      await answered(socket);
    }
    socket.end();
  };
  await Promise.all(sockets.map(client));
  const seconds = (performance.now() - began) / 1_000;
  return { cpuUs: ((cpuOf(server) - before) / messages.length) * 1e6, rate: messages.length / seconds };
}

/** One whole answer with status 200. */
async function answered(socket: Socket): Promise<void> {
  let text = '';
  for (;;) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
    const head = text.indexOf('\r\n\r\n');
    if (head < 0) continue;
    if (!text.startsWith('HTTP/1.1 200')) throw new Error(text.slice(0, 500));
    const length = Number(/content-length: (\d+)/i.exec(text.slice(0, head))?.[1] ?? 0);
    if (text.length >= head + 4 + length) return;
  }
}

/** A search by a metric among so many runs of an experiment of their own. */
async function searchRow(
  servers: readonly Server[],
  runs: number,
  asked: readonly Server[],
): Promise<string[]> {
  const costs: (Cost | undefined)[] = servers.map(() => undefined);
  for (const [at, server] of servers.entries()) {
    if (!asked.includes(server)) continue;
    const experiment = await createExperiment(server.port, `of ${runs}`);
    await fill(server, experiment, runs);
    const body = JSON.stringify({ experiment_ids: [experiment], ...FILTER });
    const task = { ...TASKS[0], path: '/api/2.0/mlflow/runs/search' };
    const messages = Array.from({ length: server.name === 'ours' ? 60 : 8 }, () =>
      messageOf(server, task, body),
    );
    const rounds = [await measure(server, messages), await measure(server, messages)];
    costs[at] = rounds.reduce((best, each) => (each.cpuUs < best.cpuUs ? each : best));
  }
  return row({ name: `search of ${runs.toLocaleString('en')} runs, 100 found`, size: 1 }, costs);
}

async function fill(server: Server, experiment: string, runs: number): Promise<void> {
  using asker = createAsker(server.port);
  let made = 0;
  const maker = async (): Promise<void> => {
    for (let index = made++; index < runs; index = made++) {
      const { run } = await ask(asker, 'runs/create', {
        experiment_id: experiment,
        start_time: TIME + index,
        run_name: `run ${index}`,
      });
      const value = ((index * 7_919) % runs) / runs;
      const metrics = ['auc', 'loss', 'f1'].map((key) => ({ key, value, timestamp: TIME, step: 0 }));
      await ask(asker, 'runs/log-batch', { run_id: run.info.run_id, metrics });
    }
  };
  const makers = server.name === 'ours' ? CONNECTIONS : PEER_CONNECTIONS;
  await Promise.all(Array.from({ length: makers }, maker));
}

interface Answer {
  experiment_id: string;
  run: { info: { run_id: string } };
}

async function ask(asker: ReturnType<typeof createAsker>, path: string, body: object): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const { status, text } = await asker.ask('POST', `/api/2.0/mlflow/${path}`, JSON.stringify(body), headers);
  if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  return JSON.parse(text) as Answer;
}

async function createExperiment(port: number, name: string): Promise<string> {
  using asker = createAsker(port);
  return (await ask(asker, 'experiments/create', { name })).experiment_id;
}

/** The command as users start it. */
async function startOurs(home: string): Promise<Server> {
  const port = await freePort();
  mkdirSync(home);
  writeFileSync(
    join(home, 'airworthy.config.ts'),
    "export default { name: 'bench', data: { source: 'none.csv' } };\n",
  );
  const command = [COMMAND, 'up', '--port', String(port), '--project', home];
  return ready('ours', port, () =>
    spawn(process.execPath, command, { stdio: ['ignore', 'ignore', 'inherit'], detached: true }),
  );
}

/** Its defaults, and one worker as ours is one process. */
async function startMlflow(python: string, home: string): Promise<Server> {
  const port = await freePort();
  mkdirSync(home);
  const log = openSync(join(home, 'log'), 'w');
  const store = ['--backend-store-uri', `sqlite:///${home}/mlflow.db`, '--workers', '1'];
  return ready('mlflow', port, () =>
    spawn(
      join(dirname(python), 'mlflow'),
      ['server', ...store, '--host', '127.0.0.1', '--port', String(port)],
      {
        cwd: home,
        stdio: ['ignore', log, log],
        detached: true,
        env: { ...process.env, MLFLOW_DISABLE_TELEMETRY: 'true' },
      },
    ),
  );
}

async function ready(name: Server['name'], port: number, start: () => ChildProcess): Promise<Server> {
  const began = performance.now();
  const child = start();
  using asker = createAsker(port);
  while ((await asker.ask('GET', '/health', undefined, {}).catch(() => undefined))?.status !== 200) {
    if (child.exitCode !== null) throw new Error(`${name} ended with ${child.exitCode}`);
    await sleep(5);
  }
  const readyMs = performance.now() - began;
  const { run } = await ask(asker, 'runs/create', { experiment_id: '0', start_time: TIME });
  return { name, process: child, port, readyMs, experiment: '0', run: run.info.run_id };
}

const cpuOf = ({ process: child }: Server) => readTreeUsage(child.pid).cpu;
const memoryOf = ({ process: child }: Server) => readTreeUsage(child.pid).resident.toFixed(0);

function row({ name, size }: Pick<Task, 'name' | 'size'>, [ours, mlflow]: (Cost | undefined)[]): string[] {
  const times = ours && mlflow ? `${(mlflow.cpuUs / ours.cpuUs).toFixed(0)}x` : '-';
  const shown = (cost: Cost | undefined) =>
    cost ? [cost.cpuUs.toFixed(0), Math.round(cost.rate * size).toLocaleString('en')] : ['-', '-'];
  const cells = [name, ...shown(ours), ...shown(mlflow), times];
  console.log(cells.join('  '));
  return cells;
}

function report(rows: string[][], figures: string[][]): void {
  const head = ['request', 'ours, CPU µs', 'ours, items/s', 'MLflow, CPU µs', 'MLflow, items/s', 'less CPU'];
  const note =
    `CPU is that of the server’s processes for one request; items are metrics, runs, spans or searches. Ours from ${CONNECTIONS} ` +
    `connections, MLflow from ${PEER_CONNECTIONS}: its one worker takes no more at a time. The better of ${ROUNDS} rounds, taken in turn. ` +
    'Both have started before on this machine, ours from its sources. Every answer of ours comes after the commit. The clients share the cores, so rates are lower bounds. MLflow is not ' +
    `filled with ${MANY_RUNS.toLocaleString('en')} runs, which would take it most of an hour.`;
  const body = `${table(head, rows)}\n\n${table(['', 'ours', 'MLflow'], figures)}\n\n${note}`;
  writeSection('tracking', 'CPU, rates, memory', body, PAGE);
  for (const figure of figures) console.log(figure.join('  '));
}

await bench(process.env.AIRWORTHY_TEST_MLFLOW_PYTHON);
