import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { addDataset, assertQuality } from './add-dataset.ts';
import { openEngine } from './engine/open-engine.ts';
import { sqlText } from './engine/sql-text.ts';
import { getVersion } from './get-version.ts';
import { listDatasets, listVersions } from './list-datasets.ts';
import { readTable } from './read-table.ts';
import type { DatasetVersion } from './schema.ts';
import { splitDataset } from './split-dataset.ts';
import { csv, type DataProject, dataProject } from './testing/data-project.ts';

const FLIGHTS = [
  { date: '2001-01-01 10:00:00', delay: 33, distance: 120.5, origin: 'ORD', weekend: false },
  { date: '2001-01-01 11:30:00', delay: -4, distance: 733, origin: 'LGA', weekend: false },
  { date: '2001-01-06 08:15:00', delay: null, distance: 120.5, origin: 'ORD', weekend: true },
  { date: '2001-01-07 23:59:00', delay: 16, distance: 90.25, origin: null, weekend: true },
];

/** The same rows as a Parquet file, with the columns turned round. */
async function writeParquet(project: DataProject, from: string, to: string): Promise<void> {
  using engine = await openEngine({ scratch: project.folder, files: [], width: 1 });
  const columns = 'weekend, origin, distance, delay, date';
  await engine.run(
    `COPY (SELECT ${columns} FROM read_csv(${sqlText(join(project.folder, from))})) TO ${sqlText(join(project.folder, to))}`,
  );
}

test('the same rows are one version in every format and order of columns', async () => {
  await using project = dataProject({
    'a.csv': csv(FLIGHTS),
    'b.tsv': csv(FLIGHTS).replaceAll(',', '\t'),
    'c.jsonl': FLIGHTS.map((row) => JSON.stringify(row)).join('\n'),
    'd.json': JSON.stringify(FLIGHTS.map((row) => Object.fromEntries(Object.entries(row).reverse()))),
    'semicolons.csv': `\ufeff${csv(FLIGHTS).replaceAll(',', ';').replaceAll('\n', '\r\n')}`,
  });
  await writeParquet(project, 'a.csv', 'e.parquet');
  const versions: DatasetVersion[] = [];
  for (const source of ['a.csv', 'b.tsv', 'c.jsonl', 'd.json', 'semicolons.csv', 'e.parquet'])
    versions.push(await project.add({ source }));
  const kinds = versions[0].schema.fields.map((field) => `${field.name} ${field.kind}`);
  assert.deepEqual(kinds, [
    'date timestamp',
    'delay integer',
    'distance number',
    'origin category',
    'weekend boolean',
  ]);
  for (const version of versions) {
    assert.equal(version.digest, versions[0].digest, version.source.files[0].path);
    assert.equal(version.number, 1);
  }
});

test('rows in another order, a changed value, another description: each another version', async () => {
  await using project = dataProject({
    'a.csv': csv(FLIGHTS),
    'b.csv': csv(FLIGHTS.toReversed()),
    'c.csv': csv(FLIGHTS.with(1, { ...FLIGHTS[1], delay: -5 })),
  });
  const versions = [
    await project.add({ source: 'a.csv' }),
    await project.add({ source: 'b.csv' }),
    await project.add({ source: 'c.csv' }),
    await project.add({ source: 'a.csv', columns: { delay: { unit: 'minutes' } } }),
  ];
  assert.deepEqual(
    versions.map((version) => version.number),
    [1, 2, 3, 4],
  );
  assert.equal(new Set(versions.map((version) => version.digest)).size, 4);
});

test('unchanged files are not read again; changed ones are', async () => {
  await using project = dataProject({ 'a.csv': csv(FLIGHTS) });
  const { context, folder } = project;
  const add = () => addDataset(context, { name: 'flights', config: { source: 'a.csv' }, folder });
  const events: unknown[] = [];
  context.events.on('dataset.added', (event) => events.push(event));
  const first = await add();
  const again = await add();
  assert.deepEqual([first.reused, again.reused], [false, true]);
  assert.deepEqual(again.version, first.version);
  project.write('a.csv', csv(FLIGHTS.slice(1)));
  const changed = await add();
  assert.deepEqual([changed.reused, changed.version.number, changed.version.rows], [false, 2, 3]);
  project.write('a.csv', csv(FLIGHTS));
  const back = await add();
  assert.deepEqual([back.reused, back.version.number], [true, 1]);
  assert.equal(events.length, 2);
});

test('what another recipe found in the same content is not taken for this one', async () => {
  await using project = dataProject({ 'a.csv': csv(FLIGHTS) });
  const strict = {
    source: 'a.csv',
    quality: [{ rule: 'range' as const, column: 'delay', minimum: 0, severity: 'error' as const }],
  };
  const first = await project.add(strict);
  assert.throws(() => assertQuality(first), /outside 0 to … in 1 rows \(seen: -4 to 33\)/);
  assertQuality(await project.add({ source: 'a.csv' }));
  const again = await project.add(strict);
  assert.throws(() => assertQuality(again), { code: 'QUALITY_FAILED', exitCode: 1 });
  assert.equal(again.number, 1);
});

test('sample, filters and target are recorded, with what each filter excluded', async () => {
  const rows = Array.from({ length: 1000 }, (_, index) => ({ id: index, delay: index % 50 }));
  await using project = dataProject({ 'a.csv': csv(rows) });
  const config = {
    source: 'a.csv',
    sample: { fraction: 0.5, seed: 7 },
    filters: [
      { keep: 'DELAY < 40', because: 'the rest is wrong' },
      { keep: 'id % 2 = 0 -- even', because: 'half is enough' },
    ],
    target: { name: 'late', from: 'Delay > 15' },
  };
  const version = await project.add(config);
  const { sample, filters } = version.source;
  assert.ok(sample && sample.rows > 440 && sample.rows < 560, String(sample?.rows));
  assert.equal(version.rows + filters[0].excluded + filters[1].excluded, sample.rows);
  assert.ok(filters[0].excluded > 60 && filters[1].excluded > 150);
  assert.deepEqual(version.schema.features, ['id'], 'what the target is computed from is no feature');
  assert.equal(version.schema.target?.kind, 'boolean');
  const { columns } = await readTable(project.context, version);
  const { delay, late, id } = columns;
  assert.ok(delay.kind === 'number' && late.kind === 'number' && id.kind === 'number');
  for (let row = 0; row < version.rows; row++) {
    assert.equal(late.values[row], delay.values[row] > 15 ? 1 : 0);
    assert.ok(row === 0 || id.values[row] > id.values[row - 1], 'rows keep their order');
  }
  const other = await project.add({ ...config, sample: { fraction: 0.5, seed: 8 } });
  assert.notEqual(other.digest, version.digest);
});

test('files of a glob are read in order of their names, whatever the order of their columns', async () => {
  await using project = dataProject({ 'days/2.csv': 'b,a\nx,3\ny,4\n', 'days/1.csv': 'a,b\n1,v\n2,w\n' });
  const version = await project.add({ source: 'days/*.csv' });
  const { a, b } = (await readTable(project.context, version)).columns;
  assert.deepEqual(a.kind === 'number' && [...a.values], [1, 2, 3, 4]);
  assert.deepEqual(b.kind === 'category' && [...b.codes], [0, 1, 2, 3]);
});

test('text stays text where a number would lose something', async () => {
  await using project = dataProject({
    'a.csv': 'zip,id,code,quoted\n02134,9007199254740993,1,"a ""b""\nc;d"\n10001,1,1e3,\n',
    'b.jsonl': '{"id":9007199254740993,"tags":["x"],"text":"12"}\n{"id":1,"tags":[],"text":"13"}\n',
  });
  const a = await project.add({ source: 'a.csv' }, 'a');
  assert.deepEqual(
    a.schema.fields.map((field) => field.kind),
    ['category', 'category', 'number', 'category'],
  );
  const { columns } = await readTable(project.context, a);
  assert.deepEqual(columns.quoted.kind === 'category' && columns.quoted.categories, ['a "b"\nc;d']);
  assert.deepEqual(columns.zip.kind === 'category' && columns.zip.categories, ['02134', '10001']);
  const b = await project.add({ source: 'b.jsonl' }, 'b');
  assert.deepEqual(
    b.schema.fields.map((field) => field.kind),
    ['category', 'category', 'category'],
  );
  assert.match(
    b.findings.map((finding) => finding.message).join('\n'),
    /is nested[\s\S]*whole numbers beyond 2\^53/,
  );
});

test('times are UTC, with a zone or without', async () => {
  await using project = dataProject({
    'a.csv': 'at\n2001-01-01T10:00Z\n2001-01-01 12:00:00+02:00\n2001-01-01 10:00:00.0004\n2001-01-01\n',
    'b.csv': 'at,on\n31/12/2000 10:00,12/31/2000\n01/01/2001 00:00,01/01/2001\n',
  });
  const at = async (source: string, column: string) => {
    const version = await project.add({ source }, source.slice(0, 1));
    const read = (await readTable(project.context, version, { columns: [column] })).columns[column];
    return read.kind === 'timestamp'
      ? [...read.values].map((value) => new Date(value).toISOString())
      : read.kind;
  };
  const ten = '2001-01-01T10:00:00.000Z';
  assert.deepEqual(await at('a.csv', 'at'), [ten, ten, ten, '2001-01-01T00:00:00.000Z']);
  assert.deepEqual(await at('b.csv', 'at'), ['2000-12-31T10:00:00.000Z', '2001-01-01T00:00:00.000Z']);
  assert.deepEqual(await at('b.csv', 'on'), ['2000-12-31T00:00:00.000Z', '2001-01-01T00:00:00.000Z']);
});

test('a column with more texts than a dictionary takes is read and digested all the same', async () => {
  const rows = Array.from({ length: 70_000 }, (_, index) => ({
    id: `id ${(index * 7919) % 70_000}`,
    n: index,
  }));
  await using project = dataProject({
    'a.csv': csv(rows),
    'b.jsonl': rows.map((row) => JSON.stringify(row)).join('\n'),
  });
  const version = await project.add({ source: 'a.csv' });
  assert.equal((await project.add({ source: 'b.jsonl' })).digest, version.digest);
  const { id } = (await readTable(project.context, version, { columns: ['id'] })).columns;
  assert.ok(id.kind === 'category');
  assert.equal(id.categories.length, 70_000);
  assert.deepEqual(id.categories.slice(0, 3), ['id 0', 'id 1', 'id 10']);
  for (const row of [0, 1, 69_999]) assert.equal(id.categories[id.codes[row]], rows[row].id);
});

test('other encodings are read where they are named', async () => {
  const text = 'name,n\nZoé,1\nŁukasz,2\n';
  await using project = dataProject({
    'utf16.csv': Buffer.from(`\ufeff${text}`, 'utf16le'),
    'latin.csv': Buffer.from(text.replace('Ł', 'L'), 'latin1'),
  });
  const names = async (source: string, encoding: 'utf-16' | 'latin-1') => {
    const version = await project.add({ source, encoding });
    return version.schema.fields[0].categories;
  };
  assert.deepEqual(await names('utf16.csv', 'utf-16'), ['Zoé', 'Łukasz']);
  assert.deepEqual(await names('latin.csv', 'latin-1'), ['Lukasz', 'Zoé']);
});

test('a table is read with a split of its own version only, and with a role', async () => {
  await using project = dataProject({ 'a.csv': csv(FLIGHTS), 'b.csv': csv(FLIGHTS.slice(1)) });
  const [a, b] = [await project.add({ source: 'a.csv' }), await project.add({ source: 'b.csv' })];
  const split = await splitDataset(project.context, a, { by: 'random', test: 0.5, seed: 1 });
  const { rows } = await readTable(project.context, a, { split, role: 'test' });
  assert.equal(rows, 2);
  await assert.rejects(readTable(project.context, b, { split, role: 'test' }), { code: 'BAD_ARGUMENT' });
  await assert.rejects(readTable(project.context, a, { split }), { code: 'BAD_ARGUMENT' });
  await assert.rejects(readTable(project.context, a, { columns: ['dealy'] }), /did you mean "delay"/);
  const { columns } = await readTable(project.context, a, { columns: ['delay'] });
  assert.ok(columns.delay.kind === 'number' && columns.delay.values.buffer instanceof SharedArrayBuffer);
});

test('versions are found by name, number and digest', async () => {
  await using project = dataProject({ 'a.csv': 'a\n1\n2\n', 'b.csv': 'a\n1\n' });
  const { context } = project;
  const first = await project.add({ source: 'a.csv' }, 'rows');
  const second = await project.add({ source: 'b.csv' }, 'rows');
  assert.equal((await getVersion(context, 'rows')).digest, second.digest);
  assert.equal((await getVersion(context, 'rows@1')).digest, first.digest);
  assert.equal((await getVersion(context, first.digest.slice(0, 10))).number, 1);
  assert.equal((await getVersion(context, `rows@${first.digest}`)).number, 1);
  await assert.rejects(getVersion(context, 'row'), {
    code: 'DATASET_NOT_FOUND',
    message: /did you mean "rows"\?/,
  });
  await assert.rejects(getVersion(context, 'rows@3'), { code: 'DATASET_NOT_FOUND' });
  assert.deepEqual(
    (await listVersions(context, 'rows')).map((version) => version.number),
    [2, 1],
  );
  assert.deepEqual(
    (await listDatasets(context)).map(({ name, versions }) => [name, versions]),
    [['rows', 2]],
  );
});

test('what a killed process left is removed by the next one', async () => {
  await using project = dataProject({ 'a.csv': 'a\n1\n' });
  const { store } = project.context;
  const dead = join(store.folder, 'scratch', 'data-999999999-0011aabb');
  mkdirSync(dead, { recursive: true });
  writeFileSync(join(dead, 'canonical.parquet'), 'half');
  await project.add({ source: 'a.csv' });
  assert.deepEqual(project.leftovers(), []);
});

test('work that is stopped stops, and leaves nothing', async () => {
  await using project = dataProject({ 'a.csv': csv(FLIGHTS) });
  const context = { ...project.context, signal: AbortSignal.abort(new Error('stopped')) };
  await assert.rejects(
    addDataset(context, { name: 'flights', config: { source: 'a.csv' }, folder: project.folder }),
    /stopped/,
  );
  assert.deepEqual(await listDatasets(project.context), []);
  assert.deepEqual(project.leftovers(), []);
});
