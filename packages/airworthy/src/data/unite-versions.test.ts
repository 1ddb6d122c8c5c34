import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkQuality } from './check-quality.ts';
import { cutVersion } from './cut-version.ts';
import { diffVersions } from './diff-versions.ts';
import { addParts } from './parts/add-parts.ts';
import { partsOf } from './parts/data-part.ts';
import { dropRows, mergeParts } from './parts/revise-parts.ts';
import { type CellValue, openRowWriter } from './parts/row-writer.ts';
import { readTable } from './read-table.ts';
import type { DatasetVersion } from './schema.ts';
import { splitDataset } from './split-dataset.ts';
import { csv, type DataProject, dataProject } from './testing/data-project.ts';
import { uniteVersions } from './unite-versions.ts';

const COLUMNS = [
  { name: 'weight', kind: 'number' },
  { name: 'carrier', kind: 'category' },
  { name: 'late', kind: 'boolean' },
  { name: 'at', kind: 'timestamp' },
] as const;
const FIELDS = COLUMNS.map((column) => ({ ...column, nullable: true }));
const SCHEMA = { fields: FIELDS, target: FIELDS[2], features: ['weight', 'carrier'] };
const ID = (number: number) => number.toString(16).padStart(32, '0');

const own = csv([
  { weight: 1.5, carrier: 'road', price: 7, late: true },
  { weight: 2, carrier: 'rail', price: 8, late: false },
  { weight: 4, carrier: null, price: 9, late: true },
]);

async function storeRows({ context }: DataProject, columns: CellValue[][]) {
  await using writer = await openRowWriter(context, COLUMNS, ['id']);
  writer.append(columns);
  // Awaited here: the writer is closed when this function ends.
  return await writer.finish();
}

const SERVED: CellValue[][] = [
  [10, null, 30, -0],
  ['boat', 'road', null, 'ōsaka'],
  [1, 0, null, 1],
  [Date.UTC(2001, 0, 1), Date.UTC(2001, 0, 2), Date.UTC(2001, 0, 3), Date.UTC(2001, 0, 4)],
  [ID(1), ID(2), ID(3), ID(4)],
];

async function curated(project: DataProject): Promise<DatasetVersion> {
  const part = await storeRows(project, SERVED);
  const { version } = await addParts(project.context, {
    ...{ name: 'curated', parts: [part], schema: SCHEMA, source: ['served'], madeFrom: [] },
  });
  return version;
}

async function valuesOf({ context }: DataProject, version: DatasetVersion, name: string): Promise<unknown[]> {
  const column = (await readTable(context, version, { columns: [name] })).columns[name];
  return 'values' in column
    ? [...column.values]
    : [...column.codes].map((code) => (code === -1 ? null : column.categories[code]));
}

test('rows that are typed already become a version like any other', async () => {
  await using project = dataProject();
  const version = await curated(project);
  assert.deepEqual([version.rows, version.source.parts], [4, 1]);
  assert.deepEqual(await valuesOf(project, version, 'weight'), [10, Number.NaN, 30, 0]);
  assert.deepEqual(await valuesOf(project, version, 'carrier'), ['boat', 'road', null, 'ōsaka']);
  assert.deepEqual(await valuesOf(project, version, 'late'), [1, 0, Number.NaN, 1]);
  assert.deepEqual(await valuesOf(project, version, 'at'), SERVED[3]);
  const [weight, carrier] = version.profile.columns;
  assert.deepEqual([weight.missing, weight.minimum, weight.maximum], [1, 0, 30]);
  assert.ok(Math.abs((weight.mean ?? 0) - 40 / 3) < 1e-12);
  assert.deepEqual(version.schema.fields[1].categories, ['boat', 'road', 'ōsaka']);
  assert.equal(carrier.missing, 1);
  assert.equal((await curated(project)).number, 1, 'the same rows are the same version');
  assert.deepEqual(project.leftovers(), []);
});

test('versions unite without a copy: same fields, own order, missing where one lacks a kept column', async () => {
  await using project = dataProject({ 'own.csv': own });
  const base = await project.add({
    source: 'own.csv',
    target: { name: 'late' },
    features: ['weight', 'carrier'],
  });
  const both = [base, await curated(project)];
  const { version } = await uniteVersions(project.context, both, { name: 'all', keep: ['at'] });
  assert.deepEqual([version.rows, version.madeFrom], [7, both.map((each) => each.digest)]);
  assert.deepEqual(
    version.schema.fields.map((field) => field.name),
    ['weight', 'carrier', 'late', 'at'],
  );
  assert.deepEqual(await valuesOf(project, version, 'weight'), [1.5, 2, 4, 10, Number.NaN, 30, 0]);
  assert.deepEqual(await valuesOf(project, version, 'at'), [...Array(3).fill(Number.NaN), ...SERVED[3]]);
  const weight = version.profile.columns[0];
  assert.deepEqual([weight.missing, weight.minimum, weight.maximum], [1, 0, 30]);
  const values = [1.5, 2, 4, 10, 30, 0];
  const mean = values.reduce((sum, value) => sum + value) / 6;
  const sd = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 5);
  assert.ok(Math.abs((weight.mean ?? 0) - mean) < 1e-12 && Math.abs((weight.sd ?? 0) - sd) < 1e-12);
  assert.deepEqual(version.schema.fields[1].categories, ['boat', 'rail', 'road', 'ōsaka']);
  // What reads versions reads these too.
  const split = await splitDataset(project.context, version, {
    by: 'moment',
    column: 'at',
    from: '2001-01-02T00:00:00Z',
  });
  assert.deepEqual([split.roles, split.excluded], [{ train: 4, test: 2 }, 1]);
  const range = { rule: 'range', column: 'weight', maximum: 20 } as const;
  const findings = await checkQuality(project.context, version, [range], split);
  assert.deepEqual(findings.find((finding) => finding.rule === 'range')?.examples[0].row, 6);
  assert.equal((await diffVersions(project.context, base, version)).rows.added, 4);
  const again = await uniteVersions(project.context, both, { name: 'all', keep: ['at'] });
  assert.deepEqual([again.reused, again.version.digest], [true, version.digest]);
  const swapped = await uniteVersions(project.context, [base, version], { name: 'all' });
  assert.equal(swapped.version.rows, 10);
});

test('what does not go together is refused by the column', async () => {
  const other = 'weight,carrier,late\nheavy,road,true\n';
  await using project = dataProject({
    'own.csv': own,
    'other.csv': other,
    'lacking.csv': 'weight,late\n1.5,true\n',
  });
  const add = (source: string) => project.add({ source, target: { name: 'late' } }, source.slice(0, -4));
  const base = await project.add({
    source: 'own.csv',
    target: { name: 'late' },
    features: ['weight', 'carrier'],
  });
  const unite = async (source: string) =>
    uniteVersions(project.context, [base, await add(source)], { name: 'all' });
  await assert.rejects(unite('other.csv'), {
    code: 'DATA_COLUMN_KIND',
    message: /"weight" is category .* number/,
  });
  await assert.rejects(unite('lacking.csv'), {
    code: 'DATA_COLUMN_NOT_FOUND',
    message: /no column "carrier"/,
  });
});

test('a stretch of time is cut: whole parts as they are, others rewritten, nothing where nothing lies in it', async () => {
  await using project = dataProject();
  const { context } = project;
  const version = await curated(project);
  const cut = (from: number, to: number) =>
    cutVersion(context, version, { name: 'cut', column: 'at', from, to, madeFrom: [version.digest] });
  const day = (number: number) => Date.UTC(2001, 0, number);
  assert.equal(await cut(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY), version);
  assert.equal(await cut(day(1), day(5)), version);
  assert.equal(await cut(day(5), day(9)), undefined);
  const middle = await cut(day(2), day(4));
  assert.ok(middle);
  assert.deepEqual(await valuesOf(project, middle, 'weight'), [Number.NaN, 30]);
  await assert.rejects(
    cutVersion(context, version, { name: 'cut', column: 'weight', from: 0, to: 1, madeFrom: [] }),
    { code: 'DATA_COLUMN_KIND' },
  );
});

test('rows are dropped by an id, parts are merged, and what is untouched stays', async () => {
  await using project = dataProject();
  const { context } = project;
  const first = await storeRows(project, SERVED);
  const second = await storeRows(
    project,
    SERVED.map((column) => column.slice(1, 3)),
  );
  const third = await storeRows(project, [
    ...SERVED.slice(0, 4).map((column) => column.slice(0, 1)),
    [ID(9)],
  ]);
  const [a, b, c] = await dropRows(context, [first, second, third], {
    id: 'id',
    values: [ID(2), ID(3), ID(77)],
  });
  assert.deepEqual([a?.rows, b, c], [2, null, third]);
  assert.ok(a && c);
  assert.notEqual(a.digest, first.digest);
  const merged = await mergeParts(context, [a, c]);
  const add = { name: 'merged', schema: SCHEMA, source: [], madeFrom: [] };
  const { version } = await addParts(context, { ...add, parts: [merged] });
  assert.deepEqual(await valuesOf(project, version, 'weight'), [10, 0, 10]);
  const [stored] = await partsOf(context, version);
  assert.deepEqual([stored.rows, stored.columns[0].missing, stored.columns[0].maximum], [3, 0, 10]);
  const [left] = await dropRows(context, [merged], { id: 'id', values: [ID(1), ID(9)] });
  assert.equal(left?.rows, 1, 'ids are kept when parts are merged');
});
