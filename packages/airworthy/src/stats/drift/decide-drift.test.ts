import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { multinomialDraw } from '../draws.ts';
import { createRandom, type Random } from '../random.ts';
import { kolmogorovSurvival } from '../tests.ts';
import { type ColumnCounts, decideDrift } from './decide-drift.ts';
import { effectiveRows, overdispersion, phiAt } from './overdispersion.ts';
import { poolPlaces } from './pool-places.ts';

const RULE = { q: 0.001, effect: 0.1 };
const counts = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 12 });
const columnsOf = (places: readonly (readonly [number, number])[], column = 'x'): ColumnCounts => ({
  column,
  reference: places.map(([r]) => r),
  current: places.map(([, c]) => c),
  phi: 1,
  phiRows: 0,
});
const places = fc.array(fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 300 })), {
  maxLength: 15,
});

function draw(random: Random, shares: readonly number[], rows: number): number[] {
  const drawn = new Float64Array(shares.length);
  multinomialDraw(random, Float64Array.from(shares), drawn, rows);
  return [...drawn];
}

test('pooling keeps every row and leaves no rare place beside another', () => {
  fc.assert(
    fc.property(places, (pairs) => {
      const { reference, current } = columnsOf(pairs);
      const pooled = poolPlaces(reference, current);
      const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
      assert.deepEqual([sum(pooled.reference), sum(pooled.current)], [sum(reference), sum(current)]);
      if (pooled.reference.length < 2) return;
      const [n, m] = [sum(reference), sum(current)];
      pooled.reference.forEach((r, place) => {
        const expected = ((r + pooled.current[place]) * Math.min(n, m)) / (n + m);
        assert.ok(expected >= 5 - 1e-9, `${expected}`);
      });
    }),
  );
});

test('without drift p-values are uniform, and the effect is 0 on average', () => {
  const random = createRandom('uniform');
  const shares = [0, 1, 2, 3, 5, 8, 13, 21, 0.02, 0];
  const found = Array.from({ length: 2000 }, () => {
    const column = {
      column: 'x',
      reference: draw(random, shares, 6000),
      current: draw(random, shares, 1500),
    };
    return decideDrift([{ ...column, phi: 1, phiRows: 0 }], RULE)[0];
  });
  const sorted = found.map(({ p }) => p).sort((a, b) => a - b);
  const distance = Math.max(...sorted.map((p, rank) => Math.max(p - rank / 2000, (rank + 1) / 2000 - p)));
  assert.ok(kolmogorovSurvival(distance * Math.sqrt(2000)) > 0.01, `${distance}`);
  const mean = found.reduce((total, { effect }) => total + effect, 0) / found.length;
  assert.ok(Math.abs(mean) < 0.0005, `${mean}`);
});

test('the order of places and of columns does not matter', () => {
  fc.assert(
    fc.property(fc.array(places, { maxLength: 6 }), (tables) => {
      const columns = tables.map((pairs, index) => columnsOf(pairs, `c${index}`));
      const forward = decideDrift(columns, RULE);
      const turned = columns.map((column) => ({
        ...column,
        reference: column.reference.toReversed(),
        current: column.current.toReversed(),
      }));
      const backward = decideDrift(turned.toReversed(), RULE).reverse();
      for (const [index, one] of forward.entries()) {
        const other = backward[index];
        assert.deepEqual([one.column, one.n, one.drifted], [other.column, other.n, other.drifted]);
        for (const key of ['psi', 'effect', 'p', 'q', 'jensenShannon'] as const) {
          assert.ok(Math.abs(one[key] - other[key]) <= 1e-9, `${key}: ${one[key]}, ${other[key]}`);
        }
      }
    }),
  );
});

test('nothing divides by zero: empty windows, empty references, constant columns', () => {
  const columns = [
    columnsOf([], 'no places'),
    columnsOf([[0, 0]], 'nothing'),
    columnsOf([[9, 0]], 'empty window'),
    columnsOf([[0, 9]], 'empty reference'),
    columnsOf(
      [
        [0, 0],
        [5000, 500],
        [0, 0],
      ],
      'constant',
    ),
  ].map((column) => ({ ...column, phi: 3, phiRows: 100 }));
  for (const result of decideDrift(columns, RULE)) {
    const { psi, effect, p, q, jensenShannon, drifted } = result;
    assert.deepEqual([psi, effect, p, q, jensenShannon, drifted], [0, 0, 1, 1, 0, false], result.column);
  }
});

test('a constant that becomes another value, and a column gone missing, have drifted at once', () => {
  const changed = columnsOf(
    [
      [0, 300],
      [5000, 0],
      [0, 0],
    ],
    'changed',
  );
  for (const { effect, drifted } of decideDrift([changed, { ...changed, column: 'missing' }], RULE)) {
    assert.ok(drifted && effect > 5, `${effect}`);
  }
});

test('drift must be significant and large, and above a floor of its own', () => {
  const deciles = new Array<number>(10).fill(100_000);
  const slight = deciles.map((count, place) => count + (place < 5 ? 2000 : -2000));
  const small = [6, 6, 6, 6, 6, 6, 1, 1, 11, 11];
  const large = [180, 140, 110, 90, 80, 70, 60, 50, 40, 20];
  const column = { reference: deciles, phi: 1, phiRows: 0 };
  const results = decideDrift(
    [
      { column: 'slight, many rows', ...column, current: slight },
      { column: 'large, few rows', ...column, current: small },
      { column: 'large, enough rows', ...column, current: large },
      { column: 'large, floor', ...column, current: large, floor: 1 },
    ],
    RULE,
  );
  assert.deepEqual(
    results.map(({ drifted }) => drifted),
    [false, false, true, false],
  );
  assert.ok(results[0].q < 1e-20 && results[1].effect > 0.1 && results[1].q > RULE.q);
});

test('windows of one multinomial have phi about 1, windows that wobble more; the corrected test is uniform again', () => {
  const random = createRandom('wobble');
  const even = new Array<number>(10).fill(0.1);
  const wobbly = () => even.map((share) => share * (1 + 0.2 * random.normal()));
  const added = (windows: number[][]) =>
    even.map((_, place) => windows.reduce((sum, window) => sum + window[place], 0));
  const calm = Array.from({ length: 60 }, () => draw(random, even, 400));
  const { phi } = overdispersion(added(calm), calm);
  assert.ok(phi < 1.1, `${phi}`);
  const restless = Array.from({ length: 300 }, () => draw(random, wobbly(), 400));
  const reference = added(restless);
  const found = overdispersion(reference, restless);
  assert.ok(found.phi > 2, `${found.phi}`);
  for (const rows of [400, 4000]) {
    const flagged = Array.from({ length: 1000 }, () => {
      const current = draw(random, wobbly(), rows);
      const column = { column: 'x', reference, current, phi: found.phi, phiRows: found.windowRows };
      return decideDrift([column], RULE)[0].p < 0.05;
    }).filter(Boolean).length;
    assert.ok(flagged > 20 && flagged < 80, `${flagged} of 1000 at ${rows} rows`);
  }
});

test('overdispersion is at least 1, finite, and nothing where there is nothing to learn it from', () => {
  fc.assert(
    fc.property(fc.array(counts, { maxLength: 6 }), (lists) => {
      const width = Math.min(...lists.map((list) => list.length), 12);
      const windows = lists.map((list) => list.slice(0, width));
      const reference = (windows[0] ?? [0]).map((_, place) =>
        windows.reduce((sum, list) => sum + list[place], 0),
      );
      const { phi, windowRows } = overdispersion(reference, windows);
      assert.ok(phi >= 1 && Number.isFinite(phi) && windowRows >= 0);
    }),
  );
  assert.deepEqual(overdispersion([10, 10], []), { phi: 1, windowRows: 0 });
  assert.deepEqual(overdispersion([10, 10], [[10, 10]]), { phi: 1, windowRows: 0 });
  assert.equal(phiAt({ phi: 3, windowRows: 0 }, 1000), 1);
  assert.equal(phiAt({ phi: 3, windowRows: 500 }, 1000), 5);
  assert.equal(effectiveRows(0, 0), 0);
});
