import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { type TestContext, testContext } from '../../../test/test-context.ts';
import { openEngine } from '../../data/index.ts';
import { checkTable } from '../../models/check-table.ts';
import { recordsToTable } from '../../models/read-record.ts';
import { signatureOf } from '../../models/signature.ts';
import type { Output } from '../../models/to-prediction.ts';
import { getRun } from '../../tracking/index.ts';
import { createEndpoints } from '../endpoints/create-endpoints.ts';
import { createRecordCheck } from '../records/check-records.ts';
import { ServingConfig } from '../schema.ts';
import { FLIGHT, flightModel, writeRelease } from '../testing/write-bundle.ts';
import type { ScoreRequest } from './schema.ts';
import { scoreFiles } from './score-files.ts';
import { scoreByRecords } from './score-table.ts';

const numbers = fc.oneof(fc.double(), fc.integer({ min: -3, max: 6_000 }), fc.constantFrom(null, 1.5));
const times = fc.date({ noInvalidDate: true }).map((date) => date.toISOString());
const records = fc.record({
  date: fc.oneof(times, fc.constantFrom(null, '2001-02-03T17:40:00.000Z')),
  distance: numbers,
  origin: fc.constantFrom('ORD', 'XXX', '', null),
  destination: fc.constantFrom('LGA', 'XXX', '', null),
  stops: numbers,
  refundable: fc.constantFrom(true, false, null),
});

test('a table is refused for what its rows would be refused for as records, in the same words', () => {
  const { fields, ...signature } = signatureOf(flightModel());
  const check = createRecordCheck({ ...signature, fields });
  const ofField = (a: { field: string }, b: { field: string }) => (a.field < b.field ? -1 : 1);
  fc.assert(
    fc.property(fc.array(records, { minLength: 1, maxLength: 5 }), (rows) => {
      // A time beyond four digits is none, and NaN is how a table says that a value is missing.
      fc.pre(rows.every(({ date }) => date === null || /^\d{4}-/.test(date)));
      fc.pre(rows.every(({ distance, stops }) => !Number.isNaN(distance) && !Number.isNaN(stops)));
      const found = checkTable(fields, recordsToTable(fields, rows));
      for (const [row, record] of rows.entries()) {
        // The empty text is missing in a table, as it is to a model.
        const asRead = { ...record, origin: record.origin || null, destination: record.destination || null };
        const wanted = check(asRead).sort(ofField);
        const given = found.filter((each) => each.row === row).sort(ofField);
        assert.deepEqual(
          given.map(({ field, problem }) => ({ field, problem })),
          wanted,
        );
      }
    }),
    { numRuns: 300 },
  );
});

const ROWS: Record<string, unknown>[] = Array.from({ length: 300 }, (_, row) => ({
  id: `flight "${row}"`,
  ...FLIGHT,
  distance: row === 7 ? 9_000 : 100 + row,
  origin: ['ORD', 'LAX', 'XXX'][row % 3],
  destination: row % 5 === 0 ? null : 'LGA',
  stops: row === 11 ? 1.5 : row % 3,
  refundable: row % 7 === 0 ? null : row % 2 === 0,
}));

/** A release at endpoint `e`, and the rows as files of every format. */
async function openProject(context: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'airworthy-score-'));
  const release = await writeRelease(context, flightModel());
  const names = Object.keys(ROWS[0]);
  const csvRow = (row: Record<string, unknown>) =>
    names.map((name) => `"${String(row[name] ?? '').replaceAll('"', '""')}"`).join(',');
  await writeFile(join(folder, 'in.csv'), [names.join(','), ...ROWS.map(csvRow)].join('\n'));
  await writeFile(join(folder, 'in.jsonl'), ROWS.map((row) => JSON.stringify(row)).join('\n'));
  using engine = await openEngine({ scratch: folder, files: [], width: 7 });
  await engine.run(
    `COPY (SELECT * REPLACE (date::TIMESTAMP AS date) FROM read_json('${folder}/in.jsonl'))
     TO '${folder}/in.parquet' (FORMAT parquet, ROW_GROUP_SIZE 2048)`,
  );
  const request = (input: string, output: string): ScoreRequest => ({
    ...{ endpoint: 'e', release, input: [input], output, folder, keep: ['id'], workers: 1 },
    text: { encoding: 'utf-8', missing: [''], columns: {} },
  });
  return { folder, release, request, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** What the endpoint answers to each row, where it does. */
async function answersOnline(context: TestContext, release: ScoreRequest['release']) {
  const endpoints = createEndpoints(context, { config: ServingConfig.parse({}) });
  await endpoints.deploy('e', release);
  const answers: (Output | null)[] = [];
  for (const { id, ...record } of ROWS) {
    const result = await endpoints.predict('e', [record]).catch(() => null);
    answers.push(result?.predictions[0] ?? null);
  }
  await endpoints.close();
  return answers;
}

test('every row of a file gets what its endpoint answers, whatever the formats', async () => {
  await using context = testContext();
  await using project = await openProject(context);
  const online = await answersOnline(context, project.release);
  const expected = online.flatMap((answer, row) =>
    answer === null ? [] : [{ row: row + 1, id: ROWS[row].id, ...answer }],
  );
  assert.equal(expected.length, 298);
  const at = (name: string) => join(project.folder, name);
  const digests = new Map<string, string>();
  for (const input of ['in.csv', 'in.parquet', 'in.jsonl']) {
    const report = await scoreFiles(context, project.request(input, `${input}.out.jsonl`));
    assert.deepEqual([report.rows, report.scored, report.rejected], [300, 298, 2]);
    const lines = (await readFile(at(`${input}.out.jsonl`), 'utf8')).trim().split('\n');
    assert.deepEqual(
      lines.map((line) => JSON.parse(line)),
      expected,
      input,
    );
    const rejected = (await readFile(report.rejectedFile!, 'utf8')).trim().split('\n');
    assert.deepEqual(
      rejected.map((line) => JSON.parse(line).problems),
      [
        [{ path: 'distance', problem: 'must be at most 5000 miles, got 9000' }],
        [{ path: 'stops', problem: 'must be a whole number, got 1.5' }],
      ],
    );
    digests.set(input, report.outputDigest);
  }
  const again = await scoreFiles(context, project.request('in.csv', 'in.csv.out.jsonl'));
  assert.equal(again.outputDigest, digests.get('in.csv'));
  const run = await getRun(context, again.run);
  assert.deepEqual(
    [run.status, run.inputs.map(({ kind }) => kind), run.outputs[0].digest],
    ['finished', ['bundle', 'file'], again.outputDigest],
  );
  for (const [input, output] of [
    ['in.parquet', 'b.parquet'],
    ['in.jsonl', 'b.csv'],
  ]) {
    await scoreFiles(context, project.request(input, output));
    using engine = await openEngine({ scratch: project.folder, files: [], width: 7 });
    const read = output.endsWith('csv') ? 'read_csv' : 'read_parquet';
    const rows = await engine.all(`SELECT row, id, label, probability FROM ${read}('${at(output)}')`);
    assert.deepEqual(rows, expected);
  }
});

test('places in text are told by file and line; what is no field must be carried along', async () => {
  await using context = testContext();
  await using project = await openProject(context);
  const head = 'date,distance,origin,destination,stops,refundable';
  await writeFile(join(project.folder, 'part-1.csv'), `${head}\n2001-02-03,10,"two\nlines",LGA,,\n`);
  await writeFile(join(project.folder, 'part-2.csv'), `${head}\n\nyesterday,far,ORD,LGA,,\n`);
  const report = await scoreFiles(context, { ...project.request('part-*.csv', 'b.csv'), keep: [] });
  assert.equal(report.rejected, 1);
  assert.deepEqual(JSON.parse(await readFile(report.rejectedFile!, 'utf8')), {
    ...{ file: 'part-2.csv', line: 3, record: 1 },
    problems: [
      { path: 'date', problem: 'must be an ISO 8601 time such as "2001-02-03T17:40:00Z", got "yesterday"' },
      { path: 'distance', problem: 'must be a number, got "far"' },
    ],
  });
  await writeFile(join(project.folder, 'broken.jsonl'), `{"date":\n\n${JSON.stringify(FLIGHT)}\n[]\n`);
  const lines = await scoreFiles(context, project.request('broken.jsonl', 'c.jsonl'));
  assert.deepEqual([lines.rows, lines.scored], [3, 1]);
  const told = (await readFile(lines.rejectedFile!, 'utf8')).trim().split('\n');
  assert.deepEqual(
    told.map((line) => JSON.parse(line).line),
    [1, 4],
  );
  const refused = { code: 'BAD_ARGUMENT', message: /"id": no field of the model/ };
  await assert.rejects(scoreFiles(context, { ...project.request('in.parquet', 'b.csv'), keep: [] }), refused);
  await assert.rejects(scoreFiles(context, project.request('in.csv', 'in.csv')), /written over/);
  await assert.rejects(scoreFiles(context, project.request('in.csv', 'b.xlsx')), /tells no format/);
});

test('what only takes records gets rows as records, and its answers stand beside what is rejected', async () => {
  const { fields, ...rest } = signatureOf(flightModel());
  const table = recordsToTable(fields, [FLIGHT, { ...FLIGHT, distance: 0 }, { ...FLIGHT, stops: 2 }]);
  const answer = async (given: readonly Record<string, unknown>[]) =>
    given.map(({ date, stops }) => ({ output: { date, stops } }));
  const { labels, outputs, problems } = await scoreByRecords({ ...rest, fields, task: null }, answer, table);
  assert.deepEqual([...labels], [0, -1, 0]);
  const date = new Date(FLIGHT.date).toISOString();
  assert.deepEqual(outputs, [JSON.stringify({ date, stops: null }), '', JSON.stringify({ date, stops: 2 })]);
  assert.deepEqual(problems, [{ row: 1, field: 'distance', problem: 'must be at least 1 miles, got 0' }]);
  const probability = async (given: readonly unknown[]) =>
    given.map((_, index) => ({ label: index === 0, probability: index === 0 ? 0.75 : Number.NaN }));
  const scored = await scoreByRecords({ ...rest, fields }, probability, table);
  assert.deepEqual([...scored.labels], [1, -1, -1]);
  assert.equal(scored.scores[0], 0.75);
});
