import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sha256 } from '../../kernel/ids.ts';
import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { encodeOnnx } from '../../models/onnx/encode-model.ts';
import { recordsToTable } from '../../models/read-record.ts';
import { smallModel } from '../testing/packing.ts';
import { openScorer } from './open-scorer.ts';

/** A model of ours, and the same as another program's graph. */
function twins(model: Model): { model: Model; graph: Model; bytes: Uint8Array } {
  const bytes = encodeOnnx(model);
  const { task } = model;
  const tensors = model.fields.map(({ name, kind }) => ({
    name,
    type: kind === 'category' ? ('string' as const) : ('float64' as const),
  }));
  const columns = task.kind === 'multiclass' ? task.classes.length : 1;
  const name = { binary: 'probability', multiclass: 'probabilities', regression: 'value' }[task.kind];
  const estimator: Model['estimator'] = {
    kind: 'onnx',
    digest: sha256(bytes),
    inputs: { form: 'columns', tensors },
    output: { name, columns },
  };
  return { model, graph: { ...model, features: [], estimator }, bytes };
}

const record = (index: number) => ({
  date: new Date(Date.UTC(2001, 0, 1, index % 24)).toISOString(),
  distance: index % 7 === 0 ? null : 100 * index,
  origin: ['ORD', 'LGA', 'XXX', null][index % 4],
  charter: index % 2 === 0,
});

for (const kind of ['binary', 'multiclass', 'regression'] as const) {
  test(`a ${kind} graph scores as the model it came from, many requests at a time`, async () => {
    const { model, graph, bytes } = twins(smallModel(kind));
    const records = Array.from({ length: 60 }, (_, index) => record(index));
    const expected = compileModel(model).scoreTable(recordsToTable(model.fields, records));
    await using native = await openScorer(model, () =>
      assert.fail('the graph of a native model was asked for'),
    );
    assert.deepEqual(await native.scoreTable(recordsToTable(model.fields, records)), expected);
    await using scorer = await openScorer(graph, async () => bytes);
    const { width } = scorer;
    const sizes = [1, 1, 5, 20, 1, 32];
    let start = 0;
    const parts = sizes.map((size) => {
      const part = records.slice(start, start + size);
      start += size;
      return scorer.scoreTable(recordsToTable(model.fields, part));
    });
    const given = (await Promise.all(parts)).flatMap((part) => [...part]);
    assert.equal(given.length, records.length * width);
    for (const [at, score] of given.entries()) assert.ok(Math.abs(score - expected[at]) < 1e-9, `${at}`);
  });
}

test('a request that the graph cannot answer fails alone', async () => {
  const value = smallModel('regression');
  const { graph, bytes } = twins({
    ...value,
    features: [{ op: 'number', field: 'distance', mean: 0, scale: 1 }],
    estimator: { kind: 'linear', coefficients: [[1]], intercepts: [0], link: 'identity' },
  });
  const posing: Model = { ...graph, task: { kind: 'binary', target: 'late', classes: ['false', 'true'] } };
  await using scorer = await openScorer(posing, async () => bytes);
  const ask = async (distance: number) =>
    scorer.scoreTable(recordsToTable(posing.fields, [{ ...record(1), distance }]));
  const outcomes = await Promise.allSettled([ask(0.1), ask(0.2), ask(7), ask(0.3)]);
  assert.deepEqual(
    outcomes.map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'fulfilled'],
  );
  await assert.rejects(ask(7), { code: 'ONNX_RUN_FAILED', message: /holds 7, which is no probability/ });
});

test('other bytes than the model names, no graph, and an abort are refused', async () => {
  const { graph, bytes } = twins(smallModel());
  await assert.rejects(
    openScorer(graph, async () => Buffer.from('x')),
    { code: 'MODEL_INVALID' },
  );
  const garbage = Buffer.from('garbage');
  const estimator = { ...graph.estimator, digest: sha256(garbage) } as Model['estimator'];
  await assert.rejects(
    openScorer({ ...graph, estimator }, async () => garbage),
    { code: 'MODEL_INVALID' },
  );
  const signal = AbortSignal.abort(new Error('interrupted'));
  await assert.rejects(
    openScorer(graph, async () => bytes, { signal }),
    /interrupted/,
  );
});
