// Measures the server beside FastAPI: CPU a request, latency, memory, time to the first answer. `npm run bench:serving`, on Linux.
// The Python of AIRWORTHY_TEST_SERVING_PYTHON, else python3, needs fastapi, uvicorn, uvloop, httptools and scikit-learn.
// Every role is a process of its own: the server, the floor it stands on, and the client that loads them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { readUsage } from './measure-process.ts';
import { table, writeSection } from './results.ts';
import { ENDPOINT, toRecord } from './serving-record.ts';

const CONNECTIONS = [1, 16, 64];
const WARM_UP = 5_000;
/** Requests a point: as many as take a second or two. */
const REQUESTS = { quick: 20_000, peer: 2_000, slow: 400 };
const ROUNDS = Number(process.env.AIRWORTHY_BENCH_ROUNDS ?? 3);
const MODELS = ['logistic', 'boosting', 'forest'] as const;
const IDLE_SECONDS = 2;
const PYTHON = process.env.AIRWORTHY_TEST_SERVING_PYTHON ?? 'python3';

const [role = 'bench', ...args] = process.argv.slice(2);
if (role === 'floor') await serveFloor();
else if (role === 'load') await load(Number(args[0]), Number(args[1]), Number(args[2]), args[3]);
else await bench();

/** A server under test: how it is started, and how many requests a point of it takes. */
interface Side {
  name: string;
  command: string;
  args: string[];
  requests: number;
}

interface Point {
  cpu: number;
  rate: number;
  p50: number;
  p99: number;
}

async function bench(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'airworthy-bench-'));
  const rows: string[][] = [];
  try {
    const trained = spawnSync(PYTHON, [join(import.meta.dirname, 'serving-models.py'), home], {
      stdio: 'inherit',
    });
    if (trained.status !== 0)
      throw new Error(`${PYTHON} needs fastapi, uvicorn, uvloop, httptools and scikit-learn`);
    for (const model of MODELS) rows.push(...(await compare(home, model)));
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
    'first answer s',
    'idle MiB',
    'MiB',
  ];
  const note =
    `Median of ${ROUNDS} rounds in which the servers take turns; one record of ten numbers a request, 500 different ones, keep-alive. ` +
    'The models are scikit-learn’s; ours are the same ones converted exactly, and answer the same to 1e-9. Ours validates, keeps each prediction ' +
    'on disk, counts metrics and reads the trace id; FastAPI does what its usual service does: pydantic, one `predict_proba`, uvicorn with uvloop ' +
    'and httptools, no log. `node:http` reads, parses and answers the same JSON and does nothing else. The client shares the cores, so ' +
    'rates and latencies are bounds; CPU is the server’s alone, all its threads.';
  writeSection('serving', 'Serving beside FastAPI', `${table(head, rows)}\n\n${note}`);
}

/** The servers of one model, all started, asked in turns. */
async function compare(home: string, model: (typeof MODELS)[number]): Promise<string[][]> {
  const folder = join(home, `${model}-data`);
  mkdirSync(folder);
  const file = join(home, `${model}.json`);
  await once(start(process.execPath, server(['prepare', folder, file])), 'exit');
  const slow = model === 'forest';
  const fastapi = [join(import.meta.dirname, 'serving-fastapi.py'), join(home, `${model}.joblib`)];
  const node = (name: string, args: string[]): Side => ({
    ...{ name, command: process.execPath, args },
    requests: REQUESTS.quick,
  });
  const sides = [
    ...(model === MODELS[0] ? [node('node:http, no model', own(['floor']))] : []),
    node(`Airworthy, ${model}`, server(['serve', folder])),
    {
      name: `FastAPI, ${model}`,
      command: PYTHON,
      args: fastapi,
      requests: slow ? REQUESTS.slow : REQUESTS.peer,
    },
  ];
  const opened: Awaited<ReturnType<typeof open>>[] = [];
  try {
    // One after the other: the time to the first answer is measured.
    for (const side of sides) opened.push(await open(side, file));
    for (let round = 0; round < ROUNDS; round++)
      for (const connections of CONNECTIONS)
        for (const server of opened) {
          const point = await measure(server, connections, file);
          server.points.get(connections)?.push(point);
        }
    return opened.flatMap((server) => CONNECTIONS.map((connections) => toRow(server, connections)));
  } finally {
    for (const { process } of opened) process.kill('SIGKILL');
  }
}

async function open(side: Side, file: string) {
  const began = performance.now();
  const process = start(side.command, side.args);
  const [port] = await once(createInterface(process.stdout!), 'line');
  const [row] = (JSON.parse(readFileSync(file, 'utf8')) as { rows: number[][] }).rows;
  await fetch(`http://127.0.0.1:${port}/predict/${ENDPOINT}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(toRecord(row)),
  }).then((answer) => answer.text());
  const ready = (performance.now() - began) / 1_000;
  await sleep(IDLE_SECONDS * 1_000);
  const idle = readUsage(process)?.resident ?? Number.NaN;
  await askClient(port, 16, Math.min(WARM_UP, side.requests * 2), file);
  const points = new Map(CONNECTIONS.map((connections) => [connections, [] as Point[]]));
  return { side, process, port: String(port), ready, idle, points };
}

type Opened = Awaited<ReturnType<typeof open>>;

async function measure({ side, process, port }: Opened, connections: number, file: string): Promise<Point> {
  const before = readUsage(process)?.cpu ?? Number.NaN;
  const answered = await askClient(port, connections, side.requests, file);
  // What was kept for later is part of the cost.
  await sleep(500);
  const cpu = (((readUsage(process)?.cpu ?? Number.NaN) - before) / side.requests) * 1e6;
  console.log(side.name, connections, cpu.toFixed(0), JSON.stringify(answered));
  return { cpu, ...answered };
}

function toRow({ side, process, ready, idle, points }: Opened, connections: number): string[] {
  const middle = (key: keyof Point) => {
    const sorted = (points.get(connections) ?? []).map((point) => point[key]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  const after = readUsage(process)?.resident ?? Number.NaN;
  const figures = [
    middle('cpu').toFixed(0),
    middle('rate').toFixed(0),
    middle('p50').toFixed(2),
    middle('p99').toFixed(2),
  ];
  return [side.name, String(connections), ...figures, ready.toFixed(2), idle.toFixed(0), after.toFixed(0)];
}

/** This file in another role. */
function own(args: string[]): string[] {
  return ['--conditions=development', '--no-warnings', import.meta.filename, ...args];
}

function server(args: string[]): string[] {
  return [
    '--conditions=development',
    '--no-warnings',
    join(import.meta.dirname, 'serving-server.ts'),
    ...args,
  ];
}

function start(command: string, args: string[]): ChildProcess {
  // The command line keeps what Node compiled, too.
  const env = {
    ...process.env,
    OMP_NUM_THREADS: '1',
    NODE_COMPILE_CACHE: join(tmpdir(), 'airworthy-bench-cache'),
  };
  return spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
}

async function askClient(port: string, connections: number, requests: number, file: string) {
  const client = start(process.execPath, own(['load', port, String(connections), String(requests), file]));
  const [line] = await once(createInterface(client.stdout!), 'line');
  return JSON.parse(line) as Omit<Point, 'cpu'>;
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
async function load(port: number, connections: number, requests: number, file: string): Promise<void> {
  const { rows }: { rows: number[][] } = JSON.parse(readFileSync(file, 'utf8'));
  const messages = rows.map((row) => {
    const body = JSON.stringify(toRecord(row));
    return (
      `POST /predict/${ENDPOINT} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
      `content-length: ${body.length}\r\n\r\n${body}`
    );
  });
  const latencies: number[] = [];
  let sent = 0;
  const client = async (): Promise<void> => {
    const socket = connect(port, '127.0.0.1').setNoDelay();
    await once(socket, 'connect');
    while (sent < requests) {
      const began = performance.now();
      socket.write(messages[sent++ % messages.length]);
      await answerOf(socket);
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

/** Reads one answer whole: some servers send its head and its body one after the other. */
function answerOf(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const end = text.indexOf('\r\n\r\n');
      if (end < 0) return;
      const length = Number(/\ncontent-length: (\d+)/i.exec(text)?.[1]);
      if (text.length < end + 4 + length) return;
      socket.off('data', read);
      if (text.startsWith('HTTP/1.1 200')) resolve();
      else reject(new Error(text));
    };
    socket.on('data', read);
  });
}
