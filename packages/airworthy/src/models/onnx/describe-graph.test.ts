import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sha256 } from '../../kernel/ids.ts';
import type { Model } from '../model.ts';
import { recordsToTable } from '../read-record.ts';
import { parseModel, serialiseModel } from '../serialise-model.ts';
import type { Field, FieldKind, Task } from '../table.ts';
import { describeGraph } from './describe-graph.ts';
import { encodeOnnx } from './encode-model.ts';
import { openOnnx } from './open-onnx.ts';

// Written by skl2onnx from models of scikit-learn on three numbers.
const readGraph = (name: string) =>
  readFileSync(join(import.meta.dirname, '../../../test/fixtures/command-trainer', `${name}.onnx`));

const field = (name: string, kind: FieldKind = 'number', nullable = false): Field => ({
  name,
  kind,
  nullable,
});
const NUMBERS = [field('a'), field('b'), field('c')];
const BINARY: Task = { kind: 'binary', target: 'y', classes: ['0', '1'] };
const VALUE: Task = { kind: 'regression', target: 'y' };
const ROWS = recordsToTable(NUMBERS, [
  { a: 0.9, b: 0.8, c: 0.9 },
  { a: 0.1, b: 0.2, c: 0.1 },
  { a: 0.5, b: 0.5, c: 0.6 },
]);

/** What a graph answers for the rows once it is described. */
async function answer(bytes: Uint8Array, fields: Field[], task: Task): Promise<number[]> {
  const graph = await describeGraph(bytes, fields, task, ROWS);
  const estimator = { kind: 'onnx', digest: sha256(bytes), ...graph } as const;
  const model: Model = { format: 'airworthy-model/1', task, fields, features: [], estimator };
  const opened = await openOnnx(bytes, parseModel(serialiseModel(model)));
  try {
    return [...(await opened.scoreTable(ROWS))];
  } finally {
    await opened.close();
  }
}

test('one tensor of all fields, and of two probabilities the second', async () => {
  const described = await describeGraph(readGraph('logistic'), NUMBERS, BINARY, ROWS);
  assert.deepEqual(described, {
    inputs: { form: 'matrix', name: 'X', type: 'float32' },
    output: { name: 'probabilities', columns: 2 },
  });
  const [high, low, middle] = await answer(readGraph('logistic'), NUMBERS, BINARY);
  assert.ok(high > 0.8 && low < 0.2 && middle > low && middle < high);
});

test('a value, under the name an exporter gives it', async () => {
  const [sum] = await answer(readGraph('least-squares'), NUMBERS, VALUE);
  assert.ok(Math.abs(sum - 2.6) < 1e-5);
});

/** A graph of our own, which takes a tensor a field. */
function ownGraph(fields: Field[], task: Task, output: number[]): Uint8Array {
  return encodeOnnx({
    format: 'airworthy-model/1',
    task,
    fields,
    features: [],
    estimator: { kind: 'constant', output },
  });
}

test('what cannot be asked or read is refused by the name of the tensor, and what it should be', async () => {
  const many: Task = { kind: 'multiclass', target: 'y', classes: ['x', 'y', 'z'] };
  const cases: [
    bytes: Uint8Array,
    fields: Field[],
    task: Task,
    code: string,
    message: RegExp,
    remedy?: RegExp,
  ][] = [
    [
      readGraph('zip-map'),
      NUMBERS,
      BINARY,
      'MODEL_INVALID',
      /"output_probability" is a sequence/,
      /'zipmap': False/,
    ],
    [
      readGraph('logistic'),
      NUMBERS.slice(1),
      BINARY,
      'MODEL_INVALID',
      /"X" has shape \[N, 3\], not \[N, 2\]/,
      /b, c/,
    ],
    [
      readGraph('logistic'),
      [...NUMBERS.slice(1), field('d', 'category')],
      BINARY,
      'MODEL_INVALID',
      /texts of "d"/,
    ],
    [readGraph('logistic'), NUMBERS, many, 'MODEL_INVALID', /\[3, 2\] for 3 rows, not \[N, 3\]/],
    [readGraph('least-squares'), NUMBERS, BINARY, 'ONNX_RUN_FAILED', /which is no probability/],
    [ownGraph([field('a'), field('e')], VALUE, [1]), NUMBERS, VALUE, 'MODEL_INVALID', /"e" is no field/],
    [
      ownGraph([field('a', 'category'), field('b')], VALUE, [1]),
      NUMBERS,
      VALUE,
      'MODEL_INVALID',
      /"a" is of type string/,
    ],
    [Buffer.from('no graph'), NUMBERS, VALUE, 'MODEL_INVALID', /cannot load the graph/],
  ];
  for (const [bytes, fields, task, code, message, remedy] of cases) {
    await assert.rejects(answer(bytes, fields, task), (error: Error & { code: string; remedy: string }) => {
      assert.equal(error.code, code, error.message);
      assert.match(error.message, message);
      if (remedy) assert.match(error.remedy, remedy);
      return true;
    });
  }
});

test('numbers that are no probabilities are refused, a hair beyond 1 is brought back', async () => {
  const regression = (value: number) => ownGraph(NUMBERS, VALUE, [value]);
  await assert.rejects(answer(regression(1.2), NUMBERS, BINARY), { code: 'ONNX_RUN_FAILED' });
  assert.deepEqual(await answer(regression(1 + 1e-7), NUMBERS, BINARY), [1, 1, 1]);
});
