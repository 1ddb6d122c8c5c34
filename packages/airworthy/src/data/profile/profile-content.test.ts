import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRandom } from '../../stats/random.ts';
import type { ColumnProfile } from '../schema.ts';
import { csv, dataProject } from '../testing/data-project.ts';

const column = (columns: readonly ColumnProfile[], name: string): ColumnProfile => {
  const found = columns.find((candidate) => candidate.name === name);
  assert.ok(found, name);
  return found;
};

test('figures of a column with few values are exact', async () => {
  const values = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5];
  await using project = dataProject({
    'a.csv': csv([...values.map((n) => ({ n, t: `t${n}` })), { n: null, t: null }]),
  });
  const { profile } = await project.add({ source: 'a.csv' });
  const n = column(profile.columns, 'n');
  assert.deepEqual(
    [n.missing, n.distinct, n.minimum, n.maximum],
    [1, { count: 7, approximate: false }, 1, 9],
  );
  assert.equal(n.mean, 4);
  assert.ok(Math.abs((n.sd ?? 0) - Math.sqrt(56 / 10)) < 1e-12);
  const at = (p: number) => n.quantiles?.find((quantile) => quantile.p === p)?.value;
  assert.deepEqual([at(0), at(0.25), at(0.5), at(0.75), at(1)], [1, 2, 4, 5, 9]);
  assert.deepEqual(n.top.slice(0, 3), [
    { value: 5, count: 3 },
    { value: 1, count: 2 },
    { value: 3, count: 2 },
  ]);
  assert.equal(
    n.histogram?.counts.reduce((a, b) => a + b),
    11,
  );
  assert.deepEqual(column(profile.columns, 't').top[0], { value: 't5', count: 3 });
});

test('quantiles of a column with many values are near the exact ones, outliers or not', async () => {
  const random = createRandom(5);
  const values = Array.from({ length: 30_000 }, (_, n) => (n === 7 ? 1e12 : 100 + 15 * random.normal()));
  await using project = dataProject({ 'a.csv': csv(values.map((x) => ({ x }))) });
  const { profile } = await project.add({ source: 'a.csv' });
  const x = column(profile.columns, 'x');
  const sorted = values.toSorted((a, b) => a - b);
  for (const { p, value } of x.quantiles ?? []) {
    if (p === 0 || p === 1) continue;
    const exact = sorted[Math.ceil(p * sorted.length) - 1];
    assert.ok(Math.abs(value - exact) < 0.15, `${p}: ${value} for ${exact}`);
  }
  assert.deepEqual([x.minimum, x.maximum], [sorted[0], 1e12]);
  assert.ok(
    x.distinct.approximate && Math.abs(x.distinct.count / 30_000 - 1) < 0.1,
    String(x.distinct.count),
  );
  assert.ok(
    (x.histogram?.counts ?? []).slice(1, -1).every((count) => count > 0),
    'no outlier empties the bins',
  );
});

test('association: 1 for a copy of the target, 0 for noise and for identifiers, in between for a real signal', async () => {
  const random = createRandom(9);
  const rows = Array.from({ length: 20_000 }, (_, n) => {
    const signal = random.normal();
    const late = signal + random.normal() > 0;
    return {
      ...{ late, minutes: 20 * signal, copy: late ? 'yes' : 'no', signal, noise: random.normal() },
      ...{ id: `row ${n}`, group: random.integer(40), constant: 1 },
    };
  });
  await using project = dataProject({ 'a.csv': csv(rows) });
  const association = async (target: string) => {
    const { profile } = await project.add({ source: 'a.csv', target: { name: target } });
    return Object.fromEntries(profile.columns.map(({ name, association: found }) => [name, found]));
  };
  const late = await association('late');
  assert.deepEqual(late.copy, { measure: 'auc', value: 1 });
  // late is signal + noise > 0: four times the orthant probability 1/8 + (asin 1/2 + asin 1/2) / 4π gives AUC 5/6.
  assert.ok(Math.abs((late.signal?.value ?? 0) - 2 / 3) < 0.03, String(late.signal?.value));
  for (const name of ['noise', 'id', 'group', 'constant']) assert.ok((late[name]?.value ?? 1) < 0.03, name);
  assert.equal(late.late, undefined);
  const minutes = await association('minutes');
  assert.equal(minutes.signal?.measure, 'r2');
  assert.ok((minutes.signal?.value ?? 0) > 0.998, String(minutes.signal?.value));
  assert.ok((minutes.noise?.value ?? 1) < 0.01);
  assert.ok(
    Math.abs((minutes.late?.value ?? 0) - 1 / Math.PI) < 0.03,
    'the share of variance a median split of ρ = 1/√2 explains',
  );
});
