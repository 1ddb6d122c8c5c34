import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bootstrap, byCluster, influenceInterval, studentisedMean } from './bootstrap.ts';
import { averagePrecisionStatistic, rocAucStatistic } from './classification-metrics.ts';
import { averageF1 } from './confusion-metrics.ts';
import { delongAuc, delongDifference } from './delong.ts';
import { meanWithClusteredT, meanWithT } from './intervals.ts';
import { groupLabels, labelStatistic } from './label-groups.ts';
import { rowMeanStatistic } from './measure.ts';
import { createRandom } from './random.ts';

function sample(n: number, seed: number) {
  const random = createRandom(seed);
  const y = Uint8Array.from({ length: n }, () => (random.next() < 0.4 ? 1 : 0));
  const score = Float64Array.from(y, (truth) => truth + 1.2 * random.normal());
  return { y, score, random };
}

const close = (a: number, b: number, tolerance: number, what: string) =>
  assert.ok(Math.abs(a - b) <= tolerance, `${what}: ${a} and ${b}`);

test('bootstrap, influence and DeLong agree on an AUC', () => {
  const { y, score, random } = sample(600, 1);
  const statistic = rocAucStatistic(y, score);
  const delong = delongAuc(y, score);
  const resampled = bootstrap(statistic, { random });
  const quick = influenceInterval(delong.value, statistic.influence() ?? new Float64Array());
  close(resampled.standardError, delong.standardError, 0.0012, 'bootstrap and DeLong');
  close(quick.standardError, delong.standardError, 0.0002, 'influence and DeLong');
  close(resampled.low, delong.low, 0.004, 'low end');
  close(resampled.high, delong.high, 0.004, 'high end');
});

test('bootstrap and influence agree on average precision', () => {
  const { y, score, random } = sample(600, 2);
  const statistic = averagePrecisionStatistic(y, score);
  const quick = influenceInterval(statistic.value(null), statistic.influence() ?? new Float64Array());
  close(bootstrap(statistic, { random }).standardError, quick.standardError, 0.002, 'standard error');
});

test('rows drawn one by one and groups drawn at once give the same interval', () => {
  const { y, random } = sample(500, 3);
  const predicted = y.map((truth) => (random.next() < 0.7 ? truth : 1 - truth));
  const groups = groupLabels(2, y, predicted);
  const statistic = labelStatistic(groups, 0, (confusion) => averageF1(confusion, 'macro'));
  const grouped = bootstrap(statistic, { random, counts: groups.counts });
  const right = y.map((truth, row) => (truth === predicted[row] ? 1 : 0));
  const byRow = bootstrap(
    rowMeanStatistic({ form: 'row-mean', losses: Float64Array.from(right), largest: 1, root: false }),
    { random },
  );
  close(grouped.standardError, byRow.standardError, 0.003, 'standard error');
  assert.ok(grouped.low < grouped.value && grouped.value < grouped.high);
});

test('the same seed gives the same interval', () => {
  const { y, score } = sample(50, 4);
  const once = () => bootstrap(rocAucStatistic(y, score), { random: createRandom(9), replicates: 200 });
  assert.deepEqual(once(), once());
});

test('resamples without a value are counted, not hidden', () => {
  const y = Uint8Array.of(1, 0, 0, 0, 0, 0);
  const { undefinedShare } = bootstrap(rocAucStatistic(y, Float64Array.of(5, 1, 2, 3, 4, 6)), {
    random: createRandom(1),
  });
  close(undefinedShare, (5 / 6) ** 6, 0.03, 'share');
});

test('a cluster bootstrap sees that rows of a cluster are alike', () => {
  const random = createRandom(5);
  const clusters = Int32Array.from({ length: 400 }, (_, row) => row % 40);
  const levels = Float64Array.from({ length: 40 }, () => random.normal());
  const losses = Float64Array.from(clusters, (cluster) => levels[cluster] + 0.1 * random.normal());
  const statistic = byCluster(
    rowMeanStatistic({ form: 'row-mean', losses, largest: 9, root: false }),
    clusters,
    40,
  );
  const { standardError } = bootstrap(statistic, { random });
  close(standardError, meanWithClusteredT(losses, clusters).standardError, 0.02, 'clustered t');
  assert.ok(standardError > 2.5 * meanWithT(losses).standardError);
});

test('the studentised interval covers a skewed mean better than t', () => {
  const random = createRandom(8);
  let [studentised, plain] = [0, 0];
  const inside = ({ low, high }: { low: number; high: number }) => Number(low <= 1 && 1 <= high);
  for (let round = 0; round < 400; round++) {
    const values = Float64Array.from({ length: 20 }, () => -Math.log(1 - random.next()));
    studentised += inside(studentisedMean(values, { random, replicates: 500 }));
    plain += inside(meanWithT(values));
  }
  assert.ok(studentised >= plain && studentised >= 368, `${studentised} and ${plain} of 400`);
});

test('DeLong never gives an interval of no width', () => {
  const y = Uint8Array.of(0, 0, 0, 1, 1, 1);
  const perfect = Float64Array.of(1, 2, 3, 4, 5, 6);
  const { value, low, high } = delongAuc(y, perfect);
  // Three disjoint pairs, all ordered right: the exact lower bound of 3 in 3.
  assert.deepEqual([value, high], [1, 1]);
  close(low, 0.025 ** (1 / 3), 1e-12, 'low end');
  const same = delongDifference(y, perfect, perfect);
  assert.ok(same.value === 0 && same.low < 0 && same.high > 0);
  const flat = delongAuc(y, new Float64Array(6));
  assert.ok(flat.low < 0.5 && flat.high > 0.5);
  const single = delongAuc(Uint8Array.of(0, 1, 0), Float64Array.of(0.2, 0.3, 0.4));
  assert.ok(single.low < single.value && single.high > single.value);
});

test('swapping the models negates the difference', () => {
  const { y, score, random } = sample(200, 6);
  const other = score.map((value) => value + random.normal());
  const [ab, ba] = [delongDifference(y, score, other), delongDifference(y, other, score)];
  assert.deepEqual([ab.value, ab.low, ab.high], [-ba.value, -ba.high, -ba.low]);
});
