// Ships the flights, the 10 % sample and all three million, and measures the server that follows: `npm run bench:ship`.
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { measureProcess, readUsage } from './measure-process.ts';
import { table, writeSection } from './results.ts';

const ROOT = join(import.meta.dirname, '..');
const CLI = join(ROOT, 'packages/airworthy/bin/airworthy.mjs');
const IDLE_SECONDS = 10;
const PORT = '4499';

const EVERYTHING = `import { defineProject } from 'airworthy';
import flights from './flights.config.ts';
const { sample, filters, ...data } = flights.data;
export default defineProject({ ...flights, data: { ...data, filters: filters.filter(({ keep }) => !keep.includes('date')) } });
`;

const home = mkdtempSync(join(tmpdir(), 'airworthy-bench-'));
try {
  const rows = [];
  rows.push(['the sample', ...(await ship(makeProject('sample'))), '≤ 60 s']);
  rows.push(['the sample again, unchanged', ...(await ship(join(home, 'sample'))), 'about 1 s']);
  rows.push([
    'all 3,000,000 rows',
    ...(await ship(makeProject('everything', EVERYTHING))),
    '≤ 300 s, ≤ 4096 MiB',
  ]);
  const server = await measureServer(join(home, 'sample'));
  writeSection(
    'ship',
    'Shipping the flights',
    [
      table(['ship', 'wall s', 'CPU s', 'peak MiB', 'bound'], rows),
      '',
      table(
        ['server on the existing folder', 'measured', 'bound'],
        [
          ['ready after', `${server.readyAfter.toFixed(2)} s`, '≤ 1 s'],
          [
            `resident memory after ${IDLE_SECONDS} idle seconds`,
            `${server.idle.toFixed(0)} MiB`,
            '≤ 150 MiB',
          ],
        ],
      ),
    ].join('\n'),
  );
} finally {
  rmSync(home, { recursive: true, force: true });
}

function makeProject(name: string, config?: string): string {
  const folder = join(home, name);
  mkdirSync(folder);
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  const flights = `export { default } from '${join(ROOT, 'examples/flight-delays/airworthy.config.ts')}';\n`;
  writeFileSync(join(folder, 'flights.config.ts'), flights);
  writeFileSync(join(folder, 'airworthy.config.ts'), config ?? flights);
  return folder;
}

async function ship(folder: string): Promise<string[]> {
  const { wall, cpu, peak, exitCode, output } = await measureProcess(process.execPath, [CLI, 'ship', folder]);
  console.log(`${output.trim()}\n`);
  if (exitCode !== 0) throw new Error(`ship ${folder} ended with ${exitCode}`);
  return [wall.toFixed(1), cpu.toFixed(1), peak.toFixed(0)];
}

async function measureServer(folder: string): Promise<{ readyAfter: number; idle: number }> {
  const begin = performance.now();
  const server = spawn(process.execPath, [CLI, 'up', '--project', folder, '--port', PORT], {
    stdio: 'ignore',
  });
  try {
    await untilReady(server);
    const readyAfter = (performance.now() - begin) / 1000;
    await sleep(IDLE_SECONDS * 1000);
    return { readyAfter, idle: readUsage(server)?.resident ?? Number.NaN };
  } finally {
    server.kill('SIGTERM');
  }
}

async function untilReady(server: ChildProcess): Promise<void> {
  while (server.exitCode === null) {
    const ready = await fetch(`http://127.0.0.1:${PORT}/ready`).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await sleep(10);
  }
  throw new Error(`the server ended with ${server.exitCode}`);
}
