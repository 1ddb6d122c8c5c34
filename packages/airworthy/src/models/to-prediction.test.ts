import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toPredictions } from './to-prediction.ts';

test('binary: the positive class from the threshold on; classes true and false are JSON booleans', () => {
  const task = { kind: 'binary', target: 'late', classes: ['false', 'true'] } as const;
  assert.deepEqual(toPredictions({ task }, Float64Array.of(0.5, 0.49)), [
    { label: true, probability: 0.5 },
    { label: false, probability: 0.49 },
  ]);
  assert.deepEqual(toPredictions({ task, threshold: 0.2 }, Float64Array.of(0.2)), [
    { label: true, probability: 0.2 },
  ]);
});

test('multiclass: the most probable class, the first of equals, and all probabilities', () => {
  const task = { kind: 'multiclass', target: 'kind', classes: ['a', 'b', 'true'] } as const;
  assert.deepEqual(toPredictions({ task }, Float64Array.of(0.2, 0.4, 0.4)), [
    { label: 'b', probabilities: { a: 0.2, b: 0.4, true: 0.4 } },
  ]);
});

test('regression: the value', () => {
  const task = { kind: 'regression', target: 'price' } as const;
  assert.deepEqual(toPredictions({ task }, Float64Array.of(3, -1)), [{ value: 3 }, { value: -1 }]);
});
