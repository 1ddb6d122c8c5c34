import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { bestF1Threshold } from './best-f1-threshold.ts';
import { expectedCalibrationError, reliabilityByMass, reliabilityByWidth } from './calibration.ts';
import {
  averagePrecision,
  averagePrecisionStatistic,
  rocAuc,
  rocAucStatistic,
} from './classification-metrics.ts';
import { cohenKappa, confusionMatrix } from './confusion-metrics.ts';
import { metricValue } from './metric-catalogue.ts';
import type { MetricName } from './metric-names.ts';
import { ascendingOrder } from './order.ts';
import { binaryOutcomes, multiclassOutcomes, regressionOutcomes } from './outcomes.ts';
import { createRandom } from './random.ts';
import { rSquaredStatistic } from './regression-metrics.ts';
import type { WeightedStatistic } from './weighted-statistic.ts';

const TRUTH = Uint8Array.of(0, 0, 1, 1, 0, 1, 0, 1, 1, 0);
const SCORE = Float64Array.of(0.1, 0.4, 0.35, 0.8, 0.35, 0.9, 0.2, 0.6, 0.35, 0.7);

test('binary metrics of a small example', () => {
  const outcomes = binaryOutcomes(TRUTH, SCORE);
  const published: [MetricName, string][] = [
    ['roc-auc', '0.760000'],
    ['average-precision', '0.800000'],
    ['log-loss', '0.541306'],
    ['brier', '0.187750'],
  ];
  for (const [metric, value] of published) assert.equal(metricValue(metric, outcomes).toFixed(6), value);
  assert.equal(expectedCalibrationError(reliabilityByWidth(TRUTH, SCORE, 5)).toFixed(3), '0.185');
});

test('multiclass metrics of a small example', () => {
  const truth = Int32Array.of(0, 1, 2, 0, 1, 2, 2, 1, 0, 2);
  const predicted = [0, 2, 1, 0, 0, 1, 2, 1, 0, 2];
  const scores = Float64Array.from(
    predicted.flatMap((label) => [0, 1, 2].map((each) => Number(each === label))),
  );
  const outcomes = multiclassOutcomes(truth, scores, 3);
  const published: [MetricName, string][] = [
    ['accuracy', '0.600000'],
    ['balanced-accuracy', '0.611111'],
    ['mcc', '0.409091'],
    ['kappa', '0.402985'],
    ['precision-macro', '0.583333'],
    ['recall-macro', '0.611111'],
    ['f1-macro', '0.587302'],
    ['precision-weighted', '0.591667'],
    ['f1-weighted', '0.585714'],
  ];
  for (const [metric, value] of published)
    assert.equal(metricValue(metric, outcomes).toFixed(6), value, metric);
  const confusion = confusionMatrix(truth, outcomes.predicted, 3);
  assert.deepEqual([...confusion.counts], [3, 0, 0, 1, 1, 1, 0, 2, 2]);
  assert.equal(cohenKappa(confusion, 'quadratic').toFixed(6), '0.718310');
});

test('regression metrics of a small example', () => {
  const outcomes = regressionOutcomes(Float64Array.of(3, -0.5, 2, 7), Float64Array.of(2.5, 0, 2, 8));
  const published: [MetricName, string][] = [
    ['mae', '0.500000'],
    ['rmse', '0.612372'],
    ['r2', '0.948608'],
    ['mape', '0.327381'],
  ];
  for (const [metric, value] of published) assert.equal(metricValue(metric, outcomes).toFixed(6), value);
});

test("kappa of Wikipedia's two tables and a third", () => {
  const kappa = (counts: number[]) =>
    cohenKappa({ classes: 2, counts: Float64Array.from(counts) }).toFixed(6);
  assert.deepEqual(
    [kappa([20, 5, 10, 15]), kappa([45, 15, 25, 15]), kappa([25, 35, 5, 35])],
    ['0.400000', '0.130435', '0.259259'],
  );
});

const rows = fc.array(fc.tuple(fc.boolean(), fc.constantFrom(0, 0.1, 0.25, 0.5, 0.5, 0.9, 1)), {
  minLength: 2,
  maxLength: 40,
});

test('AUC: a monotone change of the scores changes nothing, swapping the classes mirrors it', () => {
  fc.assert(
    fc.property(rows, (pairs) => {
      const y = Uint8Array.from(pairs, ([positive]) => Number(positive));
      const score = Float64Array.from(pairs, ([, value]) => value);
      const auc = rocAuc(y, score);
      fc.pre(!Number.isNaN(auc));
      assert.equal(
        rocAuc(
          y,
          score.map((value) => value ** 3 - 7),
        ),
        auc,
      );
      const swapped = y.map((value) => 1 - value);
      assert.ok(Math.abs(rocAuc(swapped, score) - (1 - auc)) < 1e-12);
    }),
  );
});

test('weights of whole numbers are the same as repeated rows', () => {
  fc.assert(
    fc.property(rows, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), (pairs, stream) => {
      const y = Uint8Array.from(pairs, ([positive]) => Number(positive));
      const score = Float64Array.from(pairs, ([, value]) => value);
      const weights = Float64Array.from(y, () => stream.next().value);
      const repeated = pairs.flatMap((pair, row) => new Array<[boolean, number]>(weights[row]).fill(pair));
      const repeatedY = Uint8Array.from(repeated, ([positive]) => Number(positive));
      const repeatedScore = Float64Array.from(repeated, ([, value]) => value);
      for (const metric of [rocAuc, averagePrecision]) {
        const [weighted, plain] = [metric(y, score, weights), metric(repeatedY, repeatedScore)];
        assert.ok(Object.is(weighted, plain) || Math.abs(weighted - plain) < 1e-12, `${weighted} ${plain}`);
      }
    }),
  );
});

test('the influence of each row is the derivative by its weight', () => {
  const random = createRandom(2);
  const y = Uint8Array.from({ length: 30 }, (_, row) => (row % 3 === 0 ? 1 : 0));
  const score = Float64Array.from(y, (truth) => Math.round(10 * (random.normal() + truth)) / 10);
  const target = Float64Array.from(y, () => random.normal());
  const statistics = [
    rocAucStatistic(y, score),
    averagePrecisionStatistic(y, score),
    rSquaredStatistic(
      target,
      target.map((value) => value + 0.5 * random.normal()),
    ),
  ];
  for (const statistic of statistics) assertInfluence(statistic);
});

function assertInfluence(statistic: WeightedStatistic): void {
  const influence = statistic.influence() ?? new Float64Array();
  const step = 1e-6;
  const total = influence.reduce((sum, value) => sum + value, 0);
  assert.ok(Math.abs(total) < 1e-9, `sum ${total}`);
  for (let row = 0; row < statistic.size; row++) {
    const nudged = (by: number) => {
      const weights = new Float64Array(statistic.size).fill(1);
      weights[row] += by;
      return statistic.value(weights);
    };
    const derivative = (statistic.size * (nudged(step) - nudged(-step))) / (2 * step);
    assert.ok(
      Math.abs(derivative - influence[row]) < 1e-5,
      `row ${row}: ${influence[row]}, not ${derivative}`,
    );
  }
}

test('ascending order, by comparison and by digits', () => {
  const random = createRandom(3);
  const awkward = [0, -0, Number.MIN_VALUE, -Number.MIN_VALUE, Infinity, -Infinity, 1e308, -1e308, 0.1, 0.1];
  for (const length of [0, 1, 100, 5000]) {
    const values = Float64Array.from({ length }, () =>
      random.next() < 0.3 ? awkward[random.integer(10)] : random.normal() * 10 ** (random.integer(40) - 20),
    );
    const ordered = Float64Array.from(ascendingOrder(values), (index) => values[index]);
    assert.deepEqual(
      ordered.map((value) => value + 0),
      values.toSorted().map((value) => value + 0),
    );
  }
});

test('equal predictions stay in one bin of equal mass', () => {
  const prediction = Float64Array.from({ length: 100 }, (_, row) => (row < 70 ? 0.2 : row / 100));
  const bins = reliabilityByMass(new Uint8Array(100), prediction, 10);
  assert.equal(bins[0].n, 70);
  assert.equal(
    bins.reduce((total, { n }) => total + n, 0),
    100,
  );
  assert.deepEqual([bins[0].from, bins[0].to], [0.2, 0.2]);
});

test('the best F1 threshold lies between the last row taken and the next', () => {
  const threshold = bestF1Threshold(Uint8Array.of(0, 1, 1, 0, 1), Float64Array.of(0.1, 0.4, 0.9, 0.3, 0.7));
  assert.ok(Math.abs(threshold - 0.35) < 1e-12);
  assert.equal(bestF1Threshold(Uint8Array.of(0, 0), Float64Array.of(0.2, 0.3)), 0.5);
});
