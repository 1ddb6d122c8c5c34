// Batch scoring beside scikit-learn, the same models on both sides: `npm run bench:scoring`.
// Needs python3 with scikit-learn, pandas and pyarrow, or AIRWORTHY_BENCH_PYTHON.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { checkTable } from '../packages/airworthy/src/models/check-table.ts';
import { compileModel } from '../packages/airworthy/src/models/compile-model.ts';
import type { Estimator, Model } from '../packages/airworthy/src/models/model.ts';
import type { Table } from '../packages/airworthy/src/models/table.ts';
import { writeRelease } from '../packages/airworthy/src/serving/testing/write-bundle.ts';
import { createRandom } from '../packages/airworthy/src/stats/random.ts';
import { openStore } from '../packages/airworthy/src/store/open-store.ts';
import { contextOf } from '../packages/airworthy/test/test-context.ts';
import { measureProcess } from './measure-process.ts';
import { table, writeSection } from './results.ts';

const PYTHON = process.env.AIRWORTHY_BENCH_PYTHON ?? 'python3';
const SCRIPT = join(import.meta.dirname, 'scoring.py');
const BIN = join(import.meta.dirname, '../packages/airworthy/bin/airworthy.mjs');
const NAMES = Array.from({ length: 10 }, (_, index) => `f${index}`);
const ROUNDS = 3;
const CHUNK = 10_000;
/** Rows in memory and rows of files; what takes long gets fewer. */
const ROWS = { linear: 5_000_000, boosting: 500_000, forest: 100_000 };
const FILE_ROWS = { linear: 1_000_000, boosting: 1_000_000, forest: 200_000 };
type Name = keyof typeof ROWS;

interface Exported {
  means?: number[];
  scales?: number[];
  estimator: Estimator;
  expected: number[];
}

const folder = mkdtempSync(join(tmpdir(), 'airworthy-scoring-'));
try {
  python('prepare', folder);
  await prepareProject();
  const lines: string[][] = [];
  for (const name of Object.keys(ROWS) as Name[]) {
    const line = await compare(name);
    console.log(line.join('  '));
    lines.push(line);
  }
  writeSection('scoring', 'Batch scoring against scikit-learn', report(lines));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function report(lines: readonly string[][]): string {
  const head = [
    'model',
    'in memory: ours',
    'scikit-learn',
    'ratio',
    'ratio with the check',
    'files: ours',
    'scikit-learn',
    'ratio',
    'peak memory: ours',
    'scikit-learn',
  ];
  return `The same three models (10 features; logistic regression with a scaler, 100 boosted trees of depth 3, a forest of 100
full trees), probabilities equal to 1e-12. Thousand rows a CPU second, the median of ${ROUNDS} rounds in turn; a ratio above
1 is ours. In memory: chunks of ${CHUNK.toLocaleString('en')} rows, one thread; with the check: each of our rows
checked against the signature as well. Files: Parquet in, Parquet out, whole processes with their start (\`airworthy score\` beside pandas), on all cores.

${table(head, lines)}`;
}

async function compare(name: Name): Promise<string[]> {
  const model = modelOf(name);
  await requireEqual(model, exported(name).expected);
  const [ours, checked, theirs]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < ROUNDS; round++) {
    ours.push(ROWS[name] / scoreInMemory(model, ROWS[name], false));
    checked.push(ROWS[name] / scoreInMemory(model, ROWS[name], true));
    theirs.push(ROWS[name] / Number(python('kernel', folder, name, String(ROWS[name]), String(CHUNK))));
  }
  const input = join(folder, `${name}.parquet`);
  const output = join(folder, 'out.parquet');
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  await duckdb.run(
    `COPY (FROM '${folder}/rows.parquet' LIMIT ${FILE_ROWS[name]}) TO '${input}' (FORMAT parquet)`,
  );
  duckdb.disconnectSync();
  const files: [number[], number[]] = [[], []];
  let peaks: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const own = ['score', 'bench', '--model', name, '--version', '1', '--in', input, '--out', output];
    const first = await measureProcess(process.execPath, [BIN, ...own, '--json'], { cwd: folder });
    const second = await measureProcess(PYTHON, [SCRIPT, 'files', folder, name, input, output]);
    for (const [index, each] of [first, second].entries()) {
      if (each.exitCode !== 0 || each.cpu === 0) throw new Error(each.output);
      files[index].push(FILE_ROWS[name] / each.cpu);
    }
    peaks = [first.peak, second.peak];
  }
  return [
    name,
    ...sides(ours, theirs),
    (median(checked) / median(theirs)).toFixed(2),
    ...sides(...files),
    ...peaks.map((peak) => `${Math.round(peak)} MiB`),
  ];
}

function sides(ours: readonly number[], theirs: readonly number[]): string[] {
  const [own, their] = [median(ours), median(theirs)];
  const thousands = (rate: number) => Math.round(rate / 1000).toLocaleString('en');
  return [thousands(own), thousands(their), (own / their).toFixed(2)];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** CPU seconds. */
function scoreInMemory(model: Model, rows: number, checks: boolean): number {
  const compiled = compileModel(model);
  const random = createRandom('rows');
  const chunk = randomTable(CHUNK, () => random.normal() * 1.5);
  const round = () => {
    if (checks && checkTable(model.fields, chunk).length > 0) throw new Error('a row does not pass');
    compiled.scoreTable(chunk);
  };
  for (let warm = 0; warm < 5; warm++) round();
  const before = process.cpuUsage();
  for (let done = 0; done < rows; done += CHUNK) round();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

function randomTable(rows: number, draw: () => number): Table {
  const column = () => ({ kind: 'number' as const, values: Float64Array.from({ length: rows }, draw) });
  return { rows, columns: Object.fromEntries(NAMES.map((name) => [name, column()])) };
}

function exported(name: Name): Exported {
  return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'));
}

function modelOf(name: Name): Model {
  const { means, scales, estimator } = exported(name);
  return {
    format: 'airworthy-model/1',
    task: { kind: 'binary', target: 'y', classes: ['false', 'true'] },
    fields: NAMES.map((field) => ({ name: field, kind: 'number', nullable: false })),
    features: NAMES.map((field, index) => ({
      ...{ op: 'number', field, mean: means?.[index] ?? 0, scale: scales?.[index] ?? 1 },
    })),
    estimator,
  };
}

async function requireEqual(model: Model, expected: readonly number[]): Promise<void> {
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const read = await duckdb.runAndReadAll(`FROM '${folder}/rows.parquet' LIMIT ${expected.length}`);
  const columns = read.getColumnsObjectJS() as Record<string, number[]>;
  const values = NAMES.map((name) => [
    name,
    { kind: 'number' as const, values: Float64Array.from(columns[name]) },
  ]);
  const scores = compileModel(model).scoreTable({
    rows: expected.length,
    columns: Object.fromEntries(values),
  });
  const worst = Math.max(...expected.map((value, row) => Math.abs(value - scores[row])));
  if (!(worst < 1e-12)) throw new Error(`the models differ by ${worst}`);
}

async function prepareProject(): Promise<void> {
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'airworthy.config.ts'), "export default { name: 'test' };\n");
  const store = openStore(join(folder, '.airworthy'), { databaseUrl: undefined });
  const golden = Object.fromEntries(NAMES.map((name) => [name, 0.5]));
  for (const name of Object.keys(ROWS) as Name[])
    await writeRelease(contextOf(store), modelOf(name), { name, golden });
  await store.close();
}

function python(...args: string[]): string {
  return execFileSync(PYTHON, [SCRIPT, ...args], { encoding: 'utf8' });
}
