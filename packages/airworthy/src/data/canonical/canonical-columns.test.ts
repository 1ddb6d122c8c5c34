import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { openEngine } from '../engine/open-engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { readTable } from '../read-table.ts';
import { type DataProject, dataProject } from '../testing/data-project.ts';

async function writeParquet(project: DataProject, query: string): Promise<void> {
  using engine = await openEngine({ scratch: project.folder, files: [], width: 1 });
  await engine.run(`COPY (${query}) TO ${sqlText(join(project.folder, 'a.parquet'))}`);
}

test('every type of a Parquet file has its kind, or is left out with a finding', async () => {
  await using project = dataProject();
  const typed: Record<string, [sql: string, kind: string]> = {
    small: ['3::UTINYINT', 'integer'],
    large: ['9007199254740993::BIGINT', 'category'],
    wide: ['7::UBIGINT', 'integer'],
    exact: ['1.25::DECIMAL(18, 4)', 'number'],
    float: ['0.5::FLOAT', 'number'],
    flag: ['true', 'boolean'],
    text: ["'a'", 'category'],
    choice: ["'x'::ENUM('x', 'y')", 'category'],
    uuid: ["'00000000-0000-0000-0000-000000000001'::UUID", 'category'],
    clock: ["TIME '10:30:00'", 'category'],
    day: ["DATE '2001-02-03'", 'timestamp'],
    micro: ["TIMESTAMP '2001-02-03 04:05:06.789123'", 'timestamp'],
    nano: ["TIMESTAMP_NS '2001-02-03 04:05:06.789123456'", 'timestamp'],
    zoned: ["TIMESTAMPTZ '2001-02-03 04:05:06+02'", 'timestamp'],
    list: ['[1, 2]', 'category'],
    struct: ['{a: 1}', 'category'],
    map: ["MAP {'k': 1}", 'category'],
    bytes: ["'\\x01'::BLOB", 'left out'],
    span: ["INTERVAL '1 day'", 'left out'],
  };
  const columns = Object.entries(typed).map(([name, [sql]]) => `${sql} AS ${name}`);
  await writeParquet(project, `SELECT ${columns.join(', ')}`);
  const version = await project.add({ source: 'a.parquet' });
  const kinds = new Map(version.schema.fields.map((field) => [field.name, field.kind]));
  for (const [name, [, kind]] of Object.entries(typed))
    assert.equal(kinds.get(name) ?? 'left out', kind, name);
  const said = version.findings.map((finding) => finding.message).join('\n');
  for (const words of [
    '"bytes" is of type BLOB',
    '"span" is of type INTERVAL',
    '"list" is nested',
    '"micro" has times finer',
  ])
    assert.ok(said.includes(words), words);
  const { columns: read } = await readTable(project.context, version, {
    columns: ['micro', 'nano', 'zoned', 'struct'],
  });
  const cut = Date.parse('2001-02-03T04:05:06.789Z');
  assert.deepEqual(read.micro.kind === 'timestamp' && [...read.micro.values], [cut]);
  assert.deepEqual(read.nano.kind === 'timestamp' && [...read.nano.values], [cut]);
  assert.deepEqual(read.zoned.kind === 'timestamp' && [...read.zoned.values], [
    Date.parse('2001-02-03T02:05:06Z'),
  ]);
  assert.deepEqual(read.struct.kind === 'category' && read.struct.categories, ['{"a":1}']);
});

test('values that no JSON can hold are missing: NaN, infinities, the end of time; and -0 is 0', async () => {
  await using project = dataProject();
  await writeParquet(
    project,
    `SELECT * FROM (VALUES (1.5::DOUBLE, TIMESTAMP '2001-01-01'), ('NaN', 'infinity'), ('-inf', NULL), ('-0.0', '1960-01-01')) AS t(x, moment)`,
  );
  const version = await project.add({ source: 'a.parquet' });
  const { x, moment } = (await readTable(project.context, version)).columns;
  assert.deepEqual(x.kind === 'number' && [...x.values], [1.5, Number.NaN, Number.NaN, 0]);
  assert.ok(x.kind === 'number' && Object.is(x.values[3], 0));
  assert.deepEqual(moment.kind === 'timestamp' && [...moment.values].slice(1), [
    Number.NaN,
    Number.NaN,
    Date.parse('1960-01-01'),
  ]);
  assert.deepEqual(
    version.profile.columns.map((column) => column.missing),
    [2, 2],
  );
});

test('kinds can be declared, and formats of dates', async () => {
  await using project = dataProject({
    'a.csv': 'zip,code,flag,day,price\n1234,1,true,03/04/2001,7\n2345,2,false,05/06/2001,8\n',
  });
  const version = await project.add({
    source: 'a.csv',
    columns: {
      ...{ zip: { kind: 'category' }, code: { kind: 'number', unit: 'kg' }, day: { format: '%d/%m/%Y' } },
      price: { minimum: 0, maximum: 100, description: 'in euros' },
    },
  });
  assert.deepEqual(
    version.schema.fields.map(({ name, kind }) => `${name} ${kind}`),
    ['zip category', 'code number', 'flag boolean', 'day timestamp', 'price integer'],
  );
  const { day } = (await readTable(project.context, version)).columns;
  assert.deepEqual(day.kind === 'timestamp' && [...day.values], [
    Date.parse('2001-04-03'),
    Date.parse('2001-06-05'),
  ]);
  assert.deepEqual(version.schema.fields[4], {
    ...{ name: 'price', kind: 'integer', nullable: false, description: 'in euros', minimum: 0, maximum: 100 },
  });
  const ambiguous = await project.add({ source: 'a.csv' });
  assert.match(
    ambiguous.findings.map((finding) => `${finding.message} ${finding.remedy}`).join('\n'),
    /"day" holds dates that can be read day first or month first.*format: '%d\/%m\/%Y'/,
  );
});
