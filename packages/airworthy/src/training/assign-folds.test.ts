import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../stats/random.ts';
import {
  ALWAYS_TRAINING,
  countSearched,
  dealGroups,
  dealRandomly,
  holdOutLatest,
  keepSample,
  rowsOfFold,
} from './assign-folds.ts';

test('folds share the rows and each class evenly; every row validates once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 20, maxLength: 200 }),
      fc.integer({ min: 2, max: 5 }),
      fc.integer(),
      (labels, count, seed) => {
        const classes = Float64Array.from(labels);
        const folds = dealRandomly(classes, labels.length, { folds: count }, createRandom(seed));
        for (const label of new Set(labels)) {
          const rows = labels.keys().filter((row) => labels[row] === label);
          const own = [...rows].map((row) => folds.of[row]);
          if (own.length === 1) assert.deepEqual(own, [ALWAYS_TRAINING]);
          else {
            const sizes = Array.from({ length: count }, (_, fold) => own.filter((of) => of === fold).length);
            assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
            assert.ok(Math.max(...sizes) < own.length, 'every fold trains on every class');
          }
        }
      },
    ),
  );
});

test('a holdout is one fold of that share', () => {
  const folds = dealRandomly(null, 1000, { holdout: 0.2 }, createRandom(1));
  const { training, validation } = rowsOfFold(folds, 0);
  assert.deepEqual([training.length, validation.length, folds.count], [800, 200, 1]);
  assert.deepEqual(
    [...training, ...validation].sort((a, b) => a - b),
    [...Array(1000).keys()],
  );
});

test('a group is never on both sides', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 12 }), { minLength: 30, maxLength: 100 }),
      fc.constantFrom({ folds: 3 }, { holdout: 0.3 }),
      fc.integer(),
      (owners, plan, seed) => {
        const column = { kind: 'number', values: Float64Array.from(owners) } as const;
        const folds = dealGroups(column, owners.length, plan, createRandom(seed));
        for (const owner of new Set(owners)) {
          const own = owners.keys().filter((row) => owners[row] === owner);
          assert.equal(new Set([...own].map((row) => folds.of[row])).size, 1);
        }
      },
    ),
  );
});

test('the latest rows are held out, those of one moment together, those without a time never', () => {
  const times = Float64Array.of(5, 1, 4, 4, Number.NaN, 2, 3, 4, 1, 2);
  const { validation } = rowsOfFold(holdOutLatest(times, 0.2), 0);
  assert.deepEqual([...validation], [0, 2, 3, 7]);
});

test('one moment cannot be divided', () => {
  const { validation } = rowsOfFold(holdOutLatest(new Float64Array(10).fill(3), 0.2), 0);
  assert.equal(validation.length, 0);
});

test('a sample keeps the share of each class, and all rows of a rare one', () => {
  const classes = Float64Array.from({ length: 100_000 }, (_, row) => (row < 300 ? 2 : row % 2));
  const folds = dealRandomly(classes, classes.length, { holdout: 0.2 }, createRandom(1));
  keepSample(folds, classes, 10_000, createRandom(2));
  const { training, validation } = rowsOfFold(folds, 0);
  const count = (rows: Int32Array, label: number) => rows.filter((row) => classes[row] === label).length;
  assert.equal(count(training, 2) + count(validation, 2), 300);
  assert.equal(countSearched(folds), training.length + validation.length);
  assert.ok(Math.abs(countSearched(folds) - 10_270) < 5);
  assert.ok(Math.abs(validation.length / countSearched(folds) - 0.2) < 0.02);
});
