import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type DatasetVersion, readTable } from '../data/index.ts';
import { FLIGHT, flightModel, writeRelease } from '../serving/testing/write-bundle.ts';
import { type Curated, type Curation, curate } from './curate.ts';
import { readLineage } from './curation/lineage.ts';
import { listReviewItems, resolveReviewItem } from './review-items.ts';
import { ENDPOINT, flights, HOUR, type Served, START, serveFlights } from './testing/served.ts';

const CONFIG = { sample: 1, conflicts: 'keep' } as const;
const DAY = 24 * HOUR;

/** An hour later, so that what was said by now is known. */
function curateLater({ context, bundle, clock }: Served, more: Partial<Curation> = {}): Promise<Curated> {
  clock.moveTo(clock.now() + HOUR);
  return curate(context, { endpoint: ENDPOINT, bundle, config: CONFIG, ...more });
}

/** `distance late` a row, in order. */
async function rowsOf({ context }: Served, version: DatasetVersion | null): Promise<string[]> {
  assert.ok(version);
  const { columns } = await readTable(context, version);
  const { distance, late } = columns;
  assert.ok('values' in distance && 'values' in late);
  return [...distance.values].map((value, row) => `${value} ${late.values[row]}`);
}

const always = (value: boolean) => (prediction: string) => ({ prediction, value });

test('labelled predictions become rows that look like the training data', async () => {
  await using served = await serveFlights();
  const ids = await served.predict([
    ...flights(2),
    { ...FLIGHT, destination: null, stops: 2, refundable: true, origin: 'XYZ' },
    { ...FLIGHT, distance: 500 },
  ]);
  await served.label(ids.slice(0, 3).map(always(true)));
  const { version, rows, leftOut, time } = await curateLater(served);
  assert.ok(version);
  assert.deepEqual(
    [version.dataset, version.number, rows, version.rows],
    ['flight-delays-feedback', 1, 3, 3],
  );
  assert.deepEqual(leftOut, { notSampled: 0, conflicting: 0, inReview: 0, expired: 0, unreadable: 0 });
  assert.equal(time, 'predicted_at');
  const kinds = version.schema.fields.map(({ name, kind }) => `${name} ${kind}`);
  assert.deepEqual(kinds, [
    ...['date timestamp', 'distance number', 'origin category', 'destination category', 'stops integer'],
    ...['refundable boolean', 'late boolean', 'predicted_at timestamp'],
  ]);
  assert.deepEqual(
    version.schema.features,
    flightModel().fields.map((field) => field.name),
  );
  const { columns } = await readTable(served.context, version);
  const plain = Object.fromEntries(
    Object.entries(columns).map(([name, column]) => [
      name,
      'values' in column ? [...column.values] : [...column.codes].map((code) => column.categories[code]),
    ]),
  );
  const missing = Number.NaN;
  assert.deepEqual(plain, {
    date: Array(3).fill(Date.UTC(2001, 1, 3, 17, 40)),
    distance: [100, 101, 733],
    origin: ['ORD', 'ORD', 'XYZ'],
    destination: ['LGA', 'LGA', undefined],
    stops: [missing, missing, 2],
    refundable: [missing, missing, 1],
    late: [1, 1, 1],
    predicted_at: [1, 2, 3].map((hour) => START + hour * HOUR),
  });
});

test('a later call adds what came since; a corrected label replaces its row', async () => {
  await using served = await serveFlights();
  const ids = await served.predict(flights(5));
  await served.label(ids.slice(0, 3).map(always(true)));
  const first = await curateLater(served);
  const same = await curateLater(served);
  assert.deepEqual([same.rows, same.removed, same.version?.digest], [0, 0, first.version?.digest]);
  const [newer] = await served.predict([{ ...FLIGHT, distance: 900 }]);
  await served.label([
    { prediction: ids[4], value: false },
    { prediction: newer, value: true },
    { prediction: ids[0], value: false },
  ]);
  const second = await curateLater(served);
  assert.deepEqual([second.rows, second.removed, second.version?.number], [3, 1, 2]);
  assert.deepEqual(await rowsOf(served, second.version), ['101 1', '102 1', '900 1', '104 0', '100 0']);
  assert.ok(second.version);
  assert.equal(second.version.madeFrom[1], first.version?.digest);
  const lineage = await readLineage(served.context, second.version);
  assert.deepEqual(
    lineage.parts.map(({ rows, probability, predicted }) => [rows, probability, predicted.from]),
    [
      [2, 1, START + HOUR],
      [3, 1, START + HOUR],
    ],
  );
});

test('rows stay when their predictions leave the log; what left before it was curated is counted', async () => {
  await using served = await serveFlights();
  const [early, late] = await served.predict(flights(2));
  await served.label([early].map(always(true)));
  await curateLater(served);
  await served.label([late].map(always(true)));
  await served.context.store.database.write((sql) => sql.deleteFrom('prediction').execute());
  const { version, leftOut } = await curateLater(served);
  assert.deepEqual(await rowsOf(served, version), ['100 1']);
  assert.equal(leftOut.expired, 1);
});

test('a sample is chosen by the ids, whenever one looks', async () => {
  const records = flights(30);
  const chosen: string[][] = [];
  for (const pieces of [1, 3]) {
    await using served = await serveFlights();
    let version: DatasetVersion | null = null;
    for (let piece = 0; piece < pieces; piece++) {
      const size = records.length / pieces;
      for (const [index, record] of records.slice(piece * size, (piece + 1) * size).entries()) {
        const traceId = (piece * size + index + 1).toString(16).padStart(32, '0');
        await served.endpoints.predict(ENDPOINT, [record], { traceId });
        await served.endpoints.flush();
        await served.label([{ prediction: traceId, value: true }]);
      }
      const curated = await curateLater(served, { config: { sample: 0.3, conflicts: 'keep' } });
      version = curated.version;
    }
    chosen.push(await rowsOf(served, version));
    assert.ok(version);
    const { parts } = await readLineage(served.context, version);
    assert.ok(parts.every((part) => part.probability === 0.3));
  }
  assert.deepEqual(chosen[0], chosen[1]);
  assert.ok(chosen[0].length > 2 && chosen[0].length < 18, String(chosen[0].length));
});

test('where sources disagree the configuration decides', async () => {
  for (const conflicts of ['keep', 'drop', 'review'] as const) {
    await using served = await serveFlights();
    const config = { sample: 1, conflicts };
    const ids = await served.predict(flights(3));
    await served.label(ids.map((prediction) => ({ prediction, value: true, source: 'desk' })));
    await served.label([{ prediction: ids[0], value: false, source: 'audit' }]);
    const agreed = ['101 1', '102 1'];
    const first = await curateLater(served, { config });
    const { conflicting, inReview } = first.leftOut;
    assert.deepEqual([conflicting, inReview], [conflicts === 'drop' ? 1 : 0, conflicts === 'review' ? 1 : 0]);
    assert.deepEqual(
      await rowsOf(served, first.version),
      conflicts === 'keep' ? ['100 0', ...agreed] : agreed,
    );
    // Disagreement that comes after the row takes it back, even from a label that does not hold.
    const before = START + 2 * HOUR;
    await served.label([{ prediction: ids[1], value: false, source: 'audit', knownAt: before }]);
    const second = await curateLater(served, { config });
    assert.equal(second.version?.rows, conflicts === 'keep' ? 3 : 1);
  }
});

test('a reviewer settles it, or drops the prediction from the data', async () => {
  await using served = await serveFlights();
  const { context, task } = served;
  const config = { sample: 1, conflicts: 'review' } as const;
  const ids = await served.predict(flights(4));
  for (const [source, value] of [
    ['desk', true],
    ['audit', false],
  ] as const)
    await served.label(ids.slice(0, 3).map((prediction) => ({ prediction, value, source })));
  await served.label([{ prediction: ids[3], value: true, source: 'desk' }]);
  assert.equal((await curateLater(served, { config })).version?.rows, 1);
  assert.equal((await curateLater(served, { config })).version?.rows, 1);
  const rules = { endpoint: ENDPOINT, task };
  const page = await listReviewItems(context, { endpoint: ENDPOINT, limit: 2 });
  const rest = await listReviewItems(context, { endpoint: ENDPOINT, limit: 2, after: page[1].id });
  assert.deepEqual(
    [...page, ...rest].map((item) => item.id),
    ids.slice(0, 3).sort(),
  );
  assert.match(page[0].reason, /^2 different labels: audit says "false", desk says "true"$/);
  await resolveReviewItem(context, rules, { id: ids[0], decision: { state: 'done', value: true } });
  await resolveReviewItem(context, rules, { id: ids[0], decision: { state: 'done', value: true } });
  await resolveReviewItem(context, rules, { id: ids[1], decision: { state: 'dropped' } });
  await assert.rejects(
    resolveReviewItem(context, rules, { id: ids[1], decision: { state: 'done', value: true } }),
    { code: 'REVIEW_ITEM_DECIDED' },
  );
  await assert.rejects(resolveReviewItem(context, rules, { id: ids[3], decision: { state: 'dropped' } }), {
    code: 'REVIEW_ITEM_NOT_FOUND',
  });
  const { version } = await curateLater(served, { config });
  assert.deepEqual(await rowsOf(served, version), ['103 1', '100 1']);
});

test('a stretch of time is cut from what was curated, which goes on whole', async () => {
  await using served = await serveFlights();
  const ids = await served.predict(flights(6));
  await served.label(ids.map(always(true)));
  const from = START + 3 * HOUR;
  const cut = await curateLater(served, { from, to: START + 5 * HOUR });
  assert.deepEqual(await rowsOf(served, cut.version), ['102 1', '103 1']);
  assert.ok(cut.version);
  assert.equal(cut.version.dataset, 'flight-delays-feedback-window');
  assert.equal((await readLineage(served.context, cut.version)).parts[0].rows, 6);
  const later = await served.predict([{ ...FLIGHT, distance: 900 }]);
  await served.label(later.map(always(false)));
  assert.deepEqual(await rowsOf(served, (await curateLater(served, { from })).version), [
    ...['102 1', '103 1', '104 1', '105 1'],
    '900 0',
  ]);
  const whole = await curateLater(served);
  assert.deepEqual([whole.rows, whole.version?.rows], [0, 7]);
  assert.equal((await curateLater(served, { from: START + 9 * DAY })).version, null);
});

test('another model with other fields begins anew from the log', async () => {
  await using served = await serveFlights();
  const ids = await served.predict(flights(3));
  await served.label(ids.map(always(true)));
  await curateLater(served);
  const model = flightModel();
  const fields = model.fields.filter((field) => field.name !== 'stops');
  const features = model.features.filter((feature) => feature.field !== 'stops');
  const estimator = {
    kind: 'linear' as const,
    coefficients: [[1, 1, 1, 1]],
    intercepts: [0],
    link: 'logistic' as const,
  };
  const { bundle } = await writeRelease(served.context, { ...model, fields, features, estimator });
  const { version, rows } = await curateLater(served, { bundle });
  assert.deepEqual([rows, version?.rows, version?.number], [3, 3, 2]);
  assert.ok(!version?.schema.fields.some((field) => field.name === 'stops'));
});

test('a label that is known later than asked waits for a later curation', async () => {
  await using served = await serveFlights();
  const ids = await served.predict(flights(3));
  served.clock.moveTo(START + DAY);
  await served.label(
    ids.map((prediction, index) => ({ prediction, value: true, knownAt: START + (10 + index) * HOUR })),
  );
  const now = START + 10 * HOUR;
  assert.deepEqual(await rowsOf(served, (await curateLater(served, { now })).version), ['100 1']);
  assert.deepEqual(await rowsOf(served, (await curateLater(served)).version), ['100 1', '101 1', '102 1']);
});

test('property: curated in any pieces, the rows are those of one curation at the end', async () => {
  const step = fc.oneof(
    fc.record({ say: fc.nat(9), value: fc.boolean() }),
    fc.constant({ curate: true as const }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 16 }), async (steps) => {
      await using served = await serveFlights();
      const ids = await served.predict(flights(10));
      const truth = new Map<number, boolean>();
      for (const each of steps) {
        if ('curate' in each) await curateLater(served);
        else {
          truth.set(each.say, each.value);
          await served.label([{ prediction: ids[each.say], value: each.value }]);
        }
      }
      const { version } = await curateLater(served);
      const rows = version === null ? [] : await rowsOf(served, version);
      const expected = [...truth].map(([flight, value]) => `${100 + flight} ${value ? 1 : 0}`);
      assert.deepEqual(rows.toSorted(), expected.toSorted());
    }),
    { numRuns: 4 },
  );
});
