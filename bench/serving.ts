// Measures the server: CPU a request, memory, time to ready. `node bench/serving.ts`, on Linux.
// Every role is a process of its own: the server, the floor it stands on, and the client that loads them.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer } from '../packages/airworthy/src/http/create-server.ts';
import { systemClock } from '../packages/airworthy/src/kernel/clock.ts';
import { createEvents } from '../packages/airworthy/src/kernel/events.ts';
import { createLogger } from '../packages/airworthy/src/kernel/logger.ts';
import { silentProgress } from '../packages/airworthy/src/kernel/progress.ts';
import type { Model, Tree } from '../packages/airworthy/src/models/model.ts';
import { projectFrom } from '../packages/airworthy/src/project/load-project.ts';
import { createEndpoints, ServingConfig } from '../packages/airworthy/src/serving/index.ts';
import { FLIGHT, flightModel, writeRelease } from '../packages/airworthy/src/serving/testing/write-bundle.ts';
import { openStore } from '../packages/airworthy/src/store/open-store.ts';
import type { Context } from '../packages/airworthy/src/store/ports.ts';
import { readUsage } from './measure-process.ts';
import { table, writeSection } from './results.ts';

const CONNECTIONS = [1, 16, 64];
const WARM_UP = 5_000;
const REQUESTS = 20_000;
const IDLE_SECONDS = 5;
const TREES = 100;
const DEPTH = 5;

const [role = 'bench', ...args] = process.argv.slice(2);
if (role === 'prepare') await prepare(args[0]);
else if (role === 'serve') await serve(args[0], args[1] === 'log');
else if (role === 'floor') await serveFloor();
else if (role === 'load') await load(Number(args[0]), Number(args[1]), Number(args[2]));
else await bench();

async function bench(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'airworthy-bench-'));
  const rows: string[][] = [];
  try {
    rows.push(...(await measure('node:http, no model', ['floor'])));
    for (const model of ['linear', 'boosting']) {
      const folder = join(home, model);
      mkdirSync(folder);
      await once(start(['prepare', folder]), 'exit');
      for (const log of ['no log', 'log'])
        rows.push(...(await measure(`/predict, ${model}, ${log}`, ['serve', folder, log])));
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
  const head = [
    'server',
    'connections',
    'CPU µs a request',
    'requests/s',
    'p50 ms',
    'p99 ms',
    'ready s',
    'idle MiB',
  ];
  const note =
    `One record a request (four fields), keep-alive, ${REQUESTS} requests a row after ${WARM_UP}; boosting is ${TREES} trees of ` +
    `depth ${DEPTH}; \`log\` keeps each prediction on disk. Memory after ${IDLE_SECONDS} idle seconds, before any request. The client ` +
    'shares the cores, so rates and latencies are lower bounds; CPU is the server’s alone.';
  writeSection('serving', 'Serving', `${table(head, rows)}\n\n${note}`);
}

async function measure(name: string, command: string[]): Promise<string[][]> {
  const began = performance.now();
  const server = start(command);
  try {
    const [port] = await once(createInterface(server.stdout!), 'line');
    const ready = (performance.now() - began) / 1_000;
    await sleep(IDLE_SECONDS * 1_000);
    const idle = readUsage(server)?.resident ?? Number.NaN;
    const rows: string[][] = [];
    for (const connections of CONNECTIONS) {
      await askClient(port, connections, WARM_UP);
      const before = readUsage(server)?.cpu ?? Number.NaN;
      const { rate, p50, p99 } = await askClient(port, connections, REQUESTS);
      const cpu = (readUsage(server)?.cpu ?? Number.NaN) - before;
      const figures = [(cpu / REQUESTS) * 1e6, rate].map((figure) => figure.toFixed(0));
      const row = [name, String(connections), ...figures, p50.toFixed(2), p99.toFixed(2)];
      rows.push([...row, ready.toFixed(2), idle.toFixed(0)]);
      console.log(rows.at(-1)!.join('  '));
    }
    return rows;
  } finally {
    server.kill('SIGKILL');
  }
}

function start(command: string[]): ChildProcess {
  const own = ['--conditions=development', '--no-warnings', import.meta.filename];
  return spawn(process.execPath, [...own, ...command], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function askClient(port: string, connections: number, requests: number) {
  const client = start(['load', port, String(connections), String(requests)]);
  const [line] = await once(createInterface(client.stdout!), 'line');
  return JSON.parse(line) as { rate: number; p50: number; p99: number };
}

function openContext(folder: string): Context {
  return {
    project: 'bench',
    actor: 'local',
    store: openStore(folder),
    clock: systemClock,
    events: createEvents(),
    log: createLogger('warn'),
    progress: silentProgress,
  };
}

async function prepare(folder: string): Promise<void> {
  const context = openContext(folder);
  const model = folder.endsWith('boosting') ? boostedModel() : flightModel();
  const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
  await endpoints.deploy('flight-delays', await writeRelease(context, model));
  await endpoints.close();
  await context.store.close();
}

/** Trees that look at every feature, with thresholds spread over its values. */
function boostedModel(): Model {
  const model = flightModel();
  const trees = Array.from({ length: TREES }, (_, index) => fullTree(index, model.features.length));
  return {
    ...model,
    estimator: { kind: 'trees', learner: 'boosting', baseline: [0], trees, link: 'logistic' },
  };
}

function fullTree(seed: number, features: number): Tree {
  const inner = 2 ** DEPTH - 1;
  const nodes = 2 ** (DEPTH + 1) - 1;
  const each = (value: (node: number) => number) => Array.from({ length: nodes }, (_, node) => value(node));
  const isInner = (node: number) => node < inner;
  return {
    output: 0,
    feature: each((node) => (isInner(node) ? (seed + node) % features : -1)),
    threshold: each((node) => (isInner(node) ? (((seed * 31 + node * 17) % 41) - 20) / 10 : 0)),
    left: each((node) => (isInner(node) ? 2 * node + 1 : -1)),
    right: each((node) => (isInner(node) ? 2 * node + 2 : -1)),
    missingLeft: each(() => 1),
    values: each((node) => (isInner(node) ? 0 : (((seed + node) % 7) - 3) / 100)),
    cover: each(() => 1),
  };
}

async function serve(folder: string, enabled: boolean): Promise<void> {
  const context = openContext(folder);
  const config = ServingConfig.parse({ port: 0, predictionLog: { enabled } });
  const endpoints = createEndpoints(context, { config });
  await endpoints.restore();
  const project = projectFrom(
    { name: 'bench', data: { source: 'none.csv' } },
    join(folder, 'airworthy.config.ts'),
  );
  const server = createServer({ context, project, endpoints, config, version: 'bench' });
  await server.listen({ host: config.host, port: config.port });
  console.log((server.server.address() as AddressInfo).port);
}

async function serveFloor(): Promise<void> {
  const server = createHttpServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      JSON.parse(Buffer.concat(chunks).toString());
      response.setHeader('content-type', 'application/json');
      response.end('{"label":true,"probability":0.5}');
    });
  });
  server.listen(0, '127.0.0.1', () => console.log((server.address() as AddressInfo).port));
}

/** Sends `requests` in all over as many sockets, one outstanding each; prints the rate and the latencies. */
async function load(port: number, connections: number, requests: number): Promise<void> {
  const bodies = Array.from({ length: 256 }, (_, index) =>
    JSON.stringify({ ...FLIGHT, distance: 1 + ((index * 37) % 4_000), origin: index % 2 ? 'ORD' : 'LAX' }),
  );
  const messages = bodies.map(
    (body) =>
      `POST /predict/flight-delays HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`,
  );
  const latencies: number[] = [];
  let sent = 0;
  const client = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    await once(socket, 'connect');
    while (sent < requests) {
      const began = performance.now();
      socket.write(messages[sent++ % messages.length]);
      const [answer] = await once(socket, 'data');
      if (!(answer as Buffer).subarray(0, 12).equals(Buffer.from('HTTP/1.1 200')))
        throw new Error(`${answer}`);
      latencies.push(performance.now() - began);
    }
    socket.end();
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: connections }, client));
  const rate = requests / ((performance.now() - began) / 1_000);
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(share * (latencies.length - 1))];
  console.log(JSON.stringify({ rate, p50: at(0.5), p99: at(0.99) }));
}
