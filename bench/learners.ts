// Our learners and scikit-learn's on the same rows in the same run: `npm run bench:learners`.
// Needs python3 with scikit-learn. Every fit is a process of its own; the two sides take turns.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { measureProcess } from './measure-process.ts';
import { table, writeSection } from './results.ts';

const FLIGHTS = join(import.meta.dirname, '../node_modules/vega-datasets/data/flights-3m.parquet');
const TIMED = ['synthetic 2', 'synthetic 5'];
const SMALL = ['breast cancer', 'digits', 'wine', 'diabetes'];
const DATASETS = [...SMALL, ...TIMED, 'flights'];
const LEARNERS = ['boosting', 'forest', 'linear'] as const;
const CORES = availableParallelism();
/** Fits of each side at each number of threads; the median is shown. */
const TIMED_RUNS = 5;
/** Two linear models at the same minimum differ by less than this share of the loss. */
const NO_DIFFERENCE = 1e-6;
/** A forest depends on its seed: the interval takes that in too. */
const FOREST_SEEDS = 4;

type Side = 'airworthy' | 'scikit-learn';
type Learner = (typeof LEARNERS)[number];

interface Seconds {
  cpu: number;
  wall: number;
}

interface Facts {
  rows: number;
  categories: (number | null)[];
  classes: number;
  folds: number;
}

const folder = mkdtempSync(join(tmpdir(), 'airworthy-learners-'));
try {
  await run('python3', ['prepare', folder]);
  await writeFlights();
  const quality = [];
  for (const learner of LEARNERS) {
    for (const dataset of DATASETS) {
      const row = await compareQuality(dataset, learner);
      console.log(row.join('  '));
      quality.push(row);
    }
  }
  const speed = [];
  for (const dataset of TIMED) {
    for (const threads of [1, CORES]) {
      const row = await compareSpeed(dataset, threads);
      console.log(row.join('  '));
      speed.push(row);
    }
  }
  writeSection('learners', 'Learners against scikit-learn', report(quality, speed));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** January's flights of a 10 % sample, as the example project takes them; a quarter of the rows is the test. */
async function writeFlights(): Promise<void> {
  const connection = await (await DuckDBInstance.create()).connect();
  const sample = `SELECT date, delay, distance, origin, destination FROM '${FLIGHTS}'
    USING SAMPLE 10 PERCENT (bernoulli, 1)`;
  const reader = await connection.runAndReadAll(`
    SELECT hour(date)::DOUBLE, isodow(date)::DOUBLE, distance::DOUBLE,
      (dense_rank() OVER (ORDER BY origin) - 1)::DOUBLE, (dense_rank() OVER (ORDER BY destination) - 1)::DOUBLE,
      (delay > 15)::DOUBLE
    FROM (${sample}) WHERE date < '2001-02-01' AND delay BETWEEN -120 AND 1440
    ORDER BY date, origin, destination, delay`);
  const columns = reader.getColumns().map((column) => Float64Array.from(column as number[]));
  const rows = columns[0].length;
  const folds = Float64Array.from({ length: rows }, (_, row) => (row % 4 === 3 ? 0 : -1));
  const counts = columns.slice(0, 5).map((column, index) => (index < 3 ? null : Math.max(...column) + 1));
  const facts: Facts = { rows, categories: counts, classes: 2, folds: 1 };
  writeFileSync(join(folder, 'flights.json'), JSON.stringify(facts));
  writeFileSync(
    join(folder, 'flights.f64'),
    Buffer.concat([...columns, folds].map((column) => Buffer.from(column.buffer))),
  );
}

async function run(side: 'node' | 'python3', args: string[], threads = CORES): Promise<string> {
  const script = join(import.meta.dirname, side === 'node' ? 'learners-fit.ts' : 'learners.py');
  const before = side === 'node' ? ['--conditions=development'] : [];
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const program = side === 'node' ? process.execPath : side;
  const { exitCode, output } = await measureProcess(program, [...before, script, ...args], { env });
  if (exitCode !== 0) throw new Error(`${side} ${args.join(' ')} ended with ${exitCode}:\n${output}`);
  return output;
}

/** One side's fit: its seconds, and its prediction for each test row. */
async function fit(
  side: Side,
  dataset: string,
  learner: Learner,
  threads: number,
  seed = 0,
): Promise<Seconds & { scores: Float64Array }> {
  const predictions = join(folder, 'predictions.f64');
  const args = [folder, dataset, learner, String(threads), String(seed), predictions];
  const output =
    side === 'airworthy' ? await run('node', args, threads) : await run('python3', ['fit', ...args], threads);
  const seconds: Seconds = JSON.parse(output.trim().split('\n').at(-1) ?? '');
  return { ...seconds, scores: readDoubles(predictions) };
}

async function compareQuality(dataset: string, learner: Learner): Promise<string[]> {
  const facts: Facts = JSON.parse(readFileSync(join(folder, `${dataset}.json`), 'utf8'));
  const numbers = readDoubles(join(folder, `${dataset}.f64`));
  const target = numbers.subarray(facts.categories.length * facts.rows);
  const [seeds, threads] = learner === 'forest' ? [FOREST_SEEDS, CORES] : [1, 1];
  const losses: Record<Side, Float64Array[]> = { airworthy: [], 'scikit-learn': [] };
  const seconds: Record<Side, Seconds[]> = { airworthy: [], 'scikit-learn': [] };
  for (let seed = 0; seed < seeds; seed++) {
    for (const side of ['airworthy', 'scikit-learn'] as const) {
      const { scores, ...measured } = await fit(side, dataset, learner, threads, seed);
      losses[side].push(rowLosses(scores, target, facts, learner));
      seconds[side].push(measured);
    }
  }
  const ours = mean(losses.airworthy.map(mean));
  const theirs = mean(losses['scikit-learn'].map(mean));
  const half = intervalHalf(losses.airworthy, losses['scikit-learn']);
  const difference = ours - theirs;
  const isSame = Math.abs(difference) <= Math.max(half, NO_DIFFERENCE * theirs);
  const verdict = isSame ? 'same' : difference < 0 ? 'better' : 'WORSE';
  const cpu = (side: Side) => median(seconds[side].map((measured) => measured.cpu));
  return [
    learner,
    dataset,
    `${losses.airworthy[0].length}`,
    facts.classes === 0 ? 'squared error' : learner === 'forest' ? 'Brier' : 'log-loss',
    ours.toPrecision(6),
    theirs.toPrecision(6),
    `${difference.toPrecision(2)} ± ${half.toPrecision(2)}`,
    verdict,
    cpu('airworthy').toFixed(2),
    cpu('scikit-learn').toFixed(2),
  ];
}

/** The loss of each test row: what the learner minimises; for a forest, whose leaves say 0 and 1, the Brier score. */
function rowLosses(scores: Float64Array, target: Float64Array, facts: Facts, learner: Learner): Float64Array {
  const width = Math.max(1, facts.classes);
  const losses: number[] = [];
  for (let row = 0; row < facts.rows; row++) {
    const shares = scores.subarray(row * width, (row + 1) * width);
    if (Number.isNaN(shares[0])) continue;
    if (facts.classes === 0) losses.push((shares[0] - target[row]) ** 2);
    else if (learner === 'forest')
      losses.push(shares.reduce((sum, share, k) => sum + (share - (k === target[row] ? 1 : 0)) ** 2, 0));
    else losses.push(-Math.log(Math.max(shares[target[row]], 1e-15)));
  }
  return Float64Array.from(losses);
}

/** Half of the 95 % interval of the mean paired difference: the test rows' share, and that of the seeds. */
function intervalHalf(ours: readonly Float64Array[], theirs: readonly Float64Array[]): number {
  const differences = ours[0].map(
    (_, row) => mean(ours.map((run) => run[row])) - mean(theirs.map((run) => run[row])),
  );
  const ofRows = variance(differences) / differences.length;
  const ofSeeds =
    ours.length === 1 ? 0 : (variance(ours.map(mean)) + variance(theirs.map(mean))) / ours.length;
  return 1.96 * Math.sqrt(ofRows + ofSeeds);
}

async function compareSpeed(dataset: string, threads: number): Promise<string[]> {
  const seconds: Record<Side, Seconds[]> = { airworthy: [], 'scikit-learn': [] };
  for (let turn = 0; turn < TIMED_RUNS; turn++) {
    for (const side of ['airworthy', 'scikit-learn'] as const) {
      seconds[side].push(await fit(side, dataset, 'boosting', threads));
    }
  }
  const [ours, theirs] = [seconds.airworthy, seconds['scikit-learn']];
  const of = (runs: Seconds[], key: keyof Seconds) => median(runs.map((measured) => measured[key]));
  return [
    dataset,
    String(threads),
    of(ours, 'cpu').toFixed(2),
    of(theirs, 'cpu').toFixed(2),
    (of(ours, 'cpu') / of(theirs, 'cpu')).toFixed(2),
    of(ours, 'wall').toFixed(2),
    of(theirs, 'wall').toFixed(2),
    (of(ours, 'wall') / of(theirs, 'wall')).toFixed(2),
  ];
}

function report(quality: string[][], speed: string[][]): string {
  const pair = (what: string) => [`${what} s`, `${what} s, scikit-learn`, 'ratio'];
  return `Boosting, 100 iterations of 31 leaves on 100,000 rows of 30 features; median of ${TIMED_RUNS} fits a side, each in a fresh process, in turn.

${table(['data', 'threads', ...pair('CPU'), ...pair('wall')], speed)}

Quality on rows that were not learnt from (5 folds of the small sets, 25,000 rows of the synthetic ones, a quarter of January's flights). The
difference is ours less theirs, of the mean loss a row, with its paired 95 % interval (for forests over ${FOREST_SEEDS} seeds); \`same\`: the
interval contains 0, or the difference is below a millionth of the loss. CPU seconds are those of the fits (of all folds), forests with ${CORES} threads, the others with one.

${table(['learner', 'data', 'test rows', 'loss', 'ours', 'scikit-learn', 'difference', '', 'CPU s', 'CPU s, scikit-learn'], quality)}`;
}

function mean(values: ArrayLike<number>): number {
  return (
    (Array.prototype.reduce.call(values, (sum, value) => (sum as number) + value, 0) as number) /
    values.length
  );
}

function variance(values: ArrayLike<number>): number {
  const centre = mean(values);
  return mean(Array.from(values, (value) => (value - centre) ** 2)) * (values.length / (values.length - 1));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** A small file is read into a part of a shared buffer: the copy begins at its own first byte. */
function readDoubles(path: string): Float64Array {
  return new Float64Array(Uint8Array.from(readFileSync(path)).buffer);
}
