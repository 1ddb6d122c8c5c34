import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addScore,
  createScoreBins,
  mergeScoreBins,
  planScorePools,
  poolScoreBins,
  type ScoreBins,
  scoreGroups,
} from './score-bins.ts';
import { SCORE_BINS, SCORE_EDGES, scoreBinOf } from './score-layout.ts';

const probability = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, 1, 0.5, 1 / 32, 31 / 32, 2 ** -20, 1 - 2 ** -20, 1e-300),
);
const rows = fc.array(fc.tuple(fc.integer({ min: 0, max: 2 }), probability));

function countRows(of: readonly (readonly [number, number])[]): ScoreBins {
  const bins = createScoreBins(['a', 'b', 'c']);
  for (const [label, score] of of) addScore(bins, label, score);
  return bins;
}

test('bins ascend without gaps, and every probability is in its own', () => {
  assert.equal(SCORE_EDGES[0], 0);
  assert.equal(SCORE_EDGES[SCORE_BINS], 1);
  for (let bin = 0; bin < SCORE_BINS; bin++) {
    assert.ok(SCORE_EDGES[bin] < SCORE_EDGES[bin + 1], `bin ${bin}`);
    assert.equal(scoreBinOf((SCORE_EDGES[bin] + SCORE_EDGES[bin + 1]) / 2), bin);
  }
  fc.assert(
    fc.property(probability, (score) => {
      const bin = scoreBinOf(score);
      assert.ok(SCORE_EDGES[bin] <= score && score <= SCORE_EDGES[bin + 1], `${score} in bin ${bin}`);
    }),
  );
});

test('bins are at most a 1024th wide, and near 0 and 1 a 32nd of the distance to it', () => {
  for (let bin = 1; bin < SCORE_BINS - 1; bin++) {
    const width = SCORE_EDGES[bin + 1] - SCORE_EDGES[bin];
    const distance = Math.min(SCORE_EDGES[bin], 1 - SCORE_EDGES[bin + 1]);
    assert.ok(width <= Math.min(1 / 1024, distance / 32), `bin ${bin}: ${width} at ${distance}`);
  }
});

test('in any order, stored, and merged from parts, scores are the same bytes', () => {
  fc.assert(
    fc.property(rows, rows, (a, b) => {
      const parts = [a, b].map((part) => JSON.parse(JSON.stringify(countRows(part))) as ScoreBins);
      const whole = JSON.stringify(countRows([...b, ...a].reverse()));
      assert.equal(JSON.stringify(mergeScoreBins(parts[0], parts[1])), whole);
    }),
  );
});

test('each bin gives the mean of its scores', () => {
  const [first, second] = scoreGroups(
    countRows([
      [1, 0.70005],
      [1, 0.7001],
      [0, 0.2],
    ]),
  );
  assert.deepEqual([first.label, first.rows, second.label, second.rows], [0, 1, 1, 2]);
  assert.ok(Math.abs(first.score - 0.2) < 1e-6);
  assert.ok(Math.abs(second.score - 0.700075) < 1e-6);
});

test('scores of other classes are not merged', () => {
  assert.throws(() => mergeScoreBins(createScoreBins(['a', 'b']), createScoreBins(['a', 'c'])), TypeError);
});

test('pools hold about as many rows of the reference each, and all rows of any window', () => {
  const reference = countRows(Array.from({ length: 1000 }, (_, row) => [row < 700 ? 0 : 1, row / 1000]));
  const pools = planScorePools(reference, 10);
  assert.deepEqual(
    pools.map((starts) => starts.length),
    [6, 2, 0],
  );
  for (const count of poolScoreBins(reference, pools).slice(0, 10)) assert.ok(Math.abs(count - 100) <= 1);
  const window = countRows([
    [0, 0],
    [1, 0.999],
    [2, 0.5],
  ]);
  assert.deepEqual(poolScoreBins(window, pools), [1, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1]);
});

test('one heavy score does not leave pools of few rows behind it', () => {
  const heavy = Array.from({ length: 500 }, (): [number, number] => [0, 0.1]);
  const rest = Array.from({ length: 500 }, (_, row): [number, number] => [0, 0.2 + row / 1000]);
  const counts = poolScoreBins(
    countRows([...heavy, ...rest]),
    planScorePools(countRows([...heavy, ...rest]), 10),
  );
  assert.ok(
    counts.slice(0, -2).every((count) => count >= 90),
    `${counts}`,
  );
});

test('scores of rare classes are told apart', () => {
  const bins = new Set(Array.from({ length: 1000 }, (_, row) => scoreBinOf(0.0005 * 2 ** (row / 250))));
  assert.ok(bins.size > 120, `${bins.size} bins between 0.0005 and 0.008`);
});
