import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metricValue } from '../metric-catalogue.ts';
import { binaryOutcomes } from '../outcomes.ts';
import { createRandom, type Random } from '../random.ts';
import { addScore, createScoreBins, mergeScoreBins, type ScoreBins } from '../sketches/score-bins.ts';
import { variance } from '../sums.ts';
import { estimatePerformance } from './estimate-performance.ts';

const BINARY = { kind: 'binary' } as const;
const THRESHOLD = 0.4;

function drawScores(random: Random, n: number): Float64Array {
  return Float64Array.from({ length: n }, () => 1 / (1 + Math.exp(0.5 - 1.5 * random.normal())));
}

function binsOf(scores: Float64Array): ScoreBins {
  const bins = createScoreBins(['no', 'yes']);
  for (const score of scores) addScore(bins, score >= THRESHOLD ? 1 : 0, score);
  return bins;
}

test('where scores are chances, what is estimated is what happens, as surely as it says', () => {
  const random = createRandom('what happens');
  const scores = drawScores(random, 1_000);
  const estimated = estimatePerformance(binsOf(scores), BINARY, null, []);
  assert.equal(estimated[0].metric, 'log-loss');
  const draws = estimated.map(() => new Float64Array(400));
  for (let draw = 0; draw < 400; draw++) {
    const outcomes = binaryOutcomes(
      Uint8Array.from(scores, (chance) => (random.next() < chance ? 1 : 0)),
      scores,
      THRESHOLD,
    );
    for (const [index, { metric }] of estimated.entries()) {
      draws[index][draw] = metricValue(metric, outcomes);
    }
  }
  for (const [index, { metric, value, low, high }] of estimated.entries()) {
    assert.ok(value !== null && low !== null && high !== null);
    const deviation = Math.sqrt(variance(draws[index]));
    const claimed = (high - low) / (2 * 1.959963984540054);
    assert.ok(Math.abs(claimed / deviation - 1) < 0.12, `${metric}: ${claimed}, in truth ${deviation}`);
    const mean = draws[index].reduce((sum, each) => sum + each, 0) / 400;
    assert.ok(Math.abs(value - mean) < 0.2 * deviation + 1e-4, `${metric}: ${value}, in truth ${mean}`);
    const covered = draws[index].filter((each) => low <= each && each <= high).length / 400;
    assert.ok(covered > 0.92, `${metric}: covers ${covered}`);
  }
});

test('the map makes chances of scores', () => {
  const random = createRandom('mapped');
  const scores = drawScores(random, 20_000);
  // Happens half as often as the scores say.
  const map = { x: [0, 1], y: [0, 0.5] };
  const truth = Uint8Array.from(scores, (score) => (random.next() < score / 2 ? 1 : 0));
  for (const { metric, low, high } of estimatePerformance(binsOf(scores), BINARY, map, [])) {
    const realised = metricValue(metric, binaryOutcomes(truth, scores, THRESHOLD));
    const slack = ((high ?? 0) - (low ?? 0)) / 2;
    assert.ok(
      (low ?? 1) - slack < realised && realised < (high ?? 0) + slack,
      `${metric}: ${low} ${realised} ${high}`,
    );
  }
});

test('the standard error of the reference is added in squares', () => {
  const bins = binsOf(drawScores(createRandom('reference'), 500));
  const widthOf = (standardError: number | null) => {
    const [{ low, high, method }] = estimatePerformance(bins, BINARY, null, [
      { name: 'log-loss', standardError },
    ]);
    return { width: ((high ?? 0) - (low ?? 0)) / (2 * 1.959963984540054), method };
  };
  const alone = widthOf(null);
  const both = widthOf(0.05);
  assert.ok(Math.abs(both.width ** 2 - alone.width ** 2 - 0.05 ** 2) < 1e-12);
  assert.deepEqual(
    [alone.method, both.method],
    ['CBPE, normal', 'CBPE, normal; with the standard error of the reference'],
  );
});

test('windows merged give the estimate of all rows', () => {
  const scores = drawScores(createRandom('merge'), 900);
  const parts = [scores.subarray(0, 300), scores.subarray(300)].map((part) => binsOf(part));
  const merged = estimatePerformance(mergeScoreBins(parts[0], parts[1]), BINARY, null, []);
  assert.deepEqual(merged, estimatePerformance(binsOf(scores), BINARY, null, []));
});

test('of more classes: how often the predicted one is right, in all and by class', () => {
  const bins = createScoreBins(['a', 'b', 'c']);
  for (const [label, probability] of [
    [0, 0.9],
    [0, 0.7],
    [1, 0.5],
    [1, 0.5],
  ])
    addScore(bins, label, probability);
  const [accuracy, precision, ...others] = estimatePerformance(bins, { kind: 'multiclass' }, null, []);
  assert.deepEqual(others, []);
  assert.deepEqual([accuracy.metric, precision.metric], ['accuracy', 'precision-macro']);
  assert.ok(Math.abs((accuracy.value ?? 0) - 0.65) < 1e-6);
  assert.ok(Math.abs((precision.value ?? 0) - (0.8 + 0.5) / 2) < 1e-6);
  const expected = Math.sqrt((0.09 + 0.21 + 0.25 + 0.25) / 16);
  assert.ok(Math.abs(((accuracy.value ?? 0) - (accuracy.low ?? 0)) / 1.959963984540054 - expected) < 1e-4);
});

test('what the scores give no meaning is left out', () => {
  assert.deepEqual(estimatePerformance(createScoreBins(['no', 'yes']), BINARY, null, []), []);
  const bins = createScoreBins(['no', 'yes']);
  for (let row = 0; row < 10; row++) addScore(bins, 0, 0);
  const estimated = estimatePerformance(bins, BINARY, null, []);
  assert.deepEqual(
    estimated.filter(({ value }) => value !== null).map(({ metric }) => metric),
    ['log-loss', 'brier', 'accuracy', 'balanced-accuracy', 'mcc'],
  );
  // All scores 0 leave no doubt in the sample: then there is no interval, rather than one of no width.
  assert.ok(estimated.every(({ low, high }) => low === null && high === null));
});
