import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Table } from '../../models/table.ts';
import { binaryOutcomes, type Outcomes, regressionOutcomes } from '../../stats/outcomes.ts';
import { createRandom } from '../../stats/random.ts';
import { numberClusters } from '../measuring/clusters.ts';
import { fairnessFigures } from './fairness-figures.ts';
import { measureFairness } from './measure-fairness.ts';

const NAMES = ['a', 'b', 'c'];

/** Rows of two large groups and a small one; the second group's positives are found `less` often. */
function rows(
  n: number,
  less: number,
): { table: Table; outcomes: Outcomes; y: Uint8Array; scores: Float64Array } {
  const random = createRandom(11);
  const codes = Int32Array.from({ length: n }, (_, row) => (row < 12 ? 2 : row % 2));
  const y = Uint8Array.from({ length: n }, () => Number(random.next() < 0.4));
  const scores = Float64Array.from(y, (label, row) => {
    const found = random.next() < 0.9 - (codes[row] === 1 ? less : 0);
    return (label === 1) === found ? 0.8 : 0.2;
  });
  const table: Table = { rows: n, columns: { sex: { kind: 'category', codes, categories: NAMES } } };
  return { table, outcomes: binaryOutcomes(y, scores), y, scores };
}

const config = { groups: ['sex'], minimum: 30 };

test('groups are measured with intervals, small ones are only counted, and gaps name who is apart', () => {
  const { table, outcomes } = rows(1_200, 0.2);
  const [{ groups, gaps, overall }] = measureFairness({ table, outcomes, config }).tables;
  assert.deepEqual(
    groups.map(({ value, n, status }) => [value, n, status]),
    [
      ['a', 594, 'measured'],
      ['b', 594, 'measured'],
      ['c', 12, 'too-few'],
    ],
  );
  for (const metric of [...groups[0].metrics, ...overall]) {
    assert.ok(metric.low! <= metric.value! && metric.value! <= metric.high!, metric.name);
  }
  const tpr = gaps.find(({ name }) => name === 'tpr-gap');
  assert.deepEqual([tpr?.lowest, tpr?.highest, tpr?.n], ['b', 'a', 1_188]);
  assert.ok(tpr!.low! < 0.2 && 0.2 < tpr!.high! && tpr!.low! > 0.05, JSON.stringify(tpr));
  const ratio = gaps.find(({ name }) => name === 'selection-rate-ratio');
  assert.ok(ratio!.value! < 1 && ratio!.better === 'higher');
});

test('intervals over clusters are wider where rows of one are alike', () => {
  const { table, outcomes } = rows(1_200, 0.2);
  const clusters = numberClusters(Int32Array.from({ length: 1_200 }, (_, row) => Math.floor(row / 60)));
  const alike = { ...outcomes, y: outcomes.y.map((_, row) => Math.floor(row / 60) % 2) } as Outcomes;
  const width = (over: typeof clusters | undefined) => {
    const { tables, clusters: count } = measureFairness({ table, outcomes: alike, config, clusters: over });
    const accuracy = tables[0].gaps.find(({ name }) => name === 'accuracy-gap');
    const [group] = tables[0].groups;
    const own = group.metrics.find(({ name }) => name === 'accuracy')!;
    return { count, own: own.high! - own.low!, method: accuracy!.method };
  };
  const [independent, clustered] = [width(undefined), width(clusters)];
  assert.ok(clustered.own > 1.5 * independent.own, `${clustered.own}, ${independent.own}`);
  assert.deepEqual([independent.count, clustered.count], [null, 20]);
  assert.match(clustered.method, /bootstrap of clusters/);
});

test('too few positives leave out the TPR, one group alone has no gap, and a column that is not there is named', () => {
  const { table, outcomes } = rows(200, 0);
  const few = { ...outcomes, y: outcomes.y.map((label, row) => (row % 2 === 1 ? 0 : label)) } as Outcomes;
  const [{ groups, gaps }] = measureFairness({ table, outcomes: few, config }).tables;
  const second = groups.find(({ value }) => value === 'b');
  assert.equal(second?.status, 'few-positives');
  assert.match(second?.metrics.find(({ name }) => name === 'tpr')?.reason ?? '', /too few positives/);
  const tpr = gaps.find(({ name }) => name === 'tpr-gap');
  assert.deepEqual([tpr?.value, tpr?.reason], [null, 'fewer than two groups have enough rows']);
  assert.notEqual(gaps.find(({ name }) => name === 'accuracy-gap')?.value, null);
  const missing = () => measureFairness({ table, outcomes, config: { ...config, groups: ['sx'] } });
  assert.throws(missing, { code: 'FAIRNESS_COLUMN_NOT_FOUND' });
});

test('of numbers the mean error is compared, and its gap is that of the means', () => {
  const { table } = rows(400, 0);
  const { sex } = table.columns;
  assert.ok(sex.kind === 'category');
  const random = createRandom(3);
  const y = Float64Array.from({ length: 400 }, () => random.normal());
  const outcomes = regressionOutcomes(
    y,
    y.map((value, row) => value + 0.1 * random.normal() + (sex.codes[row] === 1 ? 0.5 : 0)),
  );
  const [{ gaps }] = measureFairness({ table, outcomes, config }).tables;
  const gap = gaps.find(({ name }) => name === 'mean-error-gap');
  assert.ok(gap!.low! < 0.5 && 0.5 < gap!.high! && gap!.high! - gap!.low! < 0.06, JSON.stringify(gap));
});

test('gaps are figures that gates may name', () => {
  const { table, y, scores } = rows(600, 0.3);
  const task = { kind: 'binary', target: 'late', classes: ['false', 'true'] } as const;
  const figures = fairnessFigures({ config, task, table, y, scores });
  const [narrow] = figures('tpr-gap', 0.9);
  const [wide] = figures('tpr-gap', 0.99);
  assert.deepEqual([narrow.of, narrow.metric, narrow.value], ['sex', 'tpr-gap', wide.value]);
  assert.ok(wide.high! - wide.low! > narrow.high! - narrow.low!);
});
