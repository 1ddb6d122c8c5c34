import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import { getVersion, readTable } from '../../data/index.ts';
import { curate, curatedVersion } from '../../feedback/index.ts';
import { ENDPOINT, HOUR, type Served, serveFlights } from '../../feedback/testing/served.ts';
import { openSigningKey, sealStatement } from '../../registry/index.ts';
import { ServingConfig } from '../../serving/index.ts';
import { FLIGHT } from '../../serving/testing/write-bundle.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { type IncomingSpan, ingestSpans, openPseudonyms } from '../../tracking/index.ts';
import { pruneTraces } from '../prune-traces.ts';
import { listErasures } from './erasure-rows.ts';
import { forgetSubject } from './forget-subject.ts';
import { readReceipt, verifyReceipt } from './receipt.ts';
import type { Erasure, ErasureReport, ForgetInput } from './schema.ts';

const [ANN, BOB] = ['ann@example.org', 'bob@example.org'];
const CONFIG = { sample: 1, conflicts: 'keep' } as const;
const SETTINGS = { config: { serving: ServingConfig.parse({}), data: undefined } };

function forget({ context, endpoints }: Served, input: ForgetInput): Promise<Erasure> {
  return forgetSubject(context, SETTINGS, input, { settle: () => endpoints.flush() });
}

/** Predictions of Ann and Bob by turns; hers have odd distances. Every third is a list of two records. */
async function serveBoth(served: Served, count: number, from = 0): Promise<{ ann: string[]; bob: string[] }> {
  const ids = { ann: [] as string[], bob: [] as string[] };
  for (let index = from; index < from + count; index++) {
    served.clock.moveTo(served.clock.now() + HOUR);
    const isAnn = index % 2 === 1;
    const record = { ...FLIGHT, distance: 100 + index, origin: isAnn ? 'ANN' : 'ORD' };
    const options = { subject: isAnn ? ANN : BOB, idempotencyKey: `request ${index}` };
    const answer = await served.endpoints.predict(
      ENDPOINT,
      index % 3 === 0 ? [record, record] : [record],
      options,
    );
    ids[isAnn ? 'ann' : 'bob'].push(...answer.ids);
  }
  await served.endpoints.flush();
  await served.label([...ids.ann, ...ids.bob].map((prediction) => ({ prediction, value: true })));
  return ids;
}

function curateNow({ context, bundle, clock }: Served) {
  clock.moveTo(clock.now() + HOUR);
  return curate(context, { endpoint: ENDPOINT, bundle, config: CONFIG });
}

async function distancesOf(context: Context, reference: string): Promise<number[]> {
  const { columns } = await readTable(context, await getVersion(context, reference));
  assert.ok('values' in columns.distance);
  return [...columns.distance.values];
}

function spanOf(traceId: string, spanId: string, attributes: Record<string, string>): IncomingSpan {
  const times = { started: { us: 1_000, ns: 0 }, ended: { us: 2_000, ns: 0 } };
  const origin = { resource: {}, scope: { name: '', version: '', attributes: {} } };
  const nothing = { events: [], links: [], statusMessage: '', dropped: 0, traceState: '', parentId: '' };
  return {
    traceId,
    spanId,
    name: 'turn',
    kind: 'server',
    status: 'ok',
    attributes,
    ...times,
    ...nothing,
    origin,
  };
}

/** Rows that name a prediction or a trace in the ways that evaluation has. */
async function evaluateBoth(context: Context, names: { prediction: string; trace: string }[]): Promise<void> {
  const { project } = context;
  await context.store.database.write(async (sql) => {
    for (const [position, { prediction, trace }] of names.entries()) {
      const place = { project, evaluation: 'e', position };
      await sql
        .insertInto('evaluation_case')
        .values({
          ...{ ...place, id: `case ${position}`, cluster_key: null, parent: null, slices_json: '{}' },
          ...{ input_json: `"said ${position}"`, expected_json: '"x"' },
          metadata_json: JSON.stringify({ prediction }),
        })
        .execute();
      await sql
        .insertInto('case_result')
        .values({
          ...{
            ...place,
            task: 't',
            trial: 0,
            status: 'ok',
            output_json: '{"value":"y"}',
            code: null,
            message: null,
          },
          ...{ attempts: 1, latency_us: 1, cached: 0, input_tokens: null, output_tokens: null, cost: null },
          ...{ calls_json: JSON.stringify([`key ${position}`]), ended_at: 1 },
        })
        .execute();
      await sql
        .insertInto('model_call')
        .values({
          ...{ project, key: `key ${position}`, endpoint: 'e', model: 'm' },
          ...{ parts_json: '{}', response_json: '{}', created_at: 1 },
        })
        .execute();
      await sql
        .insertInto('evaluation_dataset_record')
        .values({
          ...{
            project,
            dataset: 'd',
            id: `record ${position}`,
            inputs_digest: `${position}`,
            inputs_json: '{}',
          },
          ...{ expectations_json: 'null', outputs_json: null, tags_json: '{}', created_by: null },
          source_json: JSON.stringify({
            source_type: 'TRACE',
            source_data: JSON.stringify({ trace_id: `tr-${trace}` }),
          }),
          ...{ updated_by: null, created_at: 1, updated_at: 1 },
        })
        .execute();
    }
  });
}

async function countRows(
  context: Context,
  tables: readonly (keyof Schema)[],
): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of tables)
    counts[table] = (await context.store.database.sql.selectFrom(table).selectAll().execute()).length;
  return counts;
}

const TABLES = [
  ...(['prediction', 'label', 'outcome', 'idempotency_key', 'span', 'trace', 'model_call'] as const),
  ...(['evaluation_dataset_record', 'erasure_item', 'erasure_count'] as const),
];

test('what is of one person goes, what is of another stays; a dry run counts the same and changes nothing', async () => {
  await using served = await serveFlights();
  const { context } = served;
  const { ann, bob } = await serveBoth(served, 8);
  const first = (await curateNow(served)).version;
  assert.ok(first);
  const alone = 'f'.repeat(32);
  await ingestSpans(context, [
    spanOf(ann[0], '1'.repeat(16), { 'input.value': 'what was asked' }),
    spanOf(alone, '2'.repeat(16), { 'user.id': ANN }),
    spanOf(bob[0], '3'.repeat(16), { 'user.id': BOB }),
  ]);
  await evaluateBoth(context, [
    { prediction: ann[1], trace: alone },
    { prediction: bob[1], trace: bob[0] },
  ]);
  const before = await countRows(context, TABLES);

  const planned = await forget(served, { subject: ANN, dryRun: true });
  assert.deepEqual(await countRows(context, TABLES), before);
  assert.deepEqual(await listErasures(context, { limit: 9 }), []);
  const { report, receipt } = await forget(served, { subject: ANN, reason: 'asked' });
  const { blobs, ...erased } = report.erased;
  const { blobs: _unknown, ...foreseen } = planned.report.erased;
  assert.ok(blobs >= 2);
  assert.deepEqual(erased, foreseen);
  assert.deepEqual(
    [report.ids, report.datasets.map(({ rows }) => rows)],
    [planned.report.ids, planned.report.datasets.map(({ rows }) => rows)],
  );
  assert.deepEqual(
    [erased.predictions, erased.labels, erased.outcomes, erased.traces, erased.spans, erased.answers],
    [ann.length, ann.length, ann.length, 2, 2, 4],
  );
  assert.deepEqual([erased.cases, erased.cachedAnswers, erased.records], [1, 1, 1]);
  assert.deepEqual(await countRows(context, TABLES), {
    ...{ prediction: bob.length, label: bob.length, outcome: bob.length, idempotency_key: 4 },
    ...{ span: 1, trace: 1, model_call: 1, evaluation_dataset_record: 1, erasure_item: 0, erasure_count: 0 },
  });

  const { sql } = context.store.database;
  const cases = await sql.selectFrom('evaluation_case').select('input_json').orderBy('position').execute();
  assert.deepEqual(
    cases.map(({ input_json }) => input_json),
    ['null', '"said 1"'],
  );
  assert.ok(receipt);
  const [{ state }] = await listErasures(context, { limit: 9 });
  assert.equal(state, 'done');
  await checkReceipt(context, report);
});

test('curated rows go, and curation goes on from what is left', async () => {
  await using served = await serveFlights();
  const { context } = served;
  await serveBoth(served, 6);
  const first = (await curateNow(served)).version;
  assert.ok(first);
  const { report } = await forget(served, { subject: ANN });
  const [{ rows, successor }] = report.datasets;
  assert.deepEqual([rows, first.rows], [4, 8]);
  await assert.rejects(readTable(context, await getVersion(context, `${first.dataset}@1`)), {
    code: 'DATASET_ERASED',
    message: /version 1 was erased on/,
  });
  const after = await curatedVersion(context, ENDPOINT);
  assert.equal(after?.digest, successor);
  assert.deepEqual((await distancesOf(context, first.dataset)).sort(), [100, 100, 102, 104]);
  const origin = after?.schema.fields.find(({ name }) => name === 'origin');
  assert.equal(origin?.categories?.includes('ANN') ?? false, false);

  await serveBoth(served, 2, 6);
  const more = await curateNow(served);
  assert.deepEqual([more.rows, more.removed, more.version?.number], [3, 0, 3]);
  await forget(served, { subject: ANN });
  await forget(served, { subject: BOB });
  await assert.rejects(
    getVersion(context, first.dataset).then((version) => readTable(context, version)),
    {
      code: 'DATASET_ERASED',
    },
  );
  await serveBoth(served, 2, 8);
  const anew = await curateNow(served);
  assert.deepEqual([anew.rows, anew.version?.rows], [3, 3]);
});

/** It holds for whom it is, and no other holds. */
async function checkReceipt(context: Context, report: ErasureReport): Promise<void> {
  const bytes = await readReceipt(context, report.id);
  const check = await verifyReceipt(context, bytes, ANN);
  assert.deepEqual([check.isOfPerson, check.report], [true, report]);
  assert.equal((await verifyReceipt(context, bytes, BOB)).isOfPerson, false);
  assert.equal((await verifyReceipt(context, bytes)).isOfPerson, null);
  const pseudonym = (await openPseudonyms(context))(ANN);
  for (const name of [ANN, pseudonym]) assert.ok(!JSON.stringify(report).includes(name));
  const { payload, ...envelope } = JSON.parse(bytes.toString('utf8'));
  const other = Buffer.from(Buffer.from(payload, 'base64').toString('utf8').replace('"ids"', '"idz"'));
  const altered = Buffer.from(JSON.stringify({ ...envelope, payload: other.toString('base64') }));
  const elsewhere = sealStatement({ predicateType: 'else' }, await openSigningKey(context));
  for (const bad of [altered, elsewhere, Buffer.from('{'), Buffer.alloc(0)])
    await assert.rejects(verifyReceipt(context, bad), { code: 'RECEIPT_INVALID' });
  await assert.rejects(readReceipt(context, 'a'.repeat(32)), { code: 'ERASURE_NOT_FOUND' });
}

test('nobody, a blank name, the pseudonym, and the unit of a rollout', async () => {
  await using served = await serveFlights();
  const { context, endpoints } = served;
  await assert.rejects(forget(served, { subject: ' ' }), { code: 'BAD_ARGUMENT' });
  const nobody = await forget(served, { subject: 'nobody' });
  assert.equal(
    Object.values(nobody.report.erased).reduce((sum, count) => sum + count, 0),
    0,
  );
  await endpoints.predict(ENDPOINT, [FLIGHT], { unit: ANN });
  await endpoints.predict(ENDPOINT, [FLIGHT], { subject: ANN });
  await endpoints.predict(ENDPOINT, [FLIGHT], {});
  await endpoints.flush();
  const rows = await context.store.database.sql.selectFrom('prediction').select('subject').execute();
  const pseudonyms = rows.flatMap(({ subject }) => subject ?? []);
  assert.match(pseudonyms.join(), /^subject-[0-9a-f]{32}$/);
  const byPseudonym = await forget(served, { subject: pseudonyms[0] });
  const byName = await forget(served, { subject: ANN });
  assert.deepEqual([byPseudonym.report.erased.predictions, byName.report.erased.predictions], [1, 1]);
  assert.notEqual(byPseudonym.report.person, byName.report.person);
});

test('traces older than they are to be kept go', async () => {
  await using context = testContext();
  const now = { us: context.clock.now() * 1_000, ns: 0 };
  const young = { ...spanOf('2'.repeat(32), '2'.repeat(16), {}), started: now, ended: now };
  await ingestSpans(context, [spanOf('1'.repeat(32), '1'.repeat(16), {}), young]);
  assert.equal(await pruneTraces(context, {}), 0);
  assert.equal(await pruneTraces(context, { retentionDays: 1 }), 1);
  assert.deepEqual(await countRows(context, ['trace', 'span']), { trace: 1, span: 1 });
});
