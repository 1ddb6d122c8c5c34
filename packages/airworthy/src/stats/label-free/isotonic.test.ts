import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { createRandom } from '../random.ts';
import { applyIsotonic, chooseCalibration, fitIsotonic } from './isotonic.ts';

const rows = fc.array(
  fc.tuple(
    fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 0.25, 0.5, 1)),
    fc.constantFrom(0, 1),
  ),
  { minLength: 1 },
);

test('it never falls, and keeps the mean: the chances add up to the outcomes', () => {
  fc.assert(
    fc.property(rows, (of) => {
      const [score, y] = [Float64Array.from(of, ([each]) => each), of.map(([, each]): number => each)];
      const map = fitIsotonic(score, y);
      assert.ok(map.x.every((x, knot) => knot === 0 || x > map.x[knot - 1]));
      assert.ok(map.y.every((value, knot) => knot === 0 || value >= map.y[knot - 1]));
      const total = score.reduce((sum, each) => sum + applyIsotonic(map, each), 0);
      assert.ok(Math.abs(total - y.reduce((sum, each) => sum + each, 0)) < 1e-9 * of.length);
    }),
  );
});

test('rows of one score have one value', () => {
  const map = fitIsotonic(Float64Array.of(0.1, 0.2, 0.2, 0.2, 0.2), [1, 0, 1, 1, 1]);
  assert.deepEqual(map, { x: [0.1, 0.2], y: [0.8, 0.8] });
  assert.equal(applyIsotonic(map, 0.9), 0.8);
});

test('a curve of many steps is kept in 200 knots, close to the truth', () => {
  const random = createRandom('steps');
  const score = Float64Array.from({ length: 200_000 }, () => random.next());
  const y = score.map((p) => (random.next() < p ? 1 : 0));
  const map = fitIsotonic(score, y);
  assert.ok(map.x.length > 150 && map.x.length <= 200, `${map.x.length} knots`);
  for (let p = 0.02; p < 1; p += 0.02) assert.ok(Math.abs(applyIsotonic(map, p) - p) < 0.03, `${p}`);
});

function labelled(n: number, chanceOf: (score: number) => number) {
  const random = createRandom('calibration');
  const score = Float64Array.from({ length: n }, () => random.next());
  return { score, y: Uint8Array.from(score, (each) => (random.next() < chanceOf(each) ? 1 : 0)) };
}

test('a map is kept only where it is better on rows it was not fitted on', () => {
  const honest = labelled(2_000, (score) => score);
  assert.equal(chooseCalibration(honest.score, honest.y), null);
  const boastful = labelled(2_000, (score) => 0.3 + 0.4 * score);
  assert.ok(chooseCalibration(boastful.score, boastful.y));
  const few = labelled(99, (score) => 0.3 + 0.4 * score);
  assert.equal(chooseCalibration(few.score, few.y), null);
  assert.equal(chooseCalibration(new Float64Array(200).fill(0.3), new Uint8Array(200)), null);
});
