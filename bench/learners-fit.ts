// Our side of bench/learners.ts, in a process of its own: fits, predicts, prints the seconds of the fits as learners.py does.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileModel } from '../packages/airworthy/src/models/compile-model.ts';
import type { FeatureMatrix } from '../packages/airworthy/src/models/feature-matrix.ts';
import type { Estimator, Feature, Model } from '../packages/airworthy/src/models/model.ts';
import type { Column, Task } from '../packages/airworthy/src/models/table.ts';
import { fitBoosting } from '../packages/airworthy/src/training/learners/fit-boosting.ts';
import { fitForest } from '../packages/airworthy/src/training/learners/fit-forest.ts';
import { fitLinear } from '../packages/airworthy/src/training/learners/fit-linear.ts';
import type { Objective } from '../packages/airworthy/src/training/learners/learner-options.ts';

interface Facts {
  rows: number;
  categories: (number | null)[];
  classes: number;
  folds: number;
}

interface Data extends Facts {
  columns: Float64Array[];
  target: Float64Array;
  fold: Float64Array;
}

const [folder, name, learner, threads, seed, predictions] = process.argv.slice(2);
const data = read(join(folder, name));
const width = Math.max(1, data.classes);
const scores = new Float64Array(data.rows * width).fill(Number.NaN);
let [cpu, wall] = [0, 0];
for (let fold = 0; fold < data.folds; fold++) {
  const learnt = rowsWhere((row) => data.fold[row] !== fold);
  const test = rowsWhere((row) => data.fold[row] === fold);
  const scaling = data.columns.map((column, index) => scalingOf(column, learnt, data.categories[index]));
  const matrix = takeRows(learnt, scaling);
  const target = Float64Array.from(learnt, (row) => data.target[row]);
  const [beginCpu, begin] = [process.cpuUsage(), performance.now()];
  const estimator = await fit(matrix, target);
  const used = process.cpuUsage(beginCpu);
  cpu += (used.user + used.system) / 1e6;
  wall += (performance.now() - begin) / 1e3;
  predict(estimator, test, scaling);
}
writeFileSync(predictions, scores);
console.log(JSON.stringify({ cpu, wall }));

function fit(matrix: FeatureMatrix, target: Float64Array): Promise<Estimator> | Estimator {
  const objective: Objective = data.classes === 0 ? 'squared' : data.classes === 2 ? 'logistic' : 'softmax';
  const options = { objective, classes: data.classes, threads: Number(threads), seed: Number(seed) };
  if (learner === 'boosting') return fitBoosting(matrix, target, null, options);
  if (learner === 'forest') return fitForest(matrix, target, null, options);
  return fitLinear(matrix, target, null, { objective, classes: data.classes, l2: 1 });
}

function read(path: string): Data {
  const facts: Facts = JSON.parse(readFileSync(`${path}.json`, 'utf8'));
  const numbers = readDoubles(`${path}.f64`);
  const column = (index: number) => numbers.subarray(index * facts.rows, (index + 1) * facts.rows);
  const features = facts.categories.length;
  return {
    ...facts,
    columns: facts.categories.map((_, index) => column(index)),
    target: column(features),
    fold: column(features + 1),
  };
}

function rowsWhere(test: (row: number) => boolean): Uint32Array {
  return Uint32Array.from({ length: data.rows }, (_, row) => row).filter(test);
}

interface Scaling {
  mean: number;
  scale: number;
}

/** Mean and standard deviation for the linear learners; trees take the values as they are. */
function scalingOf(column: Float64Array, rows: Uint32Array, categories: number | null): Scaling {
  if (learner !== 'linear' || categories !== null) return { mean: 0, scale: 1 };
  let sum = 0;
  for (const row of rows) sum += column[row];
  const mean = sum / rows.length;
  let squares = 0;
  for (const row of rows) squares += (column[row] - mean) ** 2;
  return { mean, scale: Math.sqrt(squares / rows.length) || 1 };
}

function takeRows(rows: Uint32Array, scaling: readonly Scaling[]): FeatureMatrix {
  const features = data.columns.map((column, index) => ({
    name: `x${index}`,
    categories: categoriesOf(index),
    values: Float64Array.from(rows, (row) => (column[row] - scaling[index].mean) / scaling[index].scale),
  }));
  return { rows: rows.length, features };
}

/** scikit-learn's forest knows no categories: for a fair comparison ours gets their codes as numbers too. */
function categoriesOf(column: number): number | null {
  return learner === 'forest' ? null : data.categories[column];
}

/** Scores the test rows with the evaluator that serves. */
function predict(estimator: Estimator, rows: Uint32Array, scaling: readonly Scaling[]): void {
  const columns: Record<string, Column> = {};
  data.columns.forEach((column, index) => {
    const categories = categoriesOf(index);
    const values = Float64Array.from(rows, (row) => column[row]);
    columns[`x${index}`] =
      categories === null
        ? { kind: 'number', values }
        : { kind: 'category', codes: Int32Array.from(values), categories: namesOf(categories) };
  });
  const scored = compileModel(modelOf(estimator, scaling)).scoreTable({ rows: rows.length, columns });
  const stride = scored.length / rows.length;
  rows.forEach((row, index) => {
    if (stride === width) scores.set(scored.subarray(index * width, (index + 1) * width), row * width);
    else scores.set([1 - scored[index], scored[index]], row * width);
  });
}

function modelOf(estimator: Estimator, scaling: readonly Scaling[]): Model {
  const features = scaling.flatMap(({ mean, scale }, index): Feature[] => {
    const field = `x${index}`;
    const categories = categoriesOf(index);
    if (categories === null) return [{ op: 'number', field, mean, scale }];
    if (learner === 'boosting') return [{ op: 'category-code', field, categories: namesOf(categories) }];
    return namesOf(categories).map((category) => ({ op: 'one-hot', field, category }));
  });
  const fields = scaling.map((_, index) => ({
    name: `x${index}`,
    kind: categoriesOf(index) === null ? ('number' as const) : ('category' as const),
    nullable: true,
  }));
  return { format: 'airworthy-model/1', task: taskOf(), fields, features, estimator };
}

function taskOf(): Task {
  if (data.classes === 0) return { kind: 'regression', target: 'y' };
  if (data.classes === 2) return { kind: 'binary', target: 'y', classes: ['c0', 'c1'] };
  return { kind: 'multiclass', target: 'y', classes: namesOf(data.classes) };
}

function namesOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `c${index}`);
}

/** A small file is read into a part of a shared buffer: the copy begins at its own first byte. */
function readDoubles(path: string): Float64Array {
  return new Float64Array(Uint8Array.from(readFileSync(path)).buffer);
}
