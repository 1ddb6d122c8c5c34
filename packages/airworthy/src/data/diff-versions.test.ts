import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { shiftOf } from './diff/compare-distributions.ts';
import { diffVersions } from './diff-versions.ts';
import { csv, dataProject } from './testing/data-project.ts';

const ROWS = Array.from({ length: 100 }, (_, n) => ({
  id: n,
  price: n / 4,
  city: ['Bern', 'Kyiv', 'Lima'][n % 3],
}));

test('rows by their whole content, as multisets', async () => {
  await using project = dataProject({
    'a.csv': csv([...ROWS, ROWS[1]]),
    'b.csv': csv([...ROWS.slice(2).reverse(), ROWS[1], ROWS[50], { id: 100, price: 1.25, city: 'Oslo' }]),
  });
  const [from, to] = [await project.add({ source: 'a.csv' }), await project.add({ source: 'b.csv' })];
  const diff = await diffVersions(project.context, from, to);
  assert.deepEqual(diff.rows, { added: 2, removed: 2, changed: 0, unchanged: 99 });
  assert.deepEqual(
    diff.examples.map(({ change, values }) => [change, values.id]),
    [
      ['added', 50],
      ['added', 50],
      ['added', 100],
      ['removed', 0],
      ['removed', 1],
      ['removed', 1],
    ].filter(
      // All rows of a content that there is more of are shown, the first of them first.
      ([change, id], index, all) =>
        all.findIndex(([c, i]) => c === change && i === id) === index || id !== 100,
    ),
  );
  const same = await diffVersions(project.context, from, from);
  assert.deepEqual(same.rows, { added: 0, removed: 0, changed: 0, unchanged: 101 });
  assert.ok(same.distributions.every((shift) => shift.psi === 0 && shift.p === 1));
});

test('rows by a key, columns, features and distributions', async () => {
  const newer = ROWS.slice(10).map(({ city, ...row }) => ({
    ...row,
    price: row.id < 20 ? row.price + 1 : row.price,
    city: row.id % 2 === 0 ? 'Oslo' : city,
    weight: row.id,
  }));
  await using project = dataProject({
    'a.csv': csv(ROWS.map((row) => ({ ...row, old: 1 }))),
    'b.csv': csv([...newer, { id: 200, price: 0, city: null, weight: 1 }]),
  });
  const from = await project.add({ source: 'a.csv', columns: { price: { unit: 'EUR' } } });
  const to = await project.add({ source: 'b.csv', columns: { price: { unit: 'USD' } } });
  const diff = await diffVersions(project.context, from, to, { key: ['id'] });
  assert.deepEqual(diff.rows, { added: 1, removed: 10, changed: 50, unchanged: 40 });
  assert.deepEqual([diff.columnsAdded, diff.columnsRemoved], [['weight'], ['old']]);
  assert.deepEqual([diff.featuresAdded, diff.featuresRemoved], [['weight'], ['old']]);
  assert.deepEqual(diff.columnsChanged, [
    { name: 'price', from: { unit: 'EUR' }, to: { unit: 'USD' } },
    { name: 'city', from: { nullable: false }, to: { nullable: true } },
  ]);
  const [most] = diff.distributions;
  assert.equal(most.column, 'city');
  assert.ok(most.psi > 0.5 && most.p < 1e-6);
  assert.deepEqual([most.missingFrom, most.missingTo], [0, 1]);
  assert.deepEqual(
    diff.examples.filter(({ change }) => change === 'added').map(({ values }) => values.id),
    [200],
  );
  await assert.rejects(
    diffVersions(project.context, from, to, { key: ['city'] }),
    /"city" does not tell the rows/,
  );
  await assert.rejects(diffVersions(project.context, from, to, { key: ['weight'] }), {
    code: 'DATA_COLUMN_NOT_FOUND',
  });
});

test('the stability index corrected for chance is near 0 for two samples of one distribution, and never negative', () => {
  assert.deepEqual(shiftOf([10, 20, 30], [10, 20, 30]), { psi: 0, p: 1 });
  // Before correction: (0.4-0.2)ln2 + (0.2-0.4)ln(1/2) = 0.2773; expectation 2 * (1/1000 + 1/1000) = 0.004.
  const { psi } = shiftOf([200, 400, 400], [400, 200, 400]);
  assert.ok(Math.abs(psi - (0.2773 - 0.004)) < 0.001, String(psi));
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(500), fc.nat(500)), { maxLength: 12 }), (bins) => {
      const shift = shiftOf(
        bins.map(([a]) => a),
        bins.map(([, b]) => b),
      );
      assert.ok(shift.psi >= 0 && shift.p >= 0 && shift.p <= 1);
    }),
  );
});
