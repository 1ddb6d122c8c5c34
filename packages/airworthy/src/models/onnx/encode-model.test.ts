import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Tensor } from 'onnxruntime-node';
import { compileModel } from '../compile-model.ts';
import type { Model } from '../model.ts';
import { outputWidth, type Table } from '../table.ts';
import { type ModelShape, modelShapes, randomModel, troublesomeTable } from '../testing/random-model.ts';
import { toPredictions } from '../to-prediction.ts';
import { encodeOnnx } from './encode-model.ts';

const TOLERANCE = 1e-5;

const runtime = await import('onnxruntime-node').catch(() => null);
const skip = runtime === null ? 'onnxruntime-node is not installed' : false;

async function runOnnx(model: Model, table: Table): Promise<Record<string, Tensor>> {
  const { InferenceSession, Tensor } = runtime!;
  const session = await InferenceSession.create(encodeOnnx(model), {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    logSeverityLevel: 3,
  });
  const feeds = Object.entries(table.columns).map(([name, column]) => {
    if (column.kind !== 'category')
      return [name, new Tensor('float64', column.values, [table.rows, 1])] as const;
    const texts = Array.from(column.codes, (code) => (code < 0 ? '' : column.categories[code]));
    return [name, new Tensor('string', texts, [table.rows, 1])] as const;
  });
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  return outputs;
}

async function assertParity(shape: ModelShape, rows = 40): Promise<void> {
  const model = randomModel(shape);
  const table = troublesomeTable(model, shape.seed, rows);
  const scores = compileModel(model).scoreTable(table);
  const outputs = await runOnnx(model, table);
  const numbers = outputs.probability ?? outputs.probabilities ?? outputs.value;
  assert.deepEqual(numbers.dims, [rows, outputWidth(model.task)]);
  const found = numbers.data as Float64Array;
  scores.forEach((score, at) => {
    const close =
      Object.is(score, found[at]) || Math.abs(score - found[at]) <= TOLERANCE * Math.max(1, Math.abs(score));
    assert.ok(
      close || (Number.isNaN(score) && Number.isNaN(found[at])),
      `row ${at}: native ${score}, ONNX ${found[at]}`,
    );
  });
  if (outputs.label) assertLabels(model, scores, outputs.label.data as unknown as string[]);
}

function assertLabels(model: Model, scores: Float64Array, found: readonly string[]): void {
  const width = scores.length / found.length;
  toPredictions(model, scores).forEach((prediction, row) => {
    const probabilities = [...scores.subarray(row * width, (row + 1) * width)];
    if (!isTie(model, probabilities) && 'label' in prediction)
      assert.equal(String(prediction.label), found[row]);
  });
}

function isTie(model: Model, probabilities: number[]): boolean {
  if (probabilities.some(Number.isNaN)) return true;
  if (probabilities.length === 1) return Math.abs(probabilities[0] - (model.threshold ?? 0.5)) < TOLERANCE;
  const [first, second] = [...probabilities].sort((a, b) => b - a);
  return first - second < TOLERANCE;
}

test('ONNX and the native evaluator agree on models of every kind and on hostile records', {
  skip,
}, async () => {
  await fc.assert(
    fc.asyncProperty(modelShapes, (shape) => assertParity(shape)),
    { numRuns: 300 },
  );
});

const base: ModelShape = {
  ...{ seed: 5, task: 'binary', estimator: 'boosting', categories: 250, features: 8, trees: 5, leaves: 20 },
};

test('a graph takes no rows, and gives none', { skip }, async () => {
  for (const estimator of ['boosting', 'forest', 'linear', 'constant'] as const) {
    for (const task of ['binary', 'multiclass', 'regression'] as const) {
      await assertParity({ ...base, estimator, task }, 0);
    }
  }
});

test('a large table scores as its rows do', { skip }, async () => {
  await assertParity({ ...base, estimator: 'forest', task: 'multiclass' }, 5000);
});

test('probabilities of a forest that rounding carries past 1 come back, in both', { skip }, async () => {
  const model = randomModel({ ...base, estimator: 'constant' });
  const over = { ...model, estimator: { kind: 'constant' as const, output: [1 + 1e-15] } };
  const table = troublesomeTable(over, 1, 2);
  assert.deepEqual([...compileModel(over).scoreTable(table)], [1, 1]);
  assert.deepEqual([...((await runOnnx(over, table)).probability.data as Float64Array)], [1, 1]);
});

test('a field named as an output keeps its name; the output steps aside', { skip }, async () => {
  const model = randomModel({ ...base, estimator: 'linear' });
  const rename = (name: string) => (name === 'x' ? 'label' : name);
  const renamed = {
    ...model,
    fields: model.fields.map((field) => ({ ...field, name: rename(field.name) })),
    features: model.features.map((feature) => ({ ...feature, field: rename(feature.field) })),
  };
  const outputs = await runOnnx(renamed, troublesomeTable(renamed, 1, 3));
  assert.deepEqual(Object.keys(outputs), ['probability', 'predicted label']);
});

test('equal models have equal bytes', () => {
  const model = randomModel(base);
  assert.deepEqual(encodeOnnx(model), encodeOnnx(structuredClone(model)));
});
