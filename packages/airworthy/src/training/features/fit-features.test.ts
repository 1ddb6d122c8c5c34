import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compileModel } from '../../models/compile-model.ts';
import { nameOf } from '../../models/evaluate-features.ts';
import type { Model } from '../../models/model.ts';
import type { Column, Field, Table, Task } from '../../models/table.ts';
import { createRandom } from '../../stats/random.ts';
import { fitLinear } from '../learners/fit-linear.ts';
import { fitFeatures } from './fit-features.ts';

const binary: Task = { kind: 'binary', target: 'late', classes: ['false', 'true'] };
const multiclass: Task = { kind: 'multiclass', target: 'carrier', classes: ['a', 'b', 'c'] };
const ROWS = 600;

const field = (name: string, kind: Field['kind']): Field => ({ name, kind, nullable: true });
const fields = [
  field('date', 'timestamp'),
  field('distance', 'number'),
  field('aircraft', 'category'),
  field('airport', 'category'),
  field('empty', 'number'),
];

/** January flights at full hours; distances and aircraft sometimes missing; 150 airports, AP0 the most frequent. */
function flights(seed = 1): { table: Table; target: Float64Array } {
  const random = createRandom(seed);
  const column = (draw: () => number) => Float64Array.from({ length: ROWS }, draw);
  const codes = (draw: () => number) => Int32Array.from({ length: ROWS }, draw);
  const hour = () => Date.UTC(2001, 0, 1 + random.integer(31), random.integer(24));
  const airport = codes(() => Math.floor(150 * random.next() ** 2));
  const columns: Record<string, Column> = {
    date: { kind: 'timestamp', values: column(hour) },
    distance: {
      kind: 'number',
      values: column(() => (random.next() < 0.1 ? Number.NaN : 100 + random.integer(2000))),
    },
    aircraft: {
      kind: 'category',
      codes: codes(() => random.integer(4) - 1),
      categories: ['jet', '', 'propeller'],
    },
    airport: {
      kind: 'category',
      codes: airport,
      categories: Array.from({ length: 150 }, (_, index) => `AP${index}`),
    },
    empty: { kind: 'number', values: column(() => Number.NaN) },
  };
  const target = Float64Array.from(airport, (code) => (random.next() < 0.2 + (code % 3) / 4 ? 1 : 0));
  return { table: { rows: ROWS, columns }, target };
}

test('for trees: numbers raw, the parts of a date that vary, codes, and mean targets of many categories', () => {
  const { table, target } = flights();
  const { features, matrix } = fitFeatures(table, fields, target, binary, 'trees', 1);
  const names = ['date.hour', 'date.minute-of-day', 'date.weekday', 'date.day', 'date.day-of-year'];
  assert.deepEqual(features.map(nameOf), [
    ...names,
    'distance',
    'aircraft',
    'airport',
    'mean target by airport',
  ]);
  assert.deepEqual(
    matrix.features.map(({ name }) => name),
    features.map(nameOf),
  );
  assert.equal(
    matrix.features[5].values,
    table.columns.distance.kind === 'number' && table.columns.distance.values,
  );
  assert.equal(matrix.features[6].categories, 2);
  const codes = features[7];
  assert.ok(codes.op === 'category-code' && codes.categories[0] === 'AP0');
});

test('of a date whose parts are named, only those are learnt from', () => {
  const { table, target } = flights();
  const [date] = fields;
  const named: Field[] = [{ ...date, parts: ['hour', 'weekday'] }];
  const { features } = fitFeatures(table, named, target, binary, 'trees', 1);
  assert.deepEqual(features.map(nameOf), ['date.hour', 'date.weekday']);
});

test('what is fitted does not depend on the order of a dictionary', () => {
  const { table, target } = flights();
  const { airport } = table.columns;
  assert.ok(airport.kind === 'category');
  const categories = [...airport.categories].reverse();
  const codes = airport.codes.map((code) => categories.length - 1 - code);
  const reversed: Table = {
    ...table,
    columns: { ...table.columns, airport: { ...airport, codes, categories } },
  };
  for (const style of ['trees', 'linear'] as const) {
    const fitted = fitFeatures(table, fields, target, binary, style, 1);
    assert.deepEqual(fitFeatures(reversed, fields, target, binary, style, 1), fitted);
  }
});

test("a row's own target has no part in its mean target, in training", () => {
  const { table, target } = flights();
  const valuesOf = (labels: Float64Array) => {
    const { matrix } = fitFeatures(table, fields, labels, binary, 'trees', 1);
    return matrix.features[8].values;
  };
  const before = valuesOf(target);
  for (const row of [0, 17, 599]) {
    const flipped = target.with(row, 1 - target[row]);
    const after = valuesOf(flipped);
    assert.equal(after[row], before[row]);
    assert.notDeepEqual(after, before);
  }
});

test('the model holds the mean targets of all rows, smoothed; unseen and missing have the overall mean', () => {
  const { table, target } = flights();
  const { features } = fitFeatures(table, fields, target, binary, 'trees', 1);
  const statistic = features[8];
  assert.ok(statistic.op === 'target-statistic' && table.columns.airport.kind === 'category');
  const { codes } = table.columns.airport;
  const labels = [...target].filter((_, row) => codes[row] === 0);
  const prior = target.reduce((sum, label) => sum + label, 0) / ROWS;
  const mean = (labels.reduce((sum, label) => sum + label, 0) + 10 * prior) / (labels.length + 10);
  assert.ok(Math.abs(statistic.values[statistic.categories.indexOf('AP0')] - mean) < 1e-12);
  assert.ok(Math.abs(statistic.otherwise - prior) < 1e-12);
});

test('several classes: the share of each class, which sum to 1', () => {
  const { table } = flights();
  const target = Float64Array.from({ length: ROWS }, (_, row) => row % 3);
  const { features, matrix } = fitFeatures(table, fields, target, multiclass, 'trees', 1);
  assert.deepEqual(
    features.slice(8).map(nameOf),
    ['a', 'b', 'c'].map((name) => `share of ${name} by airport`),
  );
  for (let row = 0; row < ROWS; row++) {
    const sum = matrix.features.slice(8).reduce((total, { values }) => total + values[row], 0);
    assert.ok(Math.abs(sum - 1) < 1e-12);
  }
});

test('for linear models: standardised numbers, indicators of few categories and of date parts, and of what is missing', () => {
  const { table, target } = flights();
  const { features, matrix } = fitFeatures(table, fields, target, binary, 'linear', 1);
  const summary = matrix.features.map(({ name, categories }) => `${name} ${categories}`);
  assert.deepEqual(summary, [
    ...['date.hour 24', 'date.weekday 7', 'distance null', 'distance is missing null'],
    ...['aircraft 2', 'aircraft is missing null', 'mean target by airport null'],
  ]);
  assert.equal(features.length, 24 + 7 + 1 + 1 + 2 + 1 + 1);
  for (const { categories, values } of matrix.features.filter(({ name }) => /^distance$|^mean/.test(name))) {
    assert.equal(categories, null);
    const mean = values.reduce((sum, value) => sum + value, 0) / ROWS;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / ROWS;
    assert.ok(Math.abs(mean) < 1e-9 && Math.abs(variance - 1) < 1e-9);
  }
});

test('a linear model scores the training rows as it was fitted on them', () => {
  const { table, target } = flights();
  const used = fields.filter(({ name }) => name !== 'airport');
  const { features, matrix } = fitFeatures(table, used, target, binary, 'linear', 1);
  const estimator = fitLinear(matrix, target, null, { objective: 'logistic' });
  const model: Model = { format: 'airworthy-model/1', task: binary, fields: used, features, estimator };
  const scores = compileModel(model).scoreTable(table);
  const [weights] = estimator.coefficients;
  scores.forEach((score, row) => {
    let [margin, place] = [estimator.intercepts[0], 0];
    for (const { categories, values } of matrix.features) {
      const value = values[row];
      if (categories === null) margin += weights[place] * value;
      else if (!Number.isNaN(value)) margin += weights[place + value];
      place += categories ?? 1;
    }
    assert.ok(Math.abs(score - 1 / (1 + Math.exp(-margin))) < 1e-12);
  });
});

test('columns made for training are in shared memory', () => {
  const { table, target } = flights();
  for (const style of ['trees', 'linear'] as const) {
    const { matrix } = fitFeatures(table, fields, target, binary, style, 1);
    const made = matrix.features.filter(({ name }) => name !== 'distance' || style === 'linear');
    assert.ok(made.every(({ values }) => values.buffer instanceof SharedArrayBuffer));
  }
});

test('rows that no field tells apart are refused', () => {
  const { table, target } = flights();
  const fit = () => fitFeatures(table, [field('empty', 'number')], target, binary, 'trees', 1);
  assert.throws(fit, { code: 'TRAINING_NO_FEATURES', message: /empty/ });
});
