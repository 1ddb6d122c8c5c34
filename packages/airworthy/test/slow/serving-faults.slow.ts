import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { runCommandLine } from '../../src/cli/testing/test-terminal.ts';
import { type CliProcess, spawnCli } from '../e2e/spawn-cli.ts';
import { createTinyProject, type TinyProject } from '../e2e/tiny-project.ts';
import { createLoadClient, type LoadAnswer, percentile } from './load-client.ts';
import { untilReady } from './serve-process.ts';

const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));
const PARCEL = JSON.stringify({ weight: 20, distance: 700, carrier: 'boat' });
const CLIENTS = 64;

let project: TinyProject;
const run = async (...argv: string[]) => {
  const outcome = await runCommandLine(argv, { cwd: project.folder });
  assert.equal(outcome.code, 0, outcome.out + outcome.err);
  return outcome;
};

before(async () => {
  project = createTinyProject();
  await run('ship');
});
after(() => project[Symbol.dispose]());

interface Served extends AsyncDisposable {
  process: CliProcess;
  port: number;
}

async function serve(folder = project.folder, env: Record<string, string> = {}): Promise<Served> {
  const process = spawnCli(['up', '--port', '0'], folder, env);
  const [, port] = await process.sees(/^http:\/\/[\d.]+:(\d+) {2}/m);
  return {
    process,
    port: Number(port),
    async [Symbol.asyncDispose]() {
      process.child.kill('SIGTERM');
      await process.ended;
    },
  };
}

const memoryMb = ({ process }: Served) => {
  const status = readFileSync(`/proc/${process.child.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1_024;
};

test('200 hot swaps under 64 keep-alive connections: no request fails, each answer is one version’s', async () => {
  project.configure({ seed: 7, rows: 450 });
  // Whatever its gates say, it is packed.
  await runCommandLine(['ship'], { cwd: project.folder });
  await using served = await serve();
  const { port } = served;
  let swapping = true;
  let answered = 0;
  const failures: string[] = [];
  const values = new Map<number, Set<number>>();
  const client = async () => {
    using connection = createLoadClient();
    while (swapping) {
      const { status, text } = await connection
        .post(port, '/predict/parcels', PARCEL)
        .catch((error) => ({ status: 0, text: String(error) }));
      if (status !== 200) failures.push(text);
      else {
        const { version, probability } = JSON.parse(text) as { version: number; probability: number };
        values.set(version, (values.get(version) ?? new Set()).add(probability));
        answered++;
      }
    }
  };
  const swaps = async () => {
    using connection = createLoadClient();
    for (let swap = 0; swap < 200; swap++) {
      const body = JSON.stringify({ model: 'parcels', version: 1 + (swap % 2), reason: 'swap' });
      const { status, text } = await connection.post(port, '/api/v1/endpoints/parcels/deploy', body);
      assert.equal(status, 200, text);
    }
    swapping = false;
  };
  await Promise.all([swaps(), ...Array.from({ length: CLIENTS }, client)]);
  assert.deepEqual(failures, []);
  assert.ok(answered > 1_000, `${answered} requests`);
  assert.deepEqual([...values].map(([version, each]) => [version, each.size]).sort(), [
    [1, 1],
    [2, 1],
  ]);
});

test('20 rolling restarts of two servers under 64 keep-alive connections: no request fails', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-rolling-'));
  await run('export', '--to', 'docker', '--out', join(folder, 'image'));
  mkdirSync(join(folder, 'image', 'node_modules'));
  symlinkSync(PACKAGE, join(folder, 'image', 'node_modules', 'airworthy'));
  const replicas = [0, 1].map((number) => ({
    number,
    port: 0,
    accepts: false,
    process: undefined as CliProcess | undefined,
  }));
  const start = async (replica: (typeof replicas)[number]) => {
    const env = { AIRWORTHY_DATA: join(folder, `data-${replica.number}`), AIRWORTHY_TOKEN: 't' };
    const argv = ['up', '--bundle', 'bundle', '--port', String(replica.port)];
    replica.process = spawnCli(argv, join(folder, 'image'), env);
    const [, port] = await replica.process.sees(/^http:\/\/[\d.]+:(\d+) {2}/m);
    replica.port = Number(port);
    await untilReady(replica.port, replica.process);
    replica.accepts = true;
  };
  await Promise.all(replicas.map(start));
  let restarting = true;
  let answered = 0;
  const failures: string[] = [];
  // As a load balancer does: a connection goes to who accepts, and elsewhere once it is told to close.
  const client = async (index: number) => {
    for (let turn = index; restarting; turn++) {
      const replica = replicas[turn % 2];
      if (!replica.accepts) {
        await pause(1);
        continue;
      }
      using connection = createLoadClient();
      for (let told = false; restarting && !told; ) {
        const answer = await connection
          .post(replica.port, '/predict/parcels', PARCEL, { authorization: 'Bearer t' })
          .catch((error: NodeJS.ErrnoException) => error);
        // Nothing was sent: the next one is asked.
        if (answer instanceof Error && answer.code === 'ECONNREFUSED') break;
        if (answer instanceof Error) failures.push(String(answer.code));
        else if (answer.status !== 200) failures.push(answer.text);
        else answered++;
        told = answer instanceof Error || answer.headers.connection === 'close';
      }
    }
  };
  const clients = Array.from({ length: CLIENTS }, (_, index) => client(index));
  for (let restart = 0; restart < 20; restart++) {
    const replica = replicas[restart % 2];
    replica.accepts = false;
    replica.process?.child.kill('SIGTERM');
    assert.equal(await replica.process?.ended, 0);
    await start(replica);
  }
  restarting = false;
  await Promise.all(clients);
  for (const { process } of replicas) process?.child.kill('SIGTERM');
  await Promise.all(replicas.map(({ process }) => process?.ended));
  rmSync(folder, { recursive: true, force: true });
  assert.deepEqual(failures, []);
  assert.ok(answered > 2_000, `${answered} requests`);
});

describe('an endpoint of known capacity: a function of 10 ms, one at a time', () => {
  let served: Served;
  before(async () => {
    const write = (name: string, text: string) => writeFileSync(join(project.folder, name), text);
    write(
      'slow.ts',
      `export async function predict({ wait, act }) {
  if (act === 'exit') process.exit(3);
  if (act === 'spin') for (;;);
  await new Promise((resolve) => setTimeout(resolve, wait));
  return { waited: wait };
}`,
    );
    write(
      'slow.service.yaml',
      `name: slow
runtime: function
module: slow.ts
fields:
  - { name: wait, kind: number, minimum: 0 }
  - { name: act, kind: category, nullable: true }
output: { type: object, properties: { waited: { type: number } }, required: [waited] }
golden: [{ record: { wait: 1 }, output: { waited: 1 } }]
limits: { timeoutMs: 2000 }
`,
    );
    const config = join(project.folder, 'airworthy.config.ts');
    const text = readFileSync(config, 'utf8');
    writeFileSync(config, text.replace('  training:', '  serving: { queue: { waitMs: 500 } },\n  training:'));
    await run('models', 'pack', 'slow.service.yaml');
    served = await serve();
    using client = createLoadClient();
    const body = JSON.stringify({ model: 'slow', version: 1, reason: 'test' });
    const deployed = await client.post(served.port, '/api/v1/endpoints/slow/deploy', body);
    assert.equal(deployed.status, 200, deployed.text);
  });
  after(() => served[Symbol.asyncDispose]());

  const TEN_MS = JSON.stringify({ wait: 10 });

  test('at five times its capacity: goodput ≥ 90 % of the peak, bounded waits, typed refusals, health answers', async () => {
    const peak = await closedLoop(served.port, 8, 4_000);
    const capacity = peak.length / 4;
    const { answers, health } = await openLoop(served.port, capacity * 5, 6_000);
    const accepted = answers.filter(({ status }) => status === 200);
    const goodput = accepted.length / 6;
    const p99 = percentile(
      accepted.map(({ ms }) => ms),
      0.99,
    );
    const facts = `capacity ${capacity.toFixed(0)}/s, goodput ${goodput.toFixed(0)}/s, p99 ${p99.toFixed(0)} ms, health p99 ${percentile(health, 0.99).toFixed(0)} ms`;
    assert.ok(goodput >= 0.9 * capacity, facts);
    assert.ok(p99 <= 1_000, facts);
    assert.ok(percentile(health, 0.99) < 250, facts);
    const refused = answers.filter(({ status }) => status !== 200);
    assert.ok(refused.length > accepted.length, facts);
    for (const { status, headers, text } of refused) {
      assert.equal(status, 429, text);
      assert.match(text, /OVERLOADED/);
      assert.ok(Number(headers['retry-after']) >= 1, JSON.stringify(headers));
    }
    console.log(facts);
  });

  test('a function that exits or spins fails its own request, and the next one is answered', async () => {
    using client = createLoadClient();
    for (const act of ['exit', 'spin']) {
      const { status, text } = await client.post(
        served.port,
        '/predict/slow',
        JSON.stringify({ wait: 1, act }),
      );
      assert.ok(status >= 400 && status < 600 && status !== 500, `${act}: ${status} ${text}`);
      const parcels = await client.post(served.port, '/predict/parcels', PARCEL);
      assert.equal(parcels.status, 200, parcels.text);
      let next = { status: 0, text: '' };
      for (let attempt = 0; attempt < 50 && next.status !== 200; attempt++) {
        if (attempt > 0) await pause(100);
        next = await client.post(served.port, '/predict/slow', TEN_MS);
      }
      assert.equal(next.status, 200, `after ${act}: ${next.text}`);
    }
  });

  /** As many requests as come back, from so many clients that wait for each answer. */
  async function closedLoop(port: number, clients: number, forMs: number): Promise<LoadAnswer[]> {
    const answers: LoadAnswer[] = [];
    const until = performance.now() + forMs;
    const client = async () => {
      using connection = createLoadClient();
      while (performance.now() < until) {
        const answer = await connection.post(port, '/predict/slow', TEN_MS);
        assert.equal(answer.status, 200, answer.text);
        answers.push(answer);
      }
    };
    await Promise.all(Array.from({ length: clients }, client));
    return answers;
  }

  /** So many requests a second, whatever comes back; and what a health probe takes meanwhile. */
  async function openLoop(port: number, perSecond: number, forMs: number) {
    using connections = createLoadClient(512);
    using prober = createLoadClient();
    const sent: Promise<LoadAnswer>[] = [];
    const health: number[] = [];
    const began = performance.now();
    while (performance.now() - began < forMs) {
      const due = ((performance.now() - began) / 1_000) * perSecond;
      while (sent.length < due) sent.push(connections.post(port, '/predict/slow', TEN_MS));
      const probe = await prober.get(port, '/health');
      assert.equal(probe.status, 200);
      health.push(probe.ms);
      await pause(5);
    }
    return { answers: await Promise.all(sent), health };
  }
});

describe('clients that misbehave', () => {
  let served: Served;
  before(async () => {
    served = await serve();
  });
  after(() => served[Symbol.asyncDispose]());

  const open = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ host: '127.0.0.1', port: served.port, allowHalfOpen: true }, () =>
        resolve(socket),
      );
      socket.once('error', reject);
    });
  const head = (length: number) =>
    `POST /predict/parcels HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  const readAll = async (socket: Socket) => Buffer.concat(await socket.toArray()).toString('utf8');
  const answersOthers = async () => {
    using client = createLoadClient();
    const { status, ms } = await client.post(served.port, '/predict/parcels', PARCEL);
    assert.equal(status, 200);
    assert.ok(ms < 2_000, `${ms} ms`);
  };

  test('a half-closed connection gets its answer', async () => {
    const socket = await open();
    socket.end(head(PARCEL.length) + PARCEL);
    assert.match(await readAll(socket), /^HTTP\/1.1 200 OK/);
  });

  test('giant bodies are refused without being held', async () => {
    const before = memoryMb(served);
    const giant = 2 ** 31;
    const sockets = await Promise.all(Array.from({ length: 20 }, open));
    const answers = sockets.map(async (socket) => {
      socket.on('error', () => {});
      socket.write(head(giant));
      const piece = Buffer.alloc(1 << 16, 32);
      for (let sent = 0; sent < 2 ** 24 && socket.writable; sent += piece.length) {
        if (!socket.write(piece))
          await Promise.race([new Promise((go) => socket.once('drain', go)), pause(200)]);
      }
      const [chunk] = await Promise.race([
        new Promise<[Buffer?]>((go) => socket.once('data', (data) => go([data]))),
        pause(2_000).then((): [undefined] => [undefined]),
      ]);
      socket.destroy();
      return chunk?.toString('utf8') ?? '';
    });
    await answersOthers();
    for (const text of await Promise.all(answers)) assert.match(text, /^HTTP\/1.1 413|^$/);
    assert.ok(memoryMb(served) - before < 150, `${memoryMb(served) - before} MB more`);
  });

  test('who reads slowly holds nobody up', async () => {
    const records = JSON.stringify(Array.from({ length: 1_000 }, () => JSON.parse(PARCEL)));
    const slow = await Promise.all(Array.from({ length: 20 }, open));
    for (const socket of slow) {
      socket.pause();
      for (let request = 0; request < 2; request++) socket.write(head(records.length) + records);
    }
    await pause(2_000);
    await answersOthers();
    for (const socket of slow) socket.destroy();
    await answersOthers();
  });

  test('an upload that dawdles is cut off after 30 seconds, and others are answered meanwhile', async () => {
    const socket = await open();
    const began = performance.now();
    socket.write(head(1_000));
    const drip = setInterval(() => socket.writable && socket.write(' '), 1_000);
    socket.on('error', () => {});
    await answersOthers();
    const text = await readAll(socket).catch(() => '');
    clearInterval(drip);
    socket.destroy();
    assert.match(text, /^HTTP\/1.1 408|^$/);
    const took = performance.now() - began;
    assert.ok(took > 25_000 && took < 35_000, `${took} ms`);
  });

  test('10,000 idle connections cost little, and requests are answered beside them', async () => {
    const before = memoryMb(served);
    const sockets: Socket[] = [];
    while (sockets.length < 10_000) sockets.push(...(await Promise.all(Array.from({ length: 500 }, open))));
    for (let request = 0; request < 100; request++) await answersOthers();
    const each = ((memoryMb(served) - before) * 1_024) / sockets.length;
    console.log(`${each.toFixed(1)} KB an idle connection`);
    for (const socket of sockets) socket.destroy();
    await pause(500);
    await answersOthers();
    assert.ok(each < 20, `${each} KB`);
  });
});
