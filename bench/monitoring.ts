// What watching costs: `npm run bench:monitoring`, on Linux. The number of replayed predictions may be given:
// `node --conditions=development bench/monitoring.ts 100000000`.
// The peer is evidently where AIRWORTHY_TEST_EVIDENTLY_PYTHON names a Python that has it, else scipy; both sides in turns.
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createVirtualClock, type VirtualClock } from '../packages/airworthy/src/kernel/clock.ts';
import { createEvents } from '../packages/airworthy/src/kernel/events.ts';
import { count } from '../packages/airworthy/src/kernel/figures.ts';
import { createLogger } from '../packages/airworthy/src/kernel/logger.ts';
import { silentProgress } from '../packages/airworthy/src/kernel/progress.ts';
import { compileModel } from '../packages/airworthy/src/models/compile-model.ts';
import type { Model } from '../packages/airworthy/src/models/model.ts';
import { recordsToTable } from '../packages/airworthy/src/models/read-record.ts';
import type { Column, Field, Table } from '../packages/airworthy/src/models/table.ts';
import {
  compareTable,
  createMonitor,
  MonitoringConfig,
  readReference,
} from '../packages/airworthy/src/monitoring/index.ts';
import { measureWindow } from '../packages/airworthy/src/monitoring/reports/measure-window.ts';
import { createAccumulator } from '../packages/airworthy/src/monitoring/sketch/accumulator.ts';
import { createLayout } from '../packages/airworthy/src/monitoring/sketch/layout.ts';
import { sumWindows } from '../packages/airworthy/src/monitoring/windows/sum-windows.ts';
import {
  buildReferenceProfile,
  sketchColumn,
} from '../packages/airworthy/src/registry/scoring/reference-profile.ts';
import type { Release, ServedPrediction } from '../packages/airworthy/src/serving/index.ts';
import { writeRelease } from '../packages/airworthy/src/serving/testing/write-bundle.ts';
import { createRandom } from '../packages/airworthy/src/stats/random.ts';
import { openStore } from '../packages/airworthy/src/store/open-store.ts';
import type { Context } from '../packages/airworthy/src/store/ports.ts';
import { table, writeSection } from './results.ts';

const FEATURES = 30;
const CATEGORIES = 60;
const BATCH = 500;
const HOUR = 3_600_000;
const START = Date.UTC(2001, 0, 1);
const ENDPOINT = 'watched';
const RAW_ROWS = 1_000_000;
const WINDOWS = 1_000;
/** Predictions an hour of the replay. */
const HOURLY = 100_000;
const CONFIG = MonitoringConfig.parse({});

const FIELDS: Field[] = Array.from({ length: FEATURES }, (_, index) => {
  const kind = index < 20 ? 'number' : index < 28 ? 'category' : index === 28 ? 'boolean' : 'timestamp';
  return { name: `feature-${index}`, kind, nullable: true };
});

const MODEL: Model = {
  format: 'airworthy-model/1',
  task: { kind: 'binary', target: 'y', classes: ['false', 'true'] },
  fields: FIELDS,
  features: [{ op: 'number', field: 'feature-0', impute: 0, mean: 0, scale: 1 }],
  estimator: { kind: 'linear', coefficients: [[1]], intercepts: [-1], link: 'logistic' },
};

const [role = '10000000', folder = ''] = process.argv.slice(2);
if (role === 'drift') measureDrift();
else if (role === 'replay') await replay(folder, Number(process.argv[4]));
else await bench(Number(role));

async function bench(predictions: number): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'airworthy-monitoring-'));
  try {
    const rows = [
      ...(await measureIngest(join(home, 'ingest'))),
      ...(await measureReports(join(home, 'reports'))),
      await measureDisk(join(home, 'disk')),
    ];
    for (const row of rows) console.log(row.join('  '));
    const drift = compareDrift(home);
    const memory = await watchReplay(join(home, 'replay'), predictions);
    writeSection('monitoring', 'Monitoring', describe(rows, drift, memory));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

function describe(rows: string[][], drift: string[][], memory: string[][]): string {
  return [
    `A version with ${FEATURES} features: 20 numbers, 8 categories of ${CATEGORIES} values, a boolean and a time. CPU seconds are of the whole process, garbage collection included.`,
    table(['what', 'cost', 'target'], rows),
    `Drift of ${count(RAW_ROWS)} rows x ${FEATURES} number columns from raw values, against as many reference rows. Ours works out PSI, its effect, the chi-square test, Jensen-Shannon and shares of all columns at once, on the edges that the bundle carries; the peer needs the raw reference, one statistic a row.`,
    table(['side', 'statistic', 'CPU seconds'], drift),
    `${memory.at(-1)?.[0]} predictions replayed through windows of ${count(HOURLY)} an hour, closed each day; memory after a garbage collection:`,
    table(['predictions', 'resident MiB', 'heap MiB', 'CPU µs a prediction', 'database MiB'], memory),
  ].join('\n\n');
}

/** CPU seconds of this process. */
function cpu(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function openContext(at: string): { context: Context; clock: VirtualClock } {
  const clock = createVirtualClock(START);
  const context = {
    ...{ project: 'bench', actor: 'local', store: openStore(at), clock },
    ...{ events: createEvents(), log: createLogger('silent'), progress: silentProgress },
  };
  return { context, clock };
}

/** As requests bring them: parsed from JSON. */
function makeRecords(rows: number, seed: number): Record<string, unknown>[] {
  const random = createRandom(seed);
  const draw = ({ kind }: Field) => {
    if (kind === 'number') return random.normal();
    if (kind === 'category') return `category-${Math.floor(random.next() ** 2 * CATEGORIES)}`;
    return kind === 'boolean' ? random.next() < 0.3 : new Date(START + random.integer(HOUR)).toISOString();
  };
  const records = Array.from({ length: rows }, () =>
    Object.fromEntries(FIELDS.map((field) => [field.name, draw(field)])),
  );
  return JSON.parse(JSON.stringify(records));
}

function makeProfile(rows: number) {
  const reference = recordsToTable(FIELDS, makeRecords(rows, 1));
  const scores = compileModel(MODEL).scoreTable(reference);
  return buildReferenceProfile(MODEL, reference, scores, { metrics: [], confidence: 0.95 });
}

async function packVersion(context: Context): Promise<Release> {
  const files = { 'reference-profile.json': makeProfile(20_000) };
  return writeRelease(
    context,
    { ...MODEL, fields: FIELDS },
    { name: 'watched', files, golden: makeRecords(1, 9)[0] },
  );
}

function makeServed(release: Release, rows: number): ServedPrediction[] {
  const random = createRandom('scores');
  const identity = {
    endpoint: ENDPOINT,
    model: release.model,
    version: release.version,
    bundle: release.bundle,
  };
  return makeRecords(rows, 2).map((record) => {
    const probability = random.next();
    const prediction = { label: probability >= 0.5, probability };
    const latencyUs = Math.round(300 * Math.exp(random.normal()));
    const unrouted = { rollout: null, propensity: null, unitKey: null };
    const beside = { id: '', arm: 'champion', ...unrouted, at: START, businessKey: null, subject: null };
    return { ...identity, ...beside, latencyUs, record, prediction };
  });
}

/** Writes batches as the prediction log does: `hourly` predictions an hour. */
function createFeed({ context, clock }: ReturnType<typeof openContext>, served: readonly ServedPrediction[]) {
  const monitor = createMonitor(context, { config: CONFIG });
  const { observer } = monitor;
  if (observer === undefined) throw new Error('monitoring is switched off');
  let fed = 0;
  return {
    monitor,
    async feed(rows: number, hourly: number): Promise<void> {
      for (const end = fed + rows; fed < end; fed += BATCH) {
        clock.moveTo(START + Math.floor(fed / hourly) * HOUR);
        const from = fed % served.length;
        const at = clock.now();
        const batch = served.slice(from, from + BATCH).map((each) => ({ ...each, at }));
        await context.store.database.write((sql) => observer.record(sql, batch));
        observer.settled(true);
      }
    },
  };
}

async function measureIngest(at: string): Promise<string[][]> {
  const opened = openContext(at);
  const release = await packVersion(opened.context);
  const served = makeServed(release, 20_000);
  const accumulator = createAccumulator(createLayout(MODEL, makeProfile(20_000)));
  const observeAll = (rounds: number) => {
    for (let round = 0; round < rounds; round++)
      for (const { record, prediction, latencyUs } of served)
        accumulator.observe(record, prediction, latencyUs);
  };
  observeAll(20);
  let began = cpu();
  observeAll(25);
  const counted = (cpu() - began) / (25 * served.length);
  const { feed } = createFeed(opened, served);
  const endpoint = { project: 'bench', name: ENDPOINT, model: release.model, created_at: 0 };
  await opened.context.store.database.write((sql) => sql.insertInto('endpoint').values(endpoint).execute());
  await feed(100_000, HOURLY);
  began = cpu();
  await feed(500_000, HOURLY);
  const written = (cpu() - began) / 500_000;
  const { database } = opened.context.store;
  began = cpu();
  for (let batch = 0; batch < 1_000; batch++)
    await database.write((sql) =>
      sql.updateTable('endpoint').set({ created_at: batch }).where('name', '=', ENDPOINT).execute(),
    );
  const committed = (cpu() - began) / (1_000 * BATCH);
  await opened.context.store.close();
  const micro = (seconds: number) => `${(seconds * 1e6).toFixed(2)} µs CPU a prediction`;
  return [
    ['counting a prediction', micro(counted), ''],
    ['the same on disk, in batches of 500', micro(written), ''],
    ['of which the commit, which the prediction log makes anyway', micro(committed), ''],
    ['what watching adds', micro(written - committed), '≤ 5 µs'],
  ];
}

async function measureReports(at: string): Promise<string[][]> {
  const rows: string[][] = [];
  for (const hourly of [1_000, HOURLY]) {
    const opened = openContext(join(at, String(hourly)));
    const { context } = opened;
    const release = await packVersion(context);
    await createFeed(opened, makeServed(release, 20_000)).feed(24 * hourly, hourly);
    const stream = { endpoint: ENDPOINT, model: release.model, version: release.version, arm: 'champion' };
    const reference = await readReference(context, ENDPOINT, release.bundle);
    const day = { start: START, end: START + 24 * HOUR };
    const { sketch, outcomes } = await sumWindows(context, context.store.database.sql, stream, day);
    const measure = () => measureWindow(sketch, outcomes, reference, CONFIG.drift);
    const report = await meanCpu(50, async () => void measure());
    const fromDisk = await meanCpu(20, async () => {
      await sumWindows(context, context.store.database.sql, stream, day);
    });
    await context.store.close();
    const traffic = `${count(24 * hourly)} predictions`;
    const milli = (seconds: number) => `${(seconds * 1e3).toFixed(2)} ms CPU`;
    rows.push([`report of a window of ${traffic}, from its sketch`, milli(report), '≤ 5 ms']);
    rows.push([`reading and adding the 24 hours of ${traffic}`, milli(fromDisk), '']);
  }
  return rows;
}

async function meanCpu(times: number, work: () => Promise<void>): Promise<number> {
  for (let warm = 0; warm < times; warm++) await work();
  const began = cpu();
  for (let time = 0; time < times; time++) await work();
  return (cpu() - began) / times;
}

async function measureDisk(at: string): Promise<string[]> {
  const opened = openContext(at);
  const release = await packVersion(opened.context);
  const hourly = 2_000;
  await createFeed(opened, makeServed(release, 20_000)).feed(WINDOWS * hourly, hourly);
  await opened.context.store.close();
  const megabytes = databaseBytes(at) / 1e6;
  return [
    `${count(WINDOWS)} windows x ${FEATURES} columns on disk, ${count(hourly)} predictions each`,
    `${megabytes.toFixed(1)} MB`,
    '≤ 50 MB',
  ];
}

function databaseBytes(at: string): number {
  const bytes = (name: string) => statSync(join(at, name), { throwIfNoEntry: false })?.size ?? 0;
  return bytes('airworthy.db') + bytes('airworthy.db-wal');
}

function makeRaw(seed: number): Table {
  const random = createRandom(seed);
  const columns: Record<string, Column> = {};
  for (let index = 0; index < FEATURES; index++) {
    const values = new Float64Array(RAW_ROWS);
    // A third of the columns is skewed, as amounts are.
    for (let row = 0; row < RAW_ROWS; row++)
      values[row] = index % 3 === 0 ? Math.exp(random.normal()) : random.normal();
    columns[`feature-${index}`] = { kind: 'number', values };
  }
  return { rows: RAW_ROWS, columns };
}

/** In a process of its own: both tables, our drift, and the tables as files for the peer. */
function measureDrift(): void {
  const [reference, current] = [makeRaw(1), makeRaw(2)];
  const numbers = Object.entries(reference.columns).flatMap(([name, column]) =>
    column.kind === 'number' ? [sketchColumn(name, column)] : [],
  );
  const empty = makeProfile(200);
  const profile = { ...empty, rows: RAW_ROWS, columns: numbers, windows: null, budget: null };
  const layout = createLayout(MODEL, profile);
  for (const [name, raw] of [
    ['reference', reference],
    ['current', current],
  ] as const) {
    const columns = Object.values(raw.columns).flatMap((column) =>
      column.kind === 'number' ? [column.values] : [],
    );
    writeFileSync(
      join(folder, `${name}.f64`),
      Buffer.concat(columns.map((values) => Buffer.from(values.buffer))),
    );
  }
  const began = cpu();
  const drifts = compareTable({ layout, profile }, current, CONFIG.drift);
  const seconds = cpu() - began;
  if (drifts.length !== FEATURES) throw new Error('not every column was compared');
  console.log(JSON.stringify({ seconds }));
}

function compareDrift(home: string): string[][] {
  const python = process.env.AIRWORTHY_TEST_EVIDENTLY_PYTHON ?? 'python3';
  const ours = (): number => JSON.parse(runSelf(['drift', home])).seconds;
  const theirs = (statistics: string) => {
    const script = join(import.meta.dirname, 'monitoring-drift.py');
    const paths = ['reference', 'current'].map((name) => join(home, `${name}.f64`));
    const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
    const output = execFileSync(python, [script, ...paths, String(FEATURES), statistics], {
      env,
      encoding: 'utf8',
    });
    return JSON.parse(output.trim().split('\n').at(-1) ?? '') as {
      peer: string;
      seconds: Record<string, number>;
    };
  };
  const first = ours();
  const psi = theirs('psi');
  const second = ours();
  const others = theirs('psi,ks,wasserstein');
  const third = ours();
  const rows = [['Airworthy', 'all', [first, second, third].sort((a, b) => a - b)[1].toFixed(2)]];
  for (const [statistic, seconds] of Object.entries(others.seconds)) {
    const best = statistic === 'psi' ? Math.min(seconds, psi.seconds.psi) : seconds;
    rows.push([others.peer, statistic, best.toFixed(2)]);
  }
  for (const row of rows) console.log(row.join('  '));
  return rows;
}

function runSelf(args: string[]): string {
  return execFileSync(
    process.execPath,
    ['--conditions=development', '--no-warnings', import.meta.filename, ...args],
    {
      encoding: 'utf8',
    },
  );
}

/** Lines as the replay prints them. */
async function watchReplay(at: string, predictions: number): Promise<string[][]> {
  const own = ['--expose-gc', '--conditions=development', '--no-warnings', import.meta.filename];
  const child = spawn(process.execPath, [...own, 'replay', at, String(predictions)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const rows: string[][] = [];
  for await (const line of createInterface(child.stdout)) {
    console.log(line);
    rows.push(line.split('  '));
  }
  return rows;
}

async function replay(at: string, predictions: number): Promise<void> {
  const opened = openContext(at);
  const release = await packVersion(opened.context);
  const { feed, monitor } = createFeed(opened, makeServed(release, 20_000));
  const began = cpu();
  let next = 1_000_000;
  for (let done = 0; done < predictions; ) {
    const rows = Math.min(24 * HOURLY, next - done, predictions - done);
    await feed(rows, HOURLY);
    done += rows;
    await monitor.closeWindows();
    if (done < next && done < predictions) continue;
    next *= 10;
    globalThis.gc?.();
    const { rss, heapUsed } = process.memoryUsage();
    const each = ((cpu() - began) / done) * 1e6;
    const disk = databaseBytes(at) / 2 ** 20;
    const mebibytes = [rss, heapUsed].map((bytes) => (bytes / 2 ** 20).toFixed(0));
    console.log([count(done), ...mebibytes, each.toFixed(2), disk.toFixed(0)].join('  '));
  }
  await monitor.close();
  await opened.context.store.close();
}
