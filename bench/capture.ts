// What recording a command costs: the same programs with and without `airworthy run`, one after the other in turn.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readStat, TICKS_PER_SECOND } from './measure-process.ts';
import { table, writeSection } from './results.ts';

const CLI = join(import.meta.dirname, '../packages/airworthy/bin/airworthy.mjs');
const SECONDS = Number(process.env.BENCH_SECONDS ?? 10);

const PYTHON = `
import time
total = 0.0
for number in range(200):
    with open(f'part-{number}.csv', 'w') as file: file.write('a,b\\n' * 1000)
    with open(f'part-{number}.csv') as file: file.read()
until = time.process_time() + ${SECONDS}
epoch = 0
while time.process_time() < until:
    for _ in range(2_000_000): total += 1.0
    epoch += 1
    print(f'epoch {epoch} loss={1 / epoch}')
`;

const PROGRAMS: readonly { name: string; argv: readonly string[]; rounds: number; bound: string }[] = [
  { name: '`true`', argv: ['true'], rounds: 10, bound: '' },
  { name: 'Node, nothing to do', argv: [process.execPath, '-e', '0'], rounds: 10, bound: '' },
  {
    name: `Python, ${SECONDS} s of CPU, 200 files, prints metrics`,
    argv: ['python3', 'work.py'],
    rounds: 3,
    bound: '≤ 5 %',
  },
  { name: `${SECONDS} s of waiting`, argv: ['sleep', String(SECONDS)], rounds: 3, bound: '≤ 5 % and 150 ms' },
  { name: '100 MB of output', argv: ['head', '-c', '100000000', 'zeros'], rounds: 3, bound: '' },
];

interface Cost {
  wall: number;
  cpu: number;
}

const home = mkdtempSync(join(tmpdir(), 'airworthy-bench-'));
try {
  execFileSync('git', ['-C', home, 'init', '--quiet']);
  writeFileSync(join(home, '.gitignore'), 'part-*.csv\nzeros\n');
  writeFileSync(join(home, 'work.py'), PYTHON);
  writeFileSync(join(home, 'zeros'), `${'0'.repeat(99)}\n`.repeat(1_000_000));
  measure([process.execPath, CLI, 'run', '--', 'true']);
  const rows = PROGRAMS.map(({ name, argv, rounds, bound }) => {
    const pairs = Array.from({ length: rounds }, () => ({
      bare: measure(argv),
      recorded: measure([process.execPath, CLI, 'run', '--', ...argv]),
    }));
    const wall = pairs.map(({ bare, recorded }) => recorded.wall - bare.wall);
    const bare = median(pairs.map((pair) => pair.bare.wall));
    return [
      name,
      `${bare.toFixed(3)} s`,
      `${(median(wall) * 1000).toFixed(0)} ms (${((median(wall) / bare) * 100).toFixed(1)} %)`,
      `${(median(pairs.map((pair) => pair.recorded.cpu - pair.bare.cpu)) * 1000).toFixed(0)} ms`,
      String(rounds),
      bound,
    ];
  });
  const head = ['program', 'alone', 'more wall time, median', 'more CPU, median', 'pairs', 'bound'];
  writeSection('capture', 'Recording a command', table(head, rows));
  console.log(table(head, rows));
} finally {
  rmSync(home, { recursive: true, force: true });
}

function measure([command, ...args]: readonly string[]): Cost {
  const before = childrenCpu();
  const begun = performance.now();
  const { status, stderr } = spawnSync(command, args, {
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 2 ** 30,
  });
  const wall = (performance.now() - begun) / 1000;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${stderr}`);
  return { wall, cpu: childrenCpu() - before };
}

/** Seconds of CPU that the ended children of this process took, with what they waited for. */
function childrenCpu(): number {
  const fields = readStat('self');
  return (fields[13] + fields[14]) / TICKS_PER_SECOND;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}
