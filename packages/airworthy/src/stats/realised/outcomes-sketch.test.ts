import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { OutcomeTask } from './outcome-task.ts';
import {
  addOutcome,
  createOutcomeSketch,
  type LabelledOutput,
  mergeOutcomeSketches,
  type OutcomeSketch,
} from './outcomes-sketch.ts';

const BINARY: OutcomeTask = { kind: 'binary', classes: ['false', 'true'] };
const MULTICLASS: OutcomeTask = { kind: 'multiclass', classes: ['a', 'b', 'c'] };
const REGRESSION: OutcomeTask = { kind: 'regression' };

const probability = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.5, 1));
const delayMs = fc.oneof(fc.integer({ min: -5, max: 40_000_000_000 }), fc.constantFrom(0, 1_000, 3_600_000));
const binary = fc.record({
  prediction: fc.record({ label: fc.boolean(), probability }),
  label: fc.constantFrom('false', 'true'),
  delayMs,
});
const multiclass = fc.record({
  prediction: fc.record({
    label: fc.constantFrom('a', 'b', 'c'),
    probabilities: fc.record({ a: probability, b: probability, c: probability }),
  }),
  label: fc.constantFrom('a', 'b', 'c'),
  delayMs,
});
const value = fc.oneof(
  fc.double({ noNaN: true }),
  fc.double({ min: -1e3, max: 1e3, noNaN: true }),
  fc.constant(0),
);
const regression = fc.record({
  prediction: fc.record({ value: value.filter(Number.isFinite) }),
  label: value.filter(Number.isFinite),
  delayMs,
});

function sketchOf(task: OutcomeTask, rows: readonly LabelledOutput[]): OutcomeSketch {
  const sketch = createOutcomeSketch(task);
  for (const row of rows) addOutcome(sketch, task, row, 1);
  return sketch;
}

const stored = (sketch: OutcomeSketch): OutcomeSketch => JSON.parse(JSON.stringify(sketch)) as OutcomeSketch;

for (const [task, row] of [
  [BINARY, binary],
  [MULTICLASS, multiclass],
  [REGRESSION, regression],
] as [OutcomeTask, fc.Arbitrary<LabelledOutput>][]) {
  test(`${task.kind}: any order, any corrections and any merge give the same bytes`, () => {
    const shuffled = fc
      .array(row)
      .chain((rows) =>
        fc.tuple(
          fc.constant(rows),
          fc.shuffledSubarray(rows, { minLength: rows.length }),
          fc.array(row),
          fc.nat(rows.length),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([rows, reordered, mistaken, cut]) => {
        const whole = JSON.stringify(sketchOf(task, rows));
        const corrected = stored(sketchOf(task, mistaken));
        for (const each of reordered) addOutcome(corrected, task, each, 1);
        for (const each of mistaken) addOutcome(corrected, task, each, -1);
        assert.equal(JSON.stringify(corrected), whole);
        const parts = [rows.slice(0, cut), rows.slice(cut)].map((part) => stored(sketchOf(task, part)));
        assert.equal(JSON.stringify(mergeOutcomeSketches(parts[1], parts[0])), whole);
      }),
      { numRuns: 50 },
    );
  });
}

test('its size does not grow with traffic', () => {
  const size = (rows: number): number => {
    const sketch = createOutcomeSketch(BINARY);
    for (let row = 0; row < rows; row++) {
      const p = (row * 0.6180339887) % 1;
      const outcome = {
        prediction: { label: p >= 0.5, probability: p },
        label: String(row % 3 === 0),
        delayMs: row * 997,
      };
      addOutcome(sketch, BINARY, outcome, 1);
    }
    return JSON.stringify(sketch).length;
  };
  // Uniform scores, which fill all bins; more rows make only the counts longer.
  const [small, large] = [size(20_000), size(100_000)];
  assert.ok(large < 30_000 && large < 1.2 * small, `${small} → ${large}`);
  const errors = createOutcomeSketch(REGRESSION);
  for (let row = 0; row < 1000; row++) {
    addOutcome(errors, REGRESSION, { prediction: { value: row * 1e3 }, label: row * 1.1e3, delayMs: 0 }, 1);
  }
  assert.ok(JSON.stringify(errors).length < 1500);
});

test('what is not of the task is refused and changes nothing', () => {
  const sketch = createOutcomeSketch(BINARY);
  const before = JSON.stringify(sketch);
  const prediction = { label: true, probability: 0.7 };
  assert.throws(
    () => addOutcome(sketch, BINARY, { prediction, label: 'maybe', delayMs: 0 }, 1),
    /none of the classes/,
  );
  assert.throws(
    () => addOutcome(sketch, BINARY, { prediction: { value: 1 }, label: 'true', delayMs: 0 }, 1),
    TypeError,
  );
  assert.throws(
    () => addOutcome(sketch, REGRESSION, { prediction: { value: 1 }, label: 1, delayMs: 0 }, 1),
    TypeError,
  );
  const errors = createOutcomeSketch(REGRESSION);
  assert.throws(
    () => addOutcome(errors, REGRESSION, { prediction: { value: 1 }, label: 'x', delayMs: 0 }, 1),
    TypeError,
  );
  assert.throws(() => mergeOutcomeSketches(sketch, errors), TypeError);
  assert.equal(JSON.stringify(sketch), before);
});
