// TreeSHAP beside shap on the same trees: `npm run bench:explain`. 1,000 rows against 100 background rows, both sides in turns.
// The peer is the Python of AIRWORTHY_TEST_EVALUATION_PYTHON, else python3, with shap and scikit-learn.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type {
  Attribution,
  FeatureRows,
  TreeEnsemble,
} from '../packages/airworthy/src/stats/explain/tree-ensemble.ts';
import { explainTrees, explainTreesByCover } from '../packages/airworthy/src/stats/explain/tree-shap.ts';
import { table, writeSection } from './results.ts';

const ROUNDS = 3;
/** What is asked of both sides: the same values to this. */
const TOLERANCE = 1e-6;
const MODELS = {
  boosting: '100 boosted trees of depth 5',
  forest: 'forest of 100 trees of depth 10',
} as const;
const ALGORITHMS = { interventional: 'interventional', cover: 'path-dependent' } as const;

interface Measured {
  ours: number;
  shap: number;
  apart: number;
}

const python = process.env.AIRWORTHY_TEST_EVALUATION_PYTHON ?? 'python3';
if (spawnSync(python, ['-c', 'import shap, sklearn']).status !== 0) {
  throw new Error(`${python} has no shap or no scikit-learn; name one in AIRWORTHY_TEST_EVALUATION_PYTHON`);
}

const folder = mkdtempSync(join(tmpdir(), 'airworthy-bench-'));
try {
  await measureAll();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureAll(): Promise<void> {
  const env = { ...process.env, OMP_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1', TQDM_DISABLE: '1' };
  const peer = spawn(python, [join(import.meta.dirname, 'explain-shap.py'), folder], {
    env,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  const answer = async () =>
    JSON.parse((await answers.next()).value ?? '{}') as Record<string, number | string>;
  const versions = await answer();
  const columns = versions.features as number;
  const rows = readRows('rows', columns);
  const background = readRows('background', columns);
  const lines: string[][] = [];
  for (const [name, model] of Object.entries(MODELS)) {
    const ensemble = JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')) as TreeEnsemble;
    for (const [algorithm, called] of Object.entries(ALGORITHMS)) {
      const explain = () =>
        algorithm === 'cover'
          ? explainTreesByCover(ensemble, rows)
          : explainTrees(ensemble, rows, background);
      const measured: Measured = { ours: Infinity, shap: Infinity, apart: 0 };
      for (let round = 0; round < ROUNDS; round++) {
        const { seconds, result } = measureOurs(explain);
        measured.ours = Math.min(measured.ours, seconds);
        peer.stdin.write(`${name} ${algorithm}\n`);
        measured.shap = Math.min(measured.shap, (await answer()).seconds as number);
        measured.apart = farthest(result.values, readValues(`${name}-${algorithm}`));
      }
      if (measured.apart > TOLERANCE) throw new Error(`${model}, ${called}: values ${measured.apart} apart`);
      lines.push(lineOf(model, called, measured));
      console.log(lines.at(-1)?.join('  '));
    }
  }
  peer.stdin.end();
  const head = ['trees', 'TreeSHAP', 'ours, CPU s', 'shap, CPU s', 'ratio', 'largest difference'];
  writeSection(
    'explain',
    'TreeSHAP beside shap',
    `${rows.rows.toLocaleString('en-US')} rows of ${columns} features against ${background.rows} background rows; trees of scikit-learn ${versions.sklearn}, ` +
      `shap ${versions.shap}. One thread each, in turns, the best of ${ROUNDS}; making the explainer is part of it.\n\n${table(head, lines)}`,
  );
}

function lineOf(model: string, called: string, { ours, shap, apart }: Measured): string[] {
  const ratio = `${(ours / shap).toFixed(2)}x`;
  return [model, called, ours.toFixed(3), shap.toFixed(3), ratio, apart.toExponential(1)];
}

/** User and system time of the whole process, helper threads of the engine included. */
function measureOurs(run: () => Attribution): { seconds: number; result: Attribution } {
  const before = process.cpuUsage();
  const result = run();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1e6, result };
}

function farthest(a: Float64Array, b: Float64Array): number {
  if (a.length !== b.length) throw new Error(`${a.length} values against ${b.length}`);
  let most = 0;
  for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs(a[at] - b[at]));
  return most;
}

function readValues(name: string): Float64Array {
  return new Float64Array(new Uint8Array(readFileSync(join(folder, `${name}.f64`))).buffer);
}

function readRows(name: string, columns: number): FeatureRows {
  const values = readValues(name);
  return { rows: values.length / columns, columns, values };
}
