import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { recordsToTable } from '../../models/read-record.ts';
import type { Column, Field, Table, Task } from '../../models/table.ts';
import { createRandom } from '../../stats/random.ts';
import type { Context } from '../../store/ports.ts';
import { type RunSource, startRun } from '../../tracking/index.ts';
import type { PackInput } from '../bundle/pack-input.ts';

const FIELDS: Field[] = [
  { name: 'date', kind: 'timestamp', nullable: false },
  { name: 'distance', kind: 'number', nullable: true, unit: 'miles', minimum: 1, maximum: 5_000 },
  { name: 'origin', kind: 'category', nullable: true, categories: ['ORD', 'LGA', 'SFO'] },
  { name: 'charter', kind: 'boolean', nullable: false },
];

const SOURCE: RunSource = {
  commit: 'c'.repeat(40),
  dirty: false,
  diffDigest: null,
  remote: 'https://example.org/flights.git',
  command: 'airworthy ship',
  nodeVersion: process.version,
  lockFile: { name: 'package-lock.json', digest: 'a'.repeat(64) },
};

/** A small model of trees over a date part, a number that may be missing, a category and a boolean. */
export function smallModel(kind: Task['kind'] = 'binary'): Model {
  const task: Task =
    kind === 'regression'
      ? { kind, target: 'delay', unit: 'minutes' }
      : kind === 'multiclass'
        ? { kind, target: 'status', classes: ['early', 'late', 'on time'] }
        : { kind, target: 'late', classes: ['false', 'true'] };
  const trees = [0, 1, 2].map((tree) => ({
    output: kind === 'multiclass' ? tree : 0,
    feature: [0, 1, 2, -1, -1, -1, -1],
    threshold: [11.5, 700.25, 0, 0, 0, 0, 0],
    left: [1, 3, 5, -1, -1, -1, -1],
    right: [2, 4, 6, -1, -1, -1, -1],
    missingLeft: [1, 0, 0, 0, 0, 0, 0],
    values: [0, 0, 0, -1.25, 0.5, 0.1 * (tree + 1), 0.7],
    cover: [10, 5, 5, 3, 2, 3, 2],
    categories: [null, null, [0, 2], null, null, null, null],
  }));
  return {
    format: 'airworthy-model/1',
    task,
    ...(kind === 'binary' ? { threshold: 0.4 } : {}),
    fields: FIELDS,
    features: [
      { op: 'date-part', field: 'date', part: 'hour', mean: 0, scale: 1 },
      { op: 'number', field: 'distance', mean: 0, scale: 1 },
      { op: 'category-code', field: 'origin', categories: ['ORD', 'LGA', 'SFO'] },
      { op: 'number', field: 'charter', mean: 0, scale: 1 },
    ],
    estimator: {
      kind: 'trees',
      learner: 'boosting',
      baseline: kind === 'multiclass' ? [0.1, -0.2, 0.3] : [0.1],
      trees,
      link: kind === 'regression' ? 'identity' : kind === 'multiclass' ? 'softmax' : 'logistic',
    },
  };
}

/** Everything packBundle needs for a small model and 100 rows, some with missing values. */
export async function packInput(context: Context, model: Model = smallModel()): Promise<PackInput> {
  const random = createRandom(1);
  const records = Array.from({ length: 100 }, () => ({
    date: new Date(Date.UTC(2001, 0, 1) + random.integer(30 * 24 * 60) * 60_000).toISOString(),
    distance: random.next() < 0.1 ? null : 100 + random.integer(2_000),
    origin: random.next() < 0.1 ? null : ['ORD', 'LGA', 'SFO'][random.integer(3)],
    charter: random.next() < 0.5,
  }));
  const fields = recordsToTable(model.fields, records);
  const trainingScores = compileModel(model).scoreTable(fields);
  const table = withTarget(model.task, fields, trainingScores);
  const run = await startRun(context, { experiment: 'flights', name: 'small', source: SOURCE });
  return {
    model,
    run,
    version: {
      dataset: 'flights',
      digest: 'd'.repeat(64),
      rows: 500,
      source: {
        source: ['flights.csv'],
        format: 'csv',
        rowsRead: 501,
        filters: [{ keep: 'delay > -120', because: 'impossible delays', excluded: 1 }],
        target: { name: 'late', from: 'delay > 15' },
      },
    },
    split: {
      digest: 'e'.repeat(64),
      spec: { by: 'random', test: 0.2, seed: 1 },
      roles: { train: 400, test: 100 },
    },
    table,
    trainingScores,
    report: reportOf(run.id),
    verdicts: [verdictOf(run.id)],
    card: { intendedUse: 'Tell passengers early.' },
    folder: context.store.folder,
  };
}

/** The rows with a target that the model is right about more often than not. */
function withTarget(task: Task, table: Table, scores: Float64Array): Table {
  const random = createRandom('target');
  const values = new Float64Array(table.rows);
  for (let row = 0; row < table.rows; row++) {
    if (task.kind === 'regression') values[row] = scores[row] + random.normal();
    else if (task.kind === 'binary') values[row] = random.next() < scores[row] ? 1 : 0;
    else values[row] = random.integer(task.classes.length);
  }
  const target: Column =
    task.kind === 'multiclass'
      ? { kind: 'category', codes: Int32Array.from(values), categories: task.classes }
      : { kind: 'number', values };
  return { rows: table.rows, columns: { ...table.columns, [task.target]: target } };
}

function reportOf(run: string): PackInput['report'] {
  const metric = {
    name: 'roc-auc',
    value: 0.71,
    low: 0.6,
    high: 0.8,
    n: 100,
    method: 'DeLong (logit)',
    higherIsBetter: true,
  } as const;
  return {
    id: `report of ${run}`,
    run,
    datasetVersion: 'd'.repeat(64),
    split: 'e'.repeat(64),
    role: 'test',
    task: 'binary',
    n: 100,
    confidence: 0.95,
    primary: 'roc-auc',
    metrics: [metric],
    baseline: { kind: 'majority', output: [0.2], from: 'training', metrics: [] },
    slices: [{ column: 'origin', value: 'ORD', n: 40, status: 'measured', metrics: [{ ...metric, n: 40 }] }],
    calibration: { of: 'positive-class', equalWidth: [], equalMass: [] },
  };
}

function verdictOf(run: string): PackInput['verdicts'][number] {
  return {
    id: `verdict of ${run}`,
    run,
    gate: 'roc-auc better',
    metric: 'roc-auc',
    rule: 'better-than',
    margin: 0,
    baseline: { kind: 'majority' },
    outcome: 'pass',
    estimate: 0.21,
    low: 0.1,
    high: 0.3,
    confidence: 0.95,
    n: 100,
    method: 'DeLong, paired',
    candidateValue: 0.71,
    baselineValue: 0.5,
    sentence: 'Pass: ROC-AUC is 0.21 better than that of the majority baseline (0.1 to 0.3, n = 100).',
  };
}
