import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readTable } from './read-table.ts';
import { type DatasetVersion, SPLIT_CODES, type Split, type SplitSpec } from './schema.ts';
import { splitDataset } from './split-dataset.ts';
import { csv, type DataProject, dataProject } from './testing/data-project.ts';

const ROWS = 1000;

/** 1000 rows: a day each ten rows, fifty customers, a rare class, and some rows without a target. */
async function bookings(project: DataProject): Promise<DatasetVersion> {
  const rows = Array.from({ length: ROWS }, (_, index) => ({
    day: new Date(978307200000 + Math.floor(index / 10) * 86_400_000).toISOString(),
    customer: `c${(index * 31) % 50}`,
    bought: index % 100 === 7 ? null : index % 10 === 0,
  }));
  project.write('bookings.csv', csv(rows));
  return project.add({ source: 'bookings.csv', target: { name: 'bought' } });
}

async function rolesOf(project: DataProject, split: Split): Promise<Uint8Array> {
  return project.context.store.blobs.get(split.blob);
}

test('every way to split gives each row with a target one role, about the asked share, the same each time', async () => {
  await using project = dataProject();
  const version = await bookings(project);
  const specs: SplitSpec[] = [
    { by: 'random', test: 0.25, seed: 1 },
    { by: 'stratified', test: 0.25, seed: 1 },
    { by: 'time', column: 'day', test: 0.25 },
    { by: 'group', column: 'customer', test: 0.25, seed: 1 },
  ];
  for (const spec of specs) {
    const split = await splitDataset(project.context, version, spec);
    assert.deepEqual(await splitDataset(project.context, version, spec), split);
    const roles = await rolesOf(project, split);
    const count = (code: number) => roles.filter((role) => role === code).length;
    assert.deepEqual(
      [count(SPLIT_CODES.train), count(SPLIT_CODES.test), count(SPLIT_CODES.excluded)],
      [split.roles.train, split.roles.test, 10],
    );
    assert.equal(split.excluded, 10);
    assert.ok(Math.abs(split.roles.test / (ROWS - 10) - 0.25) < 0.01, `${spec.by} ${split.roles.test}`);
  }
});

test('seeds differ, and a split of one version is not that of another', async () => {
  await using project = dataProject();
  const version = await bookings(project);
  const first = await splitDataset(project.context, version, { by: 'random', test: 0.2, seed: 1 });
  const second = await splitDataset(project.context, version, { by: 'random', test: 0.2, seed: 2 });
  assert.notEqual(first.blob, second.blob);
  assert.notEqual(first.digest, second.digest);
});

test('stratified keeps the shares of the classes, time the order, group the groups', async () => {
  await using project = dataProject();
  const { context } = project;
  const version = await bookings(project);
  const both = async (spec: SplitSpec, column: string) => {
    const split = await splitDataset(context, version, spec);
    const read = async (role: 'train' | 'test') => {
      const values = (await readTable(context, version, { columns: [column], split, role })).columns[column];
      return values.kind === 'category' ? [...values.codes] : [...values.values];
    };
    return { train: await read('train'), test: await read('test') };
  };
  const classes = await both({ by: 'stratified', test: 0.2, seed: 3 }, 'bought');
  assert.equal(classes.test.filter((value) => value === 1).length, 20);
  assert.equal(classes.train.filter((value) => value === 1).length, 80);
  const days = await both({ by: 'time', column: 'day', test: 0.2 }, 'day');
  assert.ok(Math.max(...days.train) < Math.min(...days.test));
  const customers = await both({ by: 'group', column: 'customer', test: 0.2, seed: 3 }, 'customer');
  const seen = new Set(customers.train);
  assert.ok(customers.test.every((customer) => !seen.has(customer)));
});

test('for any share and seed, a random split has exactly the rounded number of test rows', async () => {
  await using project = dataProject({ 'a.csv': csv(Array.from({ length: 37 }, (_, n) => ({ n }))) });
  const version = await project.add({ source: 'a.csv' });
  await fc.assert(
    fc.asyncProperty(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.nat(1000), async (share, seed) => {
      const { roles } = await splitDataset(project.context, version, { by: 'random', test: share, seed });
      assert.equal(roles.test, Math.min(Math.max(Math.round(37 * share), 1), 36));
      assert.equal(roles.train + roles.test, 37);
    }),
    { numRuns: 20 },
  );
});

test('what cannot be split says why', async () => {
  await using project = dataProject({
    'one.csv': 'n,g\n1,a\n',
    'group.csv': 'n,g\n1,a\n2,a\n',
    'gaps.csv': 'at,n\n2001-01-01,1\n,2\n',
    'plain.csv': 'n\n1.5\n2.5\n3.5\n',
  });
  const refuses = async (source: string, spec: SplitSpec, message: RegExp) => {
    const version = await project.add(
      { source, ...(source === 'plain.csv' ? { target: { name: 'n' } } : {}) },
      source,
    );
    await assert.rejects(splitDataset(project.context, version, spec), { exitCode: 2, message });
  };
  await refuses(
    'one.csv',
    { by: 'random', test: 0.2, seed: 1 },
    /leaves 1 rows for training and 0 for the test/,
  );
  await refuses('group.csv', { by: 'group', column: 'g', test: 0.5, seed: 1 }, /leaves 2 rows for training/);
  await refuses('gaps.csv', { by: 'time', column: 'at', test: 0.5 }, /"at".* is missing in 1 of 2 rows/);
  await refuses('group.csv', { by: 'time', column: 'g', test: 0.5 }, /column "g" is text/);
  await refuses('group.csv', { by: 'group', column: 'gg', test: 0.5, seed: 1 }, /did you mean "g"\?/);
  await refuses('group.csv', { by: 'stratified', test: 0.5, seed: 1 }, /needs a target/);
  await refuses('plain.csv', { by: 'stratified', test: 0.5, seed: 1 }, /3 different values in 3 rows/);
});

test('a split at a moment tests on what came from then on and trains on rows without a time', async () => {
  await using project = dataProject();
  const day = (number: number) => `2001-02-0${number}T00:00:00Z`;
  project.write(
    'served.csv',
    csv([1, 2, 3, 4].map((number) => ({ at: number === 1 ? null : day(number), y: number % 2 }))),
  );
  const version = await project.add({ source: 'served.csv', target: { name: 'y' } });
  const split = await splitDataset(project.context, version, { by: 'moment', column: 'at', from: day(3) });
  assert.deepEqual([...(await rolesOf(project, split))], [0, 0, 1, 1]);
  await assert.rejects(splitDataset(project.context, version, { by: 'moment', column: 'at', from: day(9) }), {
    code: 'SPLIT_IMPOSSIBLE',
  });
  await assert.rejects(splitDataset(project.context, version, { by: 'moment', column: 'y', from: day(1) }), {
    code: 'DATA_COLUMN_KIND',
  });
});

test('by template, author or speaker: whole ones are held back by the column of that name, and counted', async () => {
  await using project = dataProject();
  const rows = Array.from({ length: 240 }, (_, n) => ({
    template: `sentence ${n % 40} with {slot}`,
    author: 'abcdef'[n % 6],
    speaker: n % 12 === 0 ? null : `voice ${n % 4}`,
    intent: n % 2 === 0 ? 'on' : 'off',
  }));
  project.write('said.csv', csv(rows));
  const version = await project.add({ source: 'said.csv', target: { name: 'intent' } });
  for (const [by, groups] of [
    ['template', 40],
    ['author', 6],
    ['speaker', 5],
  ] as const) {
    const split = await splitDataset(project.context, version, { by, test: 0.2, seed: 1 });
    const roles = await rolesOf(project, split);
    const valuesOn = (role: number) =>
      new Set(rows.filter((_, n) => roles[n] === role).map((row) => row[by]));
    const [train, held] = [valuesOn(SPLIT_CODES.train), valuesOn(SPLIT_CODES.test)];
    assert.deepEqual(
      [...held].filter((value) => train.has(value)),
      [],
      by,
    );
    assert.deepEqual(split.groups, { train: train.size, test: held.size });
    assert.equal(train.size + held.size, groups);
    assert.deepEqual(await splitDataset(project.context, version, { by, test: 0.2, seed: 1 }), split);
  }
  project.write('bare.csv', csv(rows.map(({ intent }) => ({ intent }))));
  const bare = await project.add({ source: 'bare.csv', target: { name: 'intent' } }, 'bare');
  await assert.rejects(splitDataset(project.context, bare, { by: 'author', test: 0.2, seed: 1 }), {
    code: 'DATA_COLUMN_NOT_FOUND',
    exitCode: 2,
    message: /a split by author needs a column "author", which dataset "bare" does not have/,
  });
});
