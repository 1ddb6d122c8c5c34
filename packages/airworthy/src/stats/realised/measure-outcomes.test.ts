import assert from 'node:assert/strict';
import { test } from 'node:test';
import { influenceInterval } from '../bootstrap.ts';
import { reliabilityByWidth } from '../calibration.ts';
import { averagePrecisionStatistic, labelsAt } from '../classification-metrics.ts';
import { confusionMatrix } from '../confusion-metrics.ts';
import { delongAuc } from '../delong.ts';
import { meanWithT, wilson } from '../intervals.ts';
import { groupLabels, labelStatistic } from '../label-groups.ts';
import type { MeasuredMetric } from '../measured-metric.ts';
import { measure, metricsFor, metricValue } from '../metric-catalogue.ts';
import type { MetricName } from '../metric-names.ts';
import { binaryOutcomes, multiclassOutcomes, type Outcomes, regressionOutcomes } from '../outcomes.ts';
import { createRandom } from '../random.ts';
import { rSquaredStatistic, squaredErrors } from '../regression-metrics.ts';
import { SCORE_EDGES, scoreBinOf } from '../sketches/score-layout.ts';
import { sum } from '../sums.ts';
import { calibrationOf, measureOutcomes } from './measure-outcomes.ts';
import type { OutcomeTask, ServedOutput } from './outcome-task.ts';
import { addOutcome, createOutcomeSketch, type OutcomeSketch } from './outcomes-sketch.ts';

const BINARY: OutcomeTask = { kind: 'binary', classes: ['false', 'true'] };
const MULTICLASS: OutcomeTask = { kind: 'multiclass', classes: ['a', 'b', 'c', 'never'] };
const REGRESSION: OutcomeTask = { kind: 'regression' };

function sketchOf(task: OutcomeTask, rows: readonly [ServedOutput, string | number][]): OutcomeSketch {
  const sketch = createOutcomeSketch(task);
  for (const [prediction, label] of rows) addOutcome(sketch, task, { prediction, label, delayMs: 0 }, 1);
  return sketch;
}

/** Scores of a model whose positives lie higher; `rare` makes all of them small. */
function binaryRows(n: number, rare: number, seed: string) {
  const random = createRandom(seed);
  const [y, scores] = [new Uint8Array(n), new Float64Array(n)];
  for (let row = 0; row < n; row++) {
    const margin = 1.2 * random.normal() - rare;
    const chance = 1 / (1 + Math.exp(-margin));
    y[row] = random.next() < chance ? 1 : 0;
    scores[row] = 1 / (1 + Math.exp(-margin - 0.3 * random.normal()));
  }
  const rows = Array.from(y, (label, row): [ServedOutput, string] => [
    { label: scores[row] >= 0.5, probability: scores[row] },
    String(label === 1),
  ]);
  return { y, scores, sketch: sketchOf(BINARY, rows), outcomes: binaryOutcomes(y, scores) };
}

function find(measured: readonly MeasuredMetric[], name: MetricName): MeasuredMetric {
  return measured.find(({ metric }) => metric === name) ?? assert.fail(`no ${name}`);
}

function near(actual: number | null, expected: number, tolerance: number, what: string): void {
  assert.ok(
    actual !== null && Math.abs(actual - expected) <= tolerance,
    `${what}: ${actual}, expected ${expected}`,
  );
}

/** Metrics that the sketch holds exactly, or to a millionth a row; those of ranking to 0.001. */
function tolerance(metric: MetricName): number {
  if (metric === 'roc-auc' || metric === 'average-precision') return 1e-3;
  return metric === 'log-loss' || metric === 'brier' || metric === 'ece' ? 1e-6 : 1e-12;
}

function checkValues(
  sketch: OutcomeSketch,
  task: OutcomeTask,
  outcomes: Outcomes,
  absent: MetricName[],
): void {
  const measured = measureOutcomes(sketch, task);
  const names = metricsFor(task.kind).filter((name) => !absent.includes(name));
  assert.deepEqual(measured.map(({ metric }) => metric).sort(), names.toSorted());
  assert.equal(measured[0].metric, metricsFor(task.kind)[0]);
  for (const { metric, value, low, high, n, method } of measured) {
    near(value, metricValue(metric, outcomes), tolerance(metric), metric);
    assert.equal(n, outcomes.y.length);
    assert.ok(
      low !== null && high !== null && value !== null && low <= value && value <= high,
      `${metric}: ${low} ${value} ${high}`,
    );
    assert.notEqual(method, 'none');
  }
}

test('binary metrics are those of the rows', () => {
  for (const [n, rare] of [
    [40, 0],
    [3_000, 1],
    [20_000, 3],
  ]) {
    const { sketch, outcomes } = binaryRows(n, rare, `${n} ${rare}`);
    checkValues(sketch, BINARY, outcomes, []);
  }
});

test('binning moves the AUC by less than 0.001 (or a twentieth of its error), for even, rare and extreme scores', () => {
  for (let trial = 0; trial < 20; trial++) {
    const { y, scores } = binaryRows(5_000, (trial % 10) / 2, `auc ${trial}`);
    for (const served of [scores, scores.map((p) => p ** 3 / (p ** 3 + (1 - p) ** 3))]) {
      const rows = Array.from(y, (label, row): [ServedOutput, string] => [
        { label: served[row] >= 0.5, probability: served[row] },
        String(label === 1),
      ]);
      const exact = delongAuc(y, served);
      const { value } = find(measureOutcomes(sketchOf(BINARY, rows), BINARY), 'roc-auc');
      near(value, exact.value, Math.max(1e-3, exact.standardError / 20), `trial ${trial}`);
    }
  }
});

test('the AUC’s interval is DeLong’s of the binned scores', () => {
  const { y, scores, sketch } = binaryRows(1_500, 0.5, 'delong');
  const binned = scores.map((score) => SCORE_EDGES[scoreBinOf(score)]);
  const expected = delongAuc(y, binned);
  const measured = find(measureOutcomes(sketch, BINARY), 'roc-auc');
  for (const part of ['value', 'low', 'high'] as const) near(measured[part], expected[part], 1e-12, part);
  assert.equal(measured.method, 'DeLong (logit)');
});

test('average precision has the standard error of its rows’ influence', () => {
  const { y, scores, sketch } = binaryRows(1_500, 1, 'average precision');
  const statistic = averagePrecisionStatistic(
    y,
    scores.map((score) => SCORE_EDGES[scoreBinOf(score)]),
  );
  const { standardError } = influenceInterval(statistic.value(null), statistic.influence() ?? assert.fail());
  const { value, low, high } = find(measureOutcomes(sketch, BINARY), 'average-precision');
  near(value, statistic.value(null), 1e-12, 'value');
  const logit = (share: number | null) => Math.log((share ?? 0) / (1 - (share ?? 0)));
  const implied = ((logit(high) - logit(low)) / (2 * 1.959963984540054)) * (value ?? 0) * (1 - (value ?? 0));
  near(implied, standardError, 1e-9, 'standard error');
});

test('losses have Student’s interval, shares Wilson’s', () => {
  const { y, scores, sketch } = binaryRows(800, 0, 'intervals');
  const measured = measureOutcomes(sketch, BINARY);
  const losses = y.length;
  const expected = meanWithT(scores.map((p, row) => (p - y[row]) ** 2));
  const { low, high } = find(measured, 'brier');
  near(low, expected.low, 1e-6, 'Brier');
  near(high, expected.high, 1e-6, 'Brier');
  const predicted = labelsAt(scores, 0.5);
  const hits = y.filter((label, row) => label === predicted[row]).length;
  const ofAccuracy = wilson(hits, losses);
  near(find(measured, 'accuracy').low, ofAccuracy.low, 1e-12, 'accuracy');
});

test('metrics of labels have the standard error of the jackknife', () => {
  const { y, scores, sketch } = binaryRows(2_000, 0.5, 'labels');
  checkJackknife(sketch, BINARY, y, labelsAt(scores, 0.5), 2, ['mcc', 'kappa']);
  const { truth, predicted, sketch: many } = multiclassRows(2_000);
  checkJackknife(many, MULTICLASS, truth, predicted, 4, ['mcc', 'kappa', 'f1-macro', 'f1-weighted']);
});

function checkJackknife(
  sketch: OutcomeSketch,
  task: OutcomeTask,
  y: Uint8Array | Int32Array,
  predicted: Uint8Array | Int32Array,
  classes: number,
  metrics: readonly MetricName[],
): void {
  const outcomes = {
    y,
    scores: new Float64Array(),
    predicted,
    classes,
    kind: task.kind,
  } as unknown as Outcomes;
  for (const metric of metrics) {
    const measured = measure(metric, outcomes);
    assert.ok(measured.form === 'labels');
    const groups = groupLabels(classes, y, predicted);
    const influence = labelStatistic(groups, 0, measured.of).influence() ?? assert.fail();
    const squares = sum(influence.map((each, group) => groups.counts[group] * each ** 2));
    const standardError = Math.sqrt(squares / (y.length - 1) / y.length);
    const { low, high, value } = find(measureOutcomes(sketch, task), metric);
    near(value, measured.of(confusionMatrix(y, predicted, classes)), 1e-12, metric);
    near(((high ?? 0) - (low ?? 0)) / (2 * 1.959963984540054), standardError, 3e-3 * standardError, metric);
  }
}

function multiclassRows(n: number) {
  const random = createRandom(`multiclass ${n}`);
  const [truth, predicted] = [new Int32Array(n), new Int32Array(n)];
  const scores = new Float64Array(4 * n);
  const rows = Array.from({ length: n }, (_, row): [ServedOutput, string] => {
    truth[row] = random.next() < 0.6 ? 0 : 1 + random.integer(2);
    const weights = [0, 1, 2, 3].map((label) =>
      Math.exp(random.normal() + (label === truth[row] ? 1 : 0) - (label === 3 ? 9 : 0)),
    );
    const total = weights.reduce((all, weight) => all + weight);
    const p = weights.map((weight) => weight / total);
    scores.set(p, 4 * row);
    predicted[row] = p.indexOf(Math.max(...p));
    const names = ['a', 'b', 'c', 'never'];
    const probabilities = Object.fromEntries(names.map((name, label) => [name, p[label]]));
    return [{ label: names[predicted[row]], probabilities }, names[truth[row]]];
  });
  return {
    truth,
    predicted,
    sketch: sketchOf(MULTICLASS, rows),
    outcomes: multiclassOutcomes(truth, scores, 4),
  };
}

test('multiclass metrics are those of the rows, but for ROC-AUC', () => {
  const { sketch, outcomes } = multiclassRows(3_000);
  checkValues(sketch, MULTICLASS, outcomes, ['roc-auc']);
});

function regressionRows(n: number, scale: number, shift: number) {
  const random = createRandom(`regression ${scale}`);
  const [y, values] = [new Float64Array(n), new Float64Array(n)];
  for (let row = 0; row < n; row++) {
    const truth = random.normal();
    y[row] = shift + scale * truth;
    values[row] = shift + scale * (truth + 0.4 * random.normal());
  }
  const rows = Array.from(y, (label, row): [ServedOutput, number] => [{ value: values[row] }, label]);
  return { y, values, sketch: sketchOf(REGRESSION, rows) };
}

test('regression metrics are those of the rows, whatever the unit', () => {
  for (const [scale, shift] of [
    [1, 10],
    [1e7, 3e8],
    [1e-6, 4e-6],
    [1e3, 1e12],
  ]) {
    const { y, values, sketch } = regressionRows(500, scale, shift);
    const measured = measureOutcomes(sketch, REGRESSION);
    for (const { metric, value, low, high } of measured) {
      const exact = metricValue(metric, regressionOutcomes(y, values));
      near(value, exact, 1e-9 * exact, `${metric} of ${scale} around ${shift}`);
      assert.ok(low !== null && high !== null && low < exact && exact < high, metric);
    }
    const squares = meanWithT(squaredErrors(y, values));
    near(find(measured, 'mse').high, squares.high, 1e-9 * squares.high, 'mse');
    const statistic = rSquaredStatistic(y, values);
    const { low } = influenceInterval(statistic.value(null), statistic.influence() ?? assert.fail());
    if (shift < 1e12) near(find(measured, 'r2').low, low, 1e-6, 'R²');
  }
});

test('the reliability table is that of the rows', () => {
  const { y, scores, sketch } = binaryRows(3_000, 0, 'reliability');
  const [ours, theirs] = [calibrationOf(sketch), reliabilityByWidth(y, scores)];
  assert.equal(ours.length, theirs.length);
  for (const [bin, { n, from, to, predicted, observed, gapVariance }] of theirs.entries()) {
    assert.deepEqual(
      [ours[bin].n, ours[bin].from, ours[bin].to, ours[bin].observed],
      [n, from, to, observed],
    );
    near(ours[bin].predicted, predicted, 1e-6, 'predicted');
    near(ours[bin].gapVariance, gapVariance, 1e-5, 'variance');
  }
});

test('what has no meaning is null, and certainty is never claimed', () => {
  assert.deepEqual(measureOutcomes(createOutcomeSketch(BINARY), BINARY), []);
  assert.deepEqual(measureOutcomes(createOutcomeSketch(REGRESSION), REGRESSION), []);
  const rows = Array.from({ length: 30 }, (): [ServedOutput, string] => [
    { label: false, probability: 0.1 },
    'false',
  ]);
  const measured = measureOutcomes(sketchOf(BINARY, rows), BINARY);
  for (const name of ['roc-auc', 'average-precision', 'precision', 'recall', 'f1', 'mcc', 'kappa'] as const) {
    assert.equal(find(measured, name).value, null, name);
  }
  for (const name of ['log-loss', 'brier', 'accuracy', 'balanced-accuracy'] as const) {
    const { value, low, high } = find(measured, name);
    assert.ok(low !== null && high !== null && value !== null && low < high, name);
  }
  const one = measureOutcomes(sketchOf(REGRESSION, [[{ value: 2 }, 3]]), REGRESSION);
  assert.deepEqual([find(one, 'mae').value, find(one, 'mae').low, find(one, 'r2').value], [1, null, null]);
});
