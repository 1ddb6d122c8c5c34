// Measures the server beside its peers: CPU a request, latency, memory, time to the first answer. `npm run bench:serving`, on Linux.
// The Python of AIRWORTHY_TEST_SERVING_PYTHON, else python3, needs fastapi, uvicorn, uvloop, httptools and scikit-learn.
// Two peers are there where a Python is named that has them and the same release of scikit-learn: AIRWORTHY_BENCH_MLSERVER_PYTHON
// (mlserver 1.7.1, mlserver-sklearn, and uvloop before 0.22, with which its workers no longer start) and
// AIRWORTHY_BENCH_BENTOML_PYTHON (bentoml).
// Every role is a process of its own: the server, the floor it stands on, and the client that loads them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { killTree, readTreeUsage } from './measure-process.ts';
import { table, writeSection } from './results.ts';
import {
  CONNECTIONS,
  MODELS,
  type ModelName,
  nodeArguments,
  PYTHON,
  readPeers,
  type Side,
  sidesOf,
} from './serving-sides.ts';

const WARM_UP = 5_000;
const ROUNDS = Number(process.env.AIRWORTHY_BENCH_ROUNDS ?? 3);
const IDLE_SECONDS = 2;
/** Seconds that a server has to its first answer. */
const READY_WITHIN = 120;
const ASK_AGAIN_AFTER = 20;

const [role = 'bench', ...args] = process.argv.slice(2);
if (role === 'floor') await serveFloor();
else if (role === 'load') await load(Number(args[0]), Number(args[1]), Number(args[2]), args[3]);
else await bench();

/** What the client of a server sends, as the file says that it is given. */
interface Asked {
  path: string;
  bodies: unknown[];
}

/** Rows to ask about, and what scikit-learn says of them. */
interface Rows {
  rows: number[][];
  expected: number[];
}

interface Point {
  cpu: number;
  rate: number;
  p50: number;
  p99: number;
}

async function bench(): Promise<void> {
  const peers = readPeers();
  const home = mkdtempSync(join(tmpdir(), 'airworthy-bench-'));
  const rows: string[][] = [];
  try {
    const trained = spawnSync(PYTHON, [join(import.meta.dirname, 'serving-models.py'), home], {
      stdio: 'inherit',
    });
    if (trained.status !== 0)
      throw new Error(`${PYTHON} needs fastapi, uvicorn, uvloop, httptools and scikit-learn`);
    for (const model of MODELS) rows.push(...(await compare(home, model, peers)));
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
  const title = `Serving beside ${['FastAPI', ...peers.map(({ name }) => name)].join(', ')}`;
  writeSection('serving', title, `${table(head, rows)}\n\n${note(peers)}`);
}

function note(peers: ReturnType<typeof readPeers>): string {
  const there = peers.map(({ name, version }) => `${name} ${version}`).join(' and ') || 'none';
  return (
    `Median of ${ROUNDS} rounds in which the servers take turns; one record of ten numbers a request, 500 different ones, keep-alive. ` +
    'The models are scikit-learn’s; ours are the same ones converted exactly, and answer the same to 1e-9. Ours validates, keeps each prediction ' +
    'on disk, counts metrics and reads the trace id; FastAPI does what its usual service does: pydantic, one `predict_proba`, uvicorn with uvloop ' +
    'and httptools, no log. `node:http` reads, parses and answers the same JSON and does nothing else. Peers beside FastAPI in this run: ' +
    `${there}. MLServer serves the joblib file by its own scikit-learn runtime, asked for \`predict_proba\` by the Open Inference Protocol ` +
    'in JSON, as ours is in the rows `by OIP`; it has one worker process by default, and none where `in one process`. BentoML serves a class ' +
    'with the same pydantic record as FastAPI and as many threads (40). Both count metrics and keep no access log. The client shares the cores, so ' +
    'rates and latencies are bounds; CPU and memory are the server’s alone, all its processes and threads.'
  );
}

/** The servers of one model, all started, asked in turns. */
async function compare(
  home: string,
  model: ModelName,
  peers: ReturnType<typeof readPeers>,
): Promise<string[][]> {
  const file = join(home, `${model}.json`);
  const folders = { record: join(home, `${model}-data`), tensor: join(home, `${model}-oip-data`) };
  for (const folder of Object.values(folders)) {
    mkdirSync(folder);
    await once(
      start(process.execPath, nodeArguments('serving-server.ts', ['prepare', folder, file])),
      'exit',
    );
  }
  const rows: Rows = JSON.parse(readFileSync(file, 'utf8'));
  const opened: Opened[] = [];
  try {
    // One after the other: the time to the first answer is measured.
    for (const side of sidesOf(home, model, folders, peers)) opened.push(await open(side, home, rows));
    for (let round = 0; round < ROUNDS; round++)
      for (const connections of CONNECTIONS)
        for (const server of opened) {
          const points = server.points.get(connections);
          if (points) points.push(await measure(server, connections));
        }
    return opened.flatMap((server) => server.side.connections.map((count) => toRow(server, count)));
  } finally {
    for (const { process } of opened) killTree(process.pid);
  }
}

async function open(side: Side, home: string, { rows, expected }: Rows) {
  const began = performance.now();
  const process = start(side.command, side.args);
  try {
    const [port] = (await once(createInterface(process.stdout!), 'line')) as [string];
    const answer = await firstAnswer(process, `http://127.0.0.1:${port}${side.path}`, side.body(rows[0]));
    const ready = (performance.now() - began) / 1_000;
    if (!side.isFloor && !hasNumber(answer, expected[0])) throw new Error(`${side.name} answers ${answer}`);
    const asked: Asked = { path: side.path, bodies: rows.map(side.body) };
    const file = join(home, `asked-${port}.json`);
    writeFileSync(file, JSON.stringify(asked));
    await sleep(IDLE_SECONDS * 1_000);
    const idle = readTreeUsage(process.pid).resident;
    await askClient(port, 16, Math.min(WARM_UP, side.requests * 2), file);
    const points = new Map(side.connections.map((connections) => [connections, [] as Point[]]));
    return { side, process, port, file, ready, idle, points };
  } catch (error) {
    killTree(process.pid);
    throw error;
  }
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Asks until there is an answer: some print their port, and listen or load the model later. */
async function firstAnswer(process: ChildProcess, url: string, body: unknown): Promise<string> {
  const headers = { 'content-type': 'application/json' };
  const until = performance.now() + READY_WITHIN * 1_000;
  let last: unknown;
  while (process.exitCode === null && performance.now() < until) {
    try {
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
      const text = await response.text();
      if (response.ok) return text;
      last = text;
    } catch (error) {
      last = error;
    }
    await sleep(ASK_AGAIN_AFTER);
  }
  throw new Error(`${url} gave no answer`, { cause: last });
}

function hasNumber(text: string, expected: number): boolean {
  return (text.match(/\d+\.\d+(e-?\d+)?/g) ?? []).some((each) => Math.abs(Number(each) - expected) < 1e-9);
}

async function measure({ side, process, port, file }: Opened, connections: number): Promise<Point> {
  const before = readTreeUsage(process.pid).cpu;
  const answered = await askClient(port, connections, side.requests, file);
  // What was kept for later is part of the cost.
  await sleep(500);
  const cpu = ((readTreeUsage(process.pid).cpu - before) / side.requests) * 1e6;
  console.log(side.name, connections, cpu.toFixed(0), JSON.stringify(answered));
  return { cpu, ...answered };
}

function toRow({ side, process, ready, idle, points }: Opened, connections: number): string[] {
  const middle = (key: keyof Point) => {
    const sorted = (points.get(connections) ?? []).map((point) => point[key]).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  };
  const after = readTreeUsage(process.pid).resident;
  const figures = [
    middle('cpu').toFixed(0),
    middle('rate').toFixed(0),
    middle('p50').toFixed(2),
    middle('p99').toFixed(2),
  ];
  return [side.name, String(connections), ...figures, ready.toFixed(2), idle.toFixed(0), after.toFixed(0)];
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
  const args = ['load', port, String(connections), String(requests), file];
  const client = start(process.execPath, nodeArguments('serving.ts', args));
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
  const { path, bodies }: Asked = JSON.parse(readFileSync(file, 'utf8'));
  const messages = bodies.map((each) => {
    const body = JSON.stringify(each);
    return (
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\ncontent-type: application/json\r\n` +
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
