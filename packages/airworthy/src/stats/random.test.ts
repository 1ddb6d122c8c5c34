import assert from 'node:assert/strict';
import { test } from 'node:test';
import { binomialPmf } from './distributions/binomial.ts';
import { binomialDraw, multinomialDraw } from './draws.ts';
import { createRandom } from './random.ts';
import { momentsOf } from './sketches/moments.ts';
import { chiSquareTwoSample } from './tests.ts';

test('the same seed gives the same numbers, another seed and another label others', () => {
  const [a, b, c] = [createRandom(1), createRandom('1'), createRandom(2)];
  const draw = (random: typeof a) => Array.from({ length: 5 }, () => random.next());
  assert.deepEqual(draw(a), draw(b));
  assert.notDeepEqual(draw(createRandom(1)), draw(c));
  assert.deepEqual(draw(a.fork('x')), draw(createRandom(1).fork('x')));
  assert.notDeepEqual(draw(a.fork('x')), draw(a.fork('y')));
});

test('uniform and normal numbers have the moments they should', () => {
  const random = createRandom(7);
  const uniform = momentsOf(Float64Array.from({ length: 100_000 }, () => random.next()));
  const normal = momentsOf(Float64Array.from({ length: 100_000 }, () => random.normal()));
  assert.ok(Math.abs(uniform.mean - 0.5) < 0.004 && Math.abs(uniform.m2 / uniform.count - 1 / 12) < 0.001);
  assert.ok(Math.abs(normal.mean) < 0.013 && Math.abs(normal.m2 / normal.count - 1) < 0.02);
});

test('a shuffle keeps every item and puts each anywhere', () => {
  const random = createRandom(3);
  const places = new Array<number>(5).fill(0);
  for (let round = 0; round < 5000; round++) {
    const items = Int32Array.of(0, 1, 2, 3, 4);
    random.shuffle(items);
    assert.deepEqual(items.toSorted(), Int32Array.of(0, 1, 2, 3, 4));
    places[items.indexOf(0)] += 1;
  }
  assert.ok(
    places.every((count) => Math.abs(count - 1000) < 130),
    `${places}`,
  );
});

test('binomial draws follow the distribution, by inversion and by rejection', () => {
  const random = createRandom(4);
  for (const [trials, p] of [
    [12, 0.3],
    [40, 0.05],
    [60, 0.5],
    [90, 0.8],
    [5000, 0.004],
  ]) {
    const counts = new Array<number>(trials + 1).fill(0);
    for (let draw = 0; draw < 20_000; draw++) counts[binomialDraw(random, trials, p)] += 1;
    const expected = counts.map((_, k) => 1e9 * binomialPmf(k, trials, p));
    const common = counts.map((_, k) => k).filter((k) => expected[k] > 5e5);
    const rare = (values: number[]) =>
      values.reduce((total, value, k) => (common.includes(k) ? total : total + value), 0);
    const pick = (values: number[]) => [...common.map((k) => values[k]), rare(values)];
    const { p: pValue } = chiSquareTwoSample(pick(counts), pick(expected));
    assert.ok(pValue > 1e-4, `${trials} × ${p}: p = ${pValue}`);
  }
});

test('a multinomial draw keeps the total and the shares', () => {
  const random = createRandom(6);
  const counts = Float64Array.of(500, 0, 20, 480);
  const out = new Float64Array(4);
  const totals = [0, 0, 0, 0];
  for (let round = 0; round < 1000; round++) {
    multinomialDraw(random, counts, out);
    assert.equal(
      out.reduce((sum, value) => sum + value, 0),
      1000,
    );
    for (let group = 0; group < 4; group++) totals[group] += out[group] / 1000;
  }
  assert.equal(totals[1], 0);
  assert.ok(Math.abs(totals[2] - 20) < 0.6 && Math.abs(totals[0] - 500) < 2.5, `${totals}`);
});
