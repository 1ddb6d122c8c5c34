import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { quantileOfSorted } from './order.ts';
import { binOf, quantileEdges } from './quantile-edges.ts';
import { createRandom } from './random.ts';
import {
  benjaminiHochberg,
  benjaminiYekutieli,
  chiSquareTwoSample,
  holm,
  kolmogorovSmirnov,
  mcnemar,
  signFlip,
} from './tests.ts';

test('McNemar, exact and mid-p', () => {
  const published: [number, number, string, string][] = [
    [9, 2, '0.065430', '0.038574'],
    [6, 16, '0.052479', '0.034690'],
    [12, 5, '0.143463', '0.096252'],
    [25, 15, '0.153860', '0.117275'],
    [5, 5, '1.000000', '0.753906'],
  ];
  for (const [b, c, exact, mid] of published) {
    assert.deepEqual([mcnemar(b, c).exact.toFixed(6), mcnemar(c, b).mid.toFixed(6)], [exact, mid]);
  }
  assert.equal(mcnemar(86, 150).exact.toFixed(6), '0.000037');
  assert.ok(Math.abs(mcnemar(0, 8).exact / 0.0078125 - 1) < 1e-14);
  assert.ok(Math.abs(mcnemar(8, 0).mid / 0.00390625 - 1) < 1e-14);
  assert.deepEqual(mcnemar(0, 0), { exact: 1, mid: 1 });
});

test('sign-flip: exact for few differences, near it for many', () => {
  const random = createRandom(1);
  assert.equal(signFlip(Float64Array.of(-1, -1, 0, 0, -1, 0, 0, 0), { random }).p, 0.25);
  assert.equal(signFlip(new Float64Array(5), { random }).p, 1);
  const many = Float64Array.from({ length: 40 }, (_, row) => (row < 25 ? 1 : -1));
  const { p } = signFlip(many, { random });
  assert.ok(Math.abs(p - mcnemar(25, 15).exact) < 0.01, `${p}`);
});

test('the p-values of Benjamini and Hochberg (1995)', () => {
  const p = [
    0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
  ];
  const all = [...p, 0.759, 1];
  const [bh, adjusted] = [benjaminiHochberg(all), holm(all)];
  assert.equal(bh.filter((each) => each < 0.05).length, 4);
  assert.equal(adjusted.filter((each) => each < 0.05).length, 3);
  assert.deepEqual(
    bh.slice(0, 10).map((each) => Number(each.toFixed(6))),
    [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857, 0.063857, 0.0645, 0.0765, 0.486],
  );
  assert.deepEqual(
    adjusted.slice(0, 6).map((each) => Number(each.toFixed(4))),
    [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278],
  );
  assert.deepEqual(
    holm([0.01, 0.02, 0.03, 0.04, 0.05]).map((each) => Number(each.toFixed(2))),
    [0.05, 0.08, 0.09, 0.09, 0.09],
  );
  for (const each of benjaminiHochberg([0.04, 0.01, 0.05, 0.02, 0.03])) {
    assert.equal(each.toFixed(12), '0.050000000000');
  }
});

test('Benjamini and Yekutieli pay for dependence with the harmonic number', () => {
  for (const each of benjaminiYekutieli([0.04, 0.01, 0.05, 0.02, 0.03])) {
    assert.equal(each.toFixed(7), '0.1141667');
  }
  assert.deepEqual(benjaminiYekutieli([0.9, 0.95]), [1, 1]);
  assert.deepEqual(benjaminiYekutieli([]), []);
});

const fixture = join(import.meta.dirname, '../../test/fixtures/stats-oracle.json');
const column = Float64Array.from(
  (JSON.parse(readFileSync(fixture, 'utf8')) as { breastCancer: { columnZero: number[] } }).breastCancer
    .columnZero,
);
const [reference, current] = [column.slice(0, 300), column.slice(300)];

test('Kolmogorov-Smirnov on real data', () => {
  const { statistic, p } = kolmogorovSmirnov(reference, current);
  assert.ok(Math.abs(statistic - 0.12619578686493182) < 1e-15);
  // The exact and asymptotic p of scipy are 0.01945 and 0.01978.
  assert.ok(Math.abs(p / 0.019778774438444398 - 1) < 0.01, `${p}`);
});

test('deciles of a reference and the counts of a later window on them', () => {
  const sorted = reference.toSorted();
  const edges = quantileEdges(reference, 10);
  assert.deepEqual(
    edges.map((edge) => Number(edge.toFixed(3))),
    [10.508, 11.516, 12.307, 13.006, 13.68, 14.596, 15.703, 17.546, 19.405],
  );
  assert.deepEqual([quantileOfSorted(sorted, 0), quantileOfSorted(sorted, 1)], [6.981, 28.11]);
  const counts = new Array<number>(10).fill(0);
  for (const value of current) counts[binOf(edges, value)] += 1;
  assert.deepEqual(counts, [35, 31, 39, 34, 22, 28, 22, 16, 12, 30]);
});

test('chi-square of two samples', () => {
  const { statistic, p, df } = chiSquareTwoSample([146, 154], [66, 203]);
  assert.ok(Math.abs(statistic - 35.33010970416551) < 1e-12);
  assert.ok(Math.abs(p / 2.7829620820777315e-9 - 1) < 1e-10);
  assert.equal(df, 1);
  assert.equal(chiSquareTwoSample([5, 0], [7, 0]).p, 1);
});
