// Evaluating beside promptfoo and evalite: the same questions to the same local stub, which answers after 50 ms; in turn, in one run.
// AIRWORTHY_BENCH_PEERS: a folder that already has the peers in `promptfoo/` and `evalite/`; else they are installed into a temporary one.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { airworthy, type Contestant, evalite, type Load, promptfoo } from './evaluate/contestants.ts';
import { measureProcess, readStat, TICKS_PER_SECOND } from './measure-process.ts';
import { table, writeSection } from './results.ts';

const PROMPTFOO = 'promptfoo@0.123.1';
const EVALITE = ['evalite@0.19.0', 'vitest@5.1.1'];
const LATENCY_S = 0.05;
const ROUNDS = 3;
/** CPU of one case by tool: what starting costs. */
const single = new Map<string, number>();

interface Figures {
  wall: number;
  cpu: number;
  peak: number;
}

const LOADS: readonly (Omit<Load, 'endpoint'> & { name: string; goal: string })[] = [
  { name: '1 case', cases: 1, concurrency: 1, cached: false, goal: '≤ 0.5 s' },
  { name: '200 at 4', cases: 200, concurrency: 4, cached: false, goal: '≤ 1.3 × limit' },
  {
    name: '2,000 at 64',
    cases: 2_000,
    concurrency: 64,
    cached: false,
    goal: '≤ 1.3 × limit, ≤ 0.7 ms CPU a case, ≤ 150 MB',
  },
  { name: '2,000 from the cache', cases: 2_000, concurrency: 64, cached: true, goal: '≤ 0.8 s' },
];

const scratch = mkdtempSync(join(tmpdir(), 'airworthy-bench-'));
const peers = process.env.AIRWORTHY_BENCH_PEERS ?? installPeers(join(scratch, 'peers'));
const stub = spawn(process.execPath, [join(import.meta.dirname, 'evaluate/stub-model.ts')], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
try {
  const [port] = (await once(stub.stdout, 'data')) as [Buffer];
  const endpoint = `http://127.0.0.1:${String(port).trim()}/v1`;
  const contestants = [airworthy, promptfoo(join(peers, 'promptfoo')), evalite(join(peers, 'evalite'))];
  const rows: string[][] = [];
  for (const { name, goal, ...load } of LOADS)
    rows.push(...(await race(name, goal, { endpoint, ...load }, contestants)));
  const head = [
    'load',
    'tool',
    'wall',
    'of the limit',
    'CPU',
    'CPU a case',
    'peak memory',
    'CPU beside ours',
    'goal',
  ];
  const body = `${table(head, rows)}\n\nMedians of ${ROUNDS} rounds, in turn. The limit is cases × 50 ms / concurrency; the bare loop is fetch, compare, append a line.\nCPU a case is beyond that of one case alone.`;
  writeSection('evaluate', 'Evaluating 2,000 cases', body);
  console.log(body);
} finally {
  stub.kill();
  rmSync(scratch, { recursive: true, force: true });
}

async function race(
  name: string,
  goal: string,
  load: Load,
  contestants: readonly Contestant[],
): Promise<string[][]> {
  // evalite has no cache.
  const taking = load.cached ? contestants.filter((each) => each.name !== 'evalite') : contestants;
  const measured = new Map<string, Figures[]>(taking.map((each) => [each.name, []]));
  const bare: Figures[] = [];
  for (const each of taking) {
    each.prepare(join(scratch, each.name), load);
    if (load.cached) await run(each, load);
  }
  for (let round = 0; round < ROUNDS; round++) {
    for (const each of taking) measured.get(each.name)?.push(await run(each, load));
    if (!load.cached) bare.push(await runBare(load));
  }
  const limit = (load.cases * LATENCY_S) / Math.min(load.concurrency, load.cases);
  const ours = middle(measured.get(airworthy.name) ?? []).cpu;
  const all: [string, Figures][] = [...measured].map(([tool, figures]) => [tool, middle(figures)]);
  if (bare.length > 0) all.push(['bare loop', middle(bare)]);
  return all.map(([tool, { wall, cpu, peak }]) => {
    if (load.cases === 1) single.set(tool, cpu);
    const marginal = ((cpu - (single.get(tool) ?? 0)) / load.cases) * 1_000;
    return [
      ...[
        name,
        tool,
        `${wall.toFixed(2)} s`,
        load.cached ? '' : `${(wall / limit).toFixed(2)} ×`,
        `${cpu.toFixed(2)} s`,
      ],
      ...[
        load.cases === 1 ? '' : `${marginal.toFixed(2)} ms`,
        `${peak.toFixed(0)} MiB`,
        `${(cpu / ours).toFixed(1)} ×`,
      ],
      tool === airworthy.name ? goal : '',
    ];
  });
}

async function run(contestant: Contestant, load: Load): Promise<Figures> {
  const folder = join(scratch, contestant.name);
  const { argv, env } = contestant.command(folder, load);
  const cwd = contestant.name === 'evalite' ? join(peers, 'evalite') : folder;
  const figures = await measure(argv, { cwd, env });
  // Seen once in its own threads: it passes everything and ends with 1.
  if (figures.exitCode !== 0 && contestant.name !== 'promptfoo')
    throw new Error(`${contestant.name} ended with ${figures.exitCode}: ${figures.output.slice(-2_000)}`);
  return figures;
}

function runBare({ endpoint, cases, concurrency }: Load): Promise<Figures> {
  const script = join(import.meta.dirname, 'evaluate/bare-loop.ts');
  const argv = [
    process.execPath,
    script,
    endpoint,
    String(cases),
    String(concurrency),
    join(scratch, 'bare.jsonl'),
  ];
  return measure(argv, { cwd: scratch, env: {} });
}

/** CPU of the process and of all it waited for, from this process's own account of its children. */
async function measure(
  [command, ...args]: string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
) {
  const before = childrenCpu();
  const measured = await measureProcess(command, args, { cwd, env: { ...process.env, CI: '1', ...env } });
  return { ...measured, cpu: childrenCpu() - before };
}

function childrenCpu(): number {
  const fields = readStat('self');
  return (fields[13] + fields[14]) / TICKS_PER_SECOND;
}

function middle(figures: readonly Figures[]): Figures {
  const of = (key: keyof Figures) =>
    figures.map((each) => each[key]).sort((a, b) => a - b)[Math.floor(figures.length / 2)];
  return { wall: of('wall'), cpu: of('cpu'), peak: of('peak') };
}

function installPeers(folder: string): string {
  for (const [name, packages] of Object.entries({ promptfoo: [PROMPTFOO], evalite: EVALITE })) {
    const home = join(folder, name);
    if (existsSync(home)) continue;
    mkdirSync(home, { recursive: true });
    execFileSync('npm', ['init', '--yes'], { cwd: home, stdio: 'ignore' });
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...packages], {
      cwd: home,
      stdio: 'inherit',
    });
  }
  return folder;
}
