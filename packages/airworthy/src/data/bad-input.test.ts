import assert from 'node:assert/strict';
import { existsSync, readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ErrorCode } from '../kernel/error-catalogue.ts';
import { AirworthyError } from '../kernel/errors.ts';
import { checkQuality } from './check-quality.ts';
import { inferTask } from './infer-task.ts';
import { listDatasets } from './list-datasets.ts';
import type { DataConfigInput } from './schema.ts';
import { type DataProject, dataProject } from './testing/data-project.ts';

interface Expected {
  code: ErrorCode;
  message: RegExp;
  remedy?: RegExp;
  exit?: number;
}

/** Adding fails with the error, and leaves neither a version nor a file behind. */
async function refuses(project: DataProject, config: DataConfigInput, expected: Expected): Promise<void> {
  await assert.rejects(project.add(config), (error: unknown) => {
    assert.ok(AirworthyError.is(error), String(error));
    assert.equal(error.code, expected.code, error.message);
    assert.match(error.message, expected.message);
    assert.match(error.remedy, expected.remedy ?? /\w/);
    assert.equal(error.exitCode, expected.exit ?? 2);
    assert.ok(error.status < 500 || error.code === 'DISK_FULL');
    return true;
  });
  assert.deepEqual(await listDatasets(project.context), []);
}

const CASES: Record<
  string,
  { files: Record<string, string | Uint8Array>; config?: DataConfigInput; expected: Expected }
> = {
  'a file that is not there': {
    files: {},
    expected: { code: 'DATA_FILE_NOT_FOUND', message: /no file at "data\.csv"/ },
  },
  'a glob without a match': {
    files: {},
    config: { source: 'days/*.csv' },
    expected: { code: 'DATA_FILE_NOT_FOUND', message: /no file matches "days\/\*\.csv"/ },
  },
  'a package that is not installed': {
    files: {},
    config: { source: 'npm:no-such-data/rows.csv' },
    expected: {
      code: 'DATA_FILE_NOT_FOUND',
      message: /"no-such-data".* is not installed/,
      remedy: /npm install no-such-data/,
    },
  },
  'an empty file': {
    files: { 'data.csv': '' },
    expected: { code: 'DATA_FILE_EMPTY', message: /"data\.csv" is empty/ },
  },
  'a header only': {
    files: { 'data.csv': 'a,b\n' },
    expected: { code: 'DATA_FILE_EMPTY', message: /"data\.csv" has a header but no rows/ },
  },
  'duplicate column names': {
    files: { 'data.csv': 'a,b,a\n1,2,3\n' },
    expected: { code: 'DATA_DUPLICATE_COLUMN', message: /columns 1 and 3 of "data\.csv" are both "a"/ },
  },
  'column names that differ in case only': {
    files: { 'data.csv': 'id,ID\n1,2\n' },
    expected: { code: 'DATA_DUPLICATE_COLUMN', message: /"id" and "ID", which differ only in case/ },
  },
  'a column without a name': {
    files: { 'data.csv': 'a,,c\n1,2,3\n' },
    expected: { code: 'DATA_DUPLICATE_COLUMN', message: /column 2 of "data\.csv" has no name/ },
  },
  'a row too long': {
    files: { 'data.csv': 'a,b\n1,2\n3,4\n5,6,7\n' },
    expected: {
      code: 'DATA_RAGGED_ROWS',
      message: /"data\.csv", line 4: 3 values where the header has 2 names/,
    },
  },
  'a row too short, after a quoted line break': {
    files: { 'data.csv': 'a,b,c\n1,"x\ny",2\n3,4\n5\n' },
    expected: {
      code: 'DATA_RAGGED_ROWS',
      message: /line 4: 2 values where the header has 3 names \(and 1 more such lines\)/,
    },
  },
  'Latin-1 where UTF-8 is expected': {
    files: { 'data.csv': Buffer.from('name,n\nAda,1\nZoé,2\n', 'latin1') },
    expected: {
      code: 'DATA_ENCODING',
      message: /"data\.csv" is not UTF-8: byte 15, in line 3, is 0xe9/,
      remedy: /encoding: 'latin-1'.*iconv/,
    },
  },
  'too many columns': {
    files: { 'data.csv': `${Array.from({ length: 10_000 }, (_, index) => `c${index}`).join(',')}\n` },
    expected: { code: 'DATA_TOO_WIDE', message: /"data\.csv" has 10000 columns; a dataset has at most 1000/ },
  },
  'a file of no Parquet': {
    files: { 'data.parquet': 'a,b\n1,2\n' },
    config: { source: 'data.parquet' },
    expected: { code: 'DATA_FILE_UNREADABLE', message: /"data\.parquet" is not a readable Parquet file/ },
  },
  'an unknown ending': {
    files: { 'data.xlsx': 'a' },
    config: { source: 'data.xlsx' },
    expected: { code: 'DATA_FORMAT_UNKNOWN', message: /"data\.xlsx"/, remedy: /data\.format/ },
  },
  'files of two formats': {
    files: { 'a.csv': 'a\n1\n', 'b.jsonl': '{"a":1}\n' },
    config: { source: ['a.csv', 'b.jsonl'] },
    expected: { code: 'DATA_FORMAT_UNKNOWN', message: /"a\.csv" is csv and "b\.jsonl" is jsonl/ },
  },
  'files with other columns': {
    files: { 'a.csv': 'a,b\n1,2\n', 'b.csv': 'a,c\n1,2\n' },
    config: { source: '*.csv' },
    expected: {
      code: 'DATA_FILE_UNREADABLE',
      message: /"b\.csv" has another header than "a\.csv": it has the column "c"/,
    },
  },
  'broken JSON lines': {
    files: { 'data.jsonl': '{"a":1}\n{"a":}\n{"a":2}\n' },
    config: { source: 'data.jsonl' },
    expected: { code: 'DATA_FILE_UNREADABLE', message: /"data\.jsonl", line 2/ },
  },
  'a broken JSON array': {
    files: { 'data.json': '[{"a":1},\n{"a":2},\n{"a" 3}]\n' },
    config: { source: 'data.json' },
    expected: { code: 'DATA_FILE_UNREADABLE', message: /"data\.json", line 3/ },
  },
  'JSON lines that are no objects': {
    files: { 'data.jsonl': '{"a":1}\n[1,2]\n' },
    config: { source: 'data.jsonl' },
    expected: { code: 'DATA_FILE_UNREADABLE', message: /"data\.jsonl", line 2: it is not an object/ },
  },
  'a date column in two formats': {
    files: { 'data.csv': 'day,n\n2001-01-05,1\n2001-01-06,2\n07.01.2001,3\n' },
    expected: {
      code: 'DATA_MIXED_DATES',
      message: /column "day" .* "2001-01-05" \(data\.csv, line 2\) and "07\.01\.2001" \(data\.csv, line 4\)/,
    },
  },
  'days and months in both orders': {
    files: { 'data.csv': 'day\n13/01/2001\n01/14/2001\n' },
    expected: {
      code: 'DATA_MIXED_DATES',
      message: /"13\/01\/2001" \(data\.csv, line 2\) and "01\/14\/2001" \(data\.csv, line 3\)/,
    },
  },
  'a value that is not of the declared kind': {
    files: { 'data.csv': 'n\n1\ntwo\n' },
    config: { source: 'data.csv', columns: { n: { kind: 'number' } } },
    expected: {
      code: 'DATA_COLUMN_KIND',
      message: /column "n" is declared number, but holds "two" \(data\.csv, line 3\)/,
    },
  },
  'a configured column that is not there': {
    files: { 'data.csv': 'delay\n1\n' },
    config: { source: 'data.csv', columns: { delya: { unit: 'minutes' } } },
    expected: { code: 'DATA_COLUMN_NOT_FOUND', message: /no column "delya"; did you mean "delay"\?/ },
  },
  'a feature that is not there': {
    files: { 'data.csv': 'delay\n1\n' },
    config: { source: 'data.csv', features: ['delays'] },
    expected: { code: 'DATA_COLUMN_NOT_FOUND', message: /did you mean "delay"\?/ },
  },
  'a target that is not there': {
    files: { 'data.csv': 'late,n\ntrue,1\n' },
    config: { source: 'data.csv', target: { name: 'later' } },
    expected: { code: 'TARGET_MISSING', message: /no column "later"; did you mean "late"\?/ },
  },
  'a filter with an unknown column': {
    files: { 'data.csv': 'delay\n1\n' },
    config: { source: 'data.csv', filters: [{ keep: 'dely > 3', because: 'x' }] },
    expected: { code: 'DATA_EXPRESSION', message: /`dely > 3` .*no column "dely"; did you mean "delay"\?/ },
  },
  'a filter that keeps nothing': {
    files: { 'data.csv': 'delay\n1\n2\n' },
    config: { source: 'data.csv', filters: [{ keep: 'delay > 3', because: 'x' }] },
    expected: { code: 'DATA_NO_ROWS_LEFT', message: /the filter `delay > 3` excluded the last 2/ },
  },
  'a filter that fails on a row': {
    files: { 'data.csv': 'code\n1\nx\n' },
    config: { source: 'data.csv', filters: [{ keep: 'code::INTEGER > 3', because: 'x' }] },
    expected: { code: 'DATA_EXPRESSION', message: /`code::INTEGER > 3` fails on a row/ },
  },
  'a rule for a column that is not there': {
    files: { 'data.csv': 'delay\n1\n' },
    config: { source: 'data.csv', quality: [{ rule: 'range', column: 'dellay', minimum: 0 }] },
    expected: { code: 'DATA_COLUMN_NOT_FOUND', message: /rule `range` .*did you mean "delay"\?/ },
  },
};

for (const [what, { files, config, expected }] of Object.entries(CASES)) {
  test(`refused: ${what}`, async () => {
    await using project = dataProject(files);
    await refuses(project, config ?? { source: 'data.csv' }, expected);
    if (existsSync(join(project.context.store.folder, 'scratch'))) assert.deepEqual(project.leftovers(), []);
  });
}

test('refused: files larger than the disk, before anything is read', async () => {
  await using project = dataProject({ 'data.csv': 'a,b\n1,2\n' });
  // Sparse: it claims a size without taking the room.
  truncateSync(join(project.folder, 'data.csv'), 8e12);
  await refuses(
    project,
    { source: 'data.csv' },
    {
      ...{
        code: 'DISK_FULL',
        message: /the files of the source have 8,000,000 MB/,
        remedy: /--data/,
        exit: 4,
      },
    },
  );
});

const SNIPS = join(import.meta.dirname, '../../../../../shared/data/snips/train_PlayMusic_full.json');

test('a real file in Latin-1: refused with the place, read with `encoding`', {
  skip: !existsSync(SNIPS) && 'the shared data is not there',
}, async () => {
  await using project = dataProject({ 'music.json': readFileSync(SNIPS) });
  await refuses(
    project,
    { source: 'music.json' },
    {
      code: 'DATA_ENCODING',
      message: /"music\.json" is not UTF-8: byte \d+, in line \d+/,
    },
  );
  const version = await project.add({ source: 'music.json', encoding: 'latin-1' });
  assert.equal(version.rows, 1);
});

test('a target with one class has a version, but no task', async () => {
  await using project = dataProject({ 'data.csv': 'late,n\nfalse,1\nfalse,2\n' });
  const version = await project.add({ source: 'data.csv', target: { name: 'late' } });
  assert.throws(
    () => inferTask(version),
    (error) =>
      AirworthyError.is(error) &&
      error.code === 'TARGET_ONE_CLASS' &&
      /is false wherever/.test(error.message),
  );
});

test('an all-missing column is found, and is no feature', async () => {
  await using project = dataProject({ 'data.csv': 'a,gone,y\n1,,true\n2,,false\n' });
  const version = await project.add({ source: 'data.csv', target: { name: 'y' } });
  assert.deepEqual(version.schema.features, ['a']);
  const finding = version.findings.find((candidate) => candidate.column === 'gone');
  assert.equal(finding?.severity, 'warning');
  assert.match(finding?.message ?? '', /"gone" has no value in any of 2 rows/);
  const later = await checkQuality(project.context, version);
  assert.deepEqual(later, version.findings);
});

test('NaN and infinities in numbers count as missing, and are reported', async () => {
  await using project = dataProject({ 'data.csv': 'n\n1.5\nNaN\n-inf\n2.5\n' });
  const version = await project.add({ source: 'data.csv' });
  const [column] = version.profile.columns;
  assert.deepEqual([column.kind, column.missing, column.mean], ['number', 2, 2]);
  const finding = version.findings.find((candidate) => candidate.rule === 'type');
  assert.match(finding?.message ?? '', /column "n" has 2 NaN or infinite values/);
});
