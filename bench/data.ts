// Adds, profiles and checks all three million flights: `npm run bench:data`. DuckDB's own SUMMARIZE stands beside it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  addDataset,
  checkQuality,
  type DataConfigInput,
  readTable,
  splitDataset,
} from '../packages/airworthy/src/data/index.ts';
import { profileContent } from '../packages/airworthy/src/data/profile/profile-content.ts';
import { openStored } from '../packages/airworthy/src/data/stored/open-stored.ts';
import { scanContent } from '../packages/airworthy/src/data/stored/scan-content.ts';
import { systemClock } from '../packages/airworthy/src/kernel/clock.ts';
import { createEvents } from '../packages/airworthy/src/kernel/events.ts';
import { createLogger } from '../packages/airworthy/src/kernel/logger.ts';
import { silentProgress } from '../packages/airworthy/src/kernel/progress.ts';
import { openStore } from '../packages/airworthy/src/store/open-store.ts';
import type { Context } from '../packages/airworthy/src/store/ports.ts';
import { table, writeSection } from './results.ts';

/** Runs of each step; the median is shown. */
const RUNS = 3;

const CONFIG: DataConfigInput = {
  source: 'npm:vega-datasets/data/flights-3m.parquet',
  target: { name: 'late', from: 'delay > 15' },
  quality: [{ rule: 'range', column: 'delay', minimum: -120, maximum: 1440 }],
};

interface Seconds {
  wall: number;
  cpu: number;
}

const home = mkdtempSync(join(tmpdir(), 'airworthy-bench-'));
try {
  const rows = await measureAll();
  const peak = process.resourceUsage().maxRSS / 1024;
  const body = [
    table(['step', 'wall s', 'CPU s', 'bound'], rows),
    '',
    `All 3,000,000 rows of five columns and a computed target; median of ${RUNS}. Peak resident memory of the process over all steps: ${peak.toFixed(0)} MiB.`,
  ].join('\n');
  writeSection('data', 'Data', body);
  console.log(body);
} finally {
  rmSync(home, { recursive: true, force: true });
}

async function measureAll(): Promise<string[][]> {
  const added = await median((run) => withStore(`add-${run}`, async (context) => void (await add(context))));
  return withStore('steps', async (context) => {
    const { version } = await add(context);
    await using stored = await openStored(context, [version]);
    const { engine } = stored;
    const [relation, numbered] = [stored.relations[0], stored.numbered[0]];
    const fields = version.schema.fields.map(({ name, kind }) => ({ name, kind }));
    const summarised = await median(() => engine.all(`SUMMARIZE SELECT * FROM ${relation}`));
    const scans = await scanContent(engine, relation, fields);
    const profiled = await median(() =>
      profileContent(engine, numbered, version.rows, version.schema, scans),
    );
    const checked = await median(() => checkQuality(context, version, CONFIG.quality));
    const split = await splitDataset(context, version, { by: 'random', test: 0.2, seed: 1 });
    const steps: [string, Seconds, string?][] = [
      ['add: read, digest, profile, check, store', added],
      [
        'profile and quality rules',
        { wall: profiled.wall + checked.wall, cpu: profiled.cpu + checked.cpu },
        '≤ 3 s',
      ],
      ['· profile', profiled],
      ['· quality rules', checked],
      ['digest and moments', await median(() => scanContent(engine, relation, fields))],
      ['DuckDB SUMMARIZE, for comparison', summarised],
      ['add again, unchanged', await median(() => add(context))],
      [
        'split at random',
        await median((run) => splitDataset(context, version, { by: 'random', test: 0.2, seed: 2 + run })),
      ],
      ['read all columns', await median(() => readTable(context, version))],
      ['read the training rows', await median(() => readTable(context, version, { split, role: 'train' }))],
    ];
    return steps.map(([name, { wall, cpu }, bound]) => [name, wall.toFixed(3), cpu.toFixed(3), bound ?? '']);
  });
}

function add(context: Context) {
  return addDataset(context, { name: 'flights', config: CONFIG, folder: import.meta.dirname });
}

async function withStore<Result>(name: string, work: (context: Context) => Promise<Result>): Promise<Result> {
  const store = openStore(join(home, name));
  try {
    return await work({
      ...{ project: 'bench', actor: 'local', store, clock: systemClock, events: createEvents() },
      ...{ log: createLogger('silent'), progress: silentProgress },
    });
  } finally {
    await store.close();
  }
}

async function median(work: (run: number) => Promise<unknown>): Promise<Seconds> {
  const runs: Seconds[] = [];
  for (let run = 0; run < RUNS; run++) {
    const [begin, used] = [performance.now(), process.cpuUsage()];
    await work(run);
    const { user, system } = process.cpuUsage(used);
    runs.push({ wall: (performance.now() - begin) / 1e3, cpu: (user + system) / 1e6 });
  }
  return runs.toSorted((a, b) => a.cpu - b.cpu)[Math.floor(RUNS / 2)];
}
