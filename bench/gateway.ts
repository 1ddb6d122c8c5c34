// The gateway beside LiteLLM's proxy: the same provider of 50 ms behind both, 50 connections, interleaved rounds. Ours is
// measured with each call traced and counted, and with counts alone. PEER_PYTHON names a Python that has `litellm[proxy]`.
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readTreeUsage } from './measure-process.ts';
import { table, writeSection } from './results.ts';

const CONNECTIONS = 50;
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const SECONDS = Number(process.env.SECONDS ?? 5);
const WARM_UP_SECONDS = 2;
const STUB_PORT = 4790;
const START_MS = 60_000;
/** LiteLLM takes no weak one. */
const KEY = `sk-${randomBytes(32).toString('hex')}`;
const ROOT = join(import.meta.dirname, '..');
const AIRWORTHY = join(ROOT, 'packages/airworthy/bin/airworthy.mjs');

interface Contestant {
  name: string;
  port: number;
  process?: ChildProcess;
}
interface Round {
  /** Milliseconds. */
  p50: number;
  p99: number;
  perSecond: number;
  /** Microseconds of the gateway's processes a request. */
  cpuUs: number;
  failures: number;
}

const folder = mkdtempSync(join(tmpdir(), 'airworthy-bench-gateway-'));
const started: ChildProcess[] = [];

try {
  await main();
} finally {
  for (const child of started) child.kill('SIGTERM');
  await Promise.all(started.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined)));
  rmSync(folder, { recursive: true, force: true });
}

async function main(): Promise<void> {
  await start(
    process.execPath,
    [join(import.meta.dirname, 'gateway-stub.ts')],
    `http://127.0.0.1:${STUB_PORT}/`,
    {
      PORT: String(STUB_PORT),
    },
  );
  const contestants: Contestant[] = [
    { name: 'the provider itself', port: STUB_PORT },
    { name: 'Airworthy', port: 4794, process: await startAirworthy(4794, true) },
    { name: 'Airworthy, counts alone', port: 4796, process: await startAirworthy(4796, false) },
  ];
  const python = process.env.PEER_PYTHON;
  if (python !== undefined)
    contestants.push({ name: 'LiteLLM proxy', port: 4798, process: await startLitellm(python, 4798) });
  const rounds = new Map<string, Round[]>(contestants.map(({ name }) => [name, []]));
  for (const contestant of contestants) await load(contestant, WARM_UP_SECONDS);
  for (let round = 0; round < ROUNDS; round++)
    for (const contestant of contestants) rounds.get(contestant.name)?.push(await load(contestant, SECONDS));
  report(rounds);
}

async function startAirworthy(port: number, traces: boolean): Promise<ChildProcess> {
  const project = join(folder, `airworthy-${port}`);
  const config = {
    name: 'bench',
    serving: {
      port,
      gateway: {
        traces,
        providers: { openai: { url: `http://127.0.0.1:${STUB_PORT}/v1` } },
        routes: { bench: { targets: [{ model: 'gpt-4o-mini' }] } },
      },
    },
  };
  mkdirSync(project);
  writeFileSync(join(project, 'airworthy.config.ts'), `export default ${JSON.stringify(config)};\n`);
  const args = ['--conditions=development', AIRWORTHY, 'up', '--project', project];
  return start(process.execPath, args, `http://127.0.0.1:${port}/health`, {});
}

async function startLitellm(python: string, port: number): Promise<ChildProcess> {
  const config = join(folder, 'litellm.yaml');
  writeFileSync(
    config,
    JSON.stringify({
      model_list: [
        {
          model_name: 'bench',
          litellm_params: {
            ...{ model: 'openai/gpt-4o-mini', api_base: `http://127.0.0.1:${STUB_PORT}/v1`, api_key: 'sk-1' },
          },
        },
      ],
      litellm_settings: { telemetry: false, num_retries: 0 },
    }),
  );
  const args = ['--config', config, '--port', String(port), '--host', '127.0.0.1', '--num_workers', '1'];
  return start(join(dirname(python), 'litellm'), args, `http://127.0.0.1:${port}/health/liveliness`, {
    LITELLM_MASTER_KEY: KEY,
    LITELLM_LOG: 'ERROR',
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
  });
}

/** Started once it answers at an address. */
async function start(
  command: string,
  args: readonly string[],
  health: string,
  env: NodeJS.ProcessEnv,
): Promise<ChildProcess> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  started.push(child);
  for (const deadline = performance.now() + START_MS; performance.now() < deadline; await delay(200)) {
    if (child.exitCode !== null) throw new Error(`${command} ended with ${child.exitCode}`);
    const answer = await fetch(health).catch(() => undefined);
    if (answer?.ok) return child;
  }
  throw new Error(`${command} does not answer at ${health}`);
}

async function load({ port, process: gateway }: Contestant, seconds: number): Promise<Round> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const latencies: number[] = [];
  let failures = 0;
  const cpuBefore = gateway ? readTreeUsage(gateway.pid).cpu : 0;
  const began = performance.now();
  const end = began + seconds * 1_000;
  const ask = async () => {
    while (performance.now() < end) {
      const asked = performance.now();
      if (await askOnce(agent, port, latencies.length)) latencies.push(performance.now() - asked);
      else failures++;
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, ask));
  const took = (performance.now() - began) / 1_000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) => latencies[Math.floor(latencies.length * share)];
  const cpu = gateway ? readTreeUsage(gateway.pid).cpu - cpuBefore : 0;
  return {
    ...{ p50: at(0.5), p99: at(0.99), perSecond: latencies.length / took, failures },
    cpuUs: (cpu * 1e6) / latencies.length,
  };
}

function askOnce(agent: Agent, port: number, call: number): Promise<boolean> {
  const body = JSON.stringify({
    model: 'bench',
    messages: [
      { role: 'system', content: 'You answer questions about flights in one sentence.' },
      { role: 'user', content: `When does flight ${call} to Lisbon leave, and from which gate?` },
    ],
    temperature: 0.7,
  });
  return new Promise((settle) => {
    const outgoing = request(
      {
        ...{ agent, host: '127.0.0.1', port, path: '/v1/chat/completions', method: 'POST' },
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${KEY}`,
        },
      },
      (incoming) => {
        incoming.resume();
        incoming.on('end', () => settle(incoming.statusCode === 200));
      },
    );
    outgoing.on('error', () => settle(false));
    outgoing.end(body);
  });
}

function report(rounds: ReadonlyMap<string, readonly Round[]>): void {
  const median = (values: number[]) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const of = (name: string, figure: keyof Round) =>
    median((rounds.get(name) ?? []).map((round) => round[figure]));
  const direct = 'the provider itself';
  const rows = [...rounds.keys()].map((name) => [
    name,
    of(name, 'p50').toFixed(1),
    (of(name, 'p50') - of(direct, 'p50')).toFixed(1),
    of(name, 'p99').toFixed(1),
    of(name, 'perSecond').toFixed(0),
    `${((100 * of(name, 'perSecond')) / of(direct, 'perSecond')).toFixed(1)} %`,
    name === direct ? '' : of(name, 'cpuUs').toFixed(0),
    String(of(name, 'failures')),
  ]);
  const head = [
    '',
    'p50 ms',
    'added',
    'p99 ms',
    'requests/s',
    'of the provider’s',
    'CPU µs a request',
    'failed',
  ];
  const text = [
    `${CONNECTIONS} connections, a provider that answers after 50 ms (1,000 requests/s at the most), medians of ${ROUNDS} rounds of ${SECONDS} s, interleaved, on loopback. Each call of Airworthy is traced in its store, redacted, priced and counted.`,
    '',
    table(head, rows),
  ].join('\n');
  process.stdout.write(`${text}\n`);
  writeSection('gateway', 'Gateway', text);
}
