import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import type { AirworthyError } from '../../kernel/errors.ts';
import { createEndpoints } from '../endpoints/create-endpoints.ts';
import { ServingConfig } from '../schema.ts';
import { FLIGHT, flightModel, writeRelease } from '../testing/write-bundle.ts';
import { businessKeyOf } from './business-key.ts';

test('a key is what a record is about, whatever order or type it comes in', () => {
  assert.equal(businessKeyOf({ b: 7, a: 'x', c: 1 }, ['b', 'a']), '{"a":"x","b":"7"}');
  assert.equal(businessKeyOf({ a: 'x', b: '7' }, ['a', 'b']), '{"a":"x","b":"7"}');
  assert.equal(businessKeyOf({ a: true }, ['a']), '{"a":"true"}');
  for (const missing of [{}, { a: null }, { a: '' }, { a: [1] }, { a: {} }])
    assert.equal(businessKeyOf(missing, ['a']), null);
  const long = businessKeyOf({ a: 'x'.repeat(5_000) }, ['a']) ?? '';
  assert.ok(long.length < 100);
  assert.notEqual(long, businessKeyOf({ a: 'x'.repeat(5_001) }, ['a']));
});

test('fields of the key that are no features are taken, required, logged, and not scored', async () => {
  await using context = testContext();
  const config = ServingConfig.parse({ key: ['flight', 'origin'] });
  const endpoints = createEndpoints(context, { config });
  await endpoints.deploy('e', await writeRelease(context, flightModel()));
  const { signature } = endpoints.describe('e');
  assert.deepEqual(signature.record.required, ['date', 'distance', 'origin', 'flight']);
  assert.deepEqual(signature.inputs.at(-1), { name: 'flight', datatype: 'BYTES', shape: [-1, 1] });
  const predict = (flight: unknown) => endpoints.predict('e', [{ ...FLIGHT, flight }]);
  const text = await predict('AA1');
  const number = await predict(17);
  assert.deepEqual(text.predictions, number.predictions);
  await endpoints.flush();
  const rows = await context.store.database.sql.selectFrom('prediction').select('business_key').execute();
  assert.deepEqual(rows.map((row) => row.business_key).sort(), [
    '{"flight":"17","origin":"ORD"}',
    '{"flight":"AA1","origin":"ORD"}',
  ]);
  for (const [flight, problem] of [
    [undefined, /flight is missing/],
    [null, /flight must not be null/],
    [true, /flight must be text, got true/],
    ['', /flight must not be empty/],
    ['x'.repeat(201), /flight must have at most 200 characters/],
  ] as const) {
    await assert.rejects(predict(flight), (error: AirworthyError) => problem.test(error.message));
  }
  await assert.rejects(endpoints.predict('e', [{ ...FLIGHT, flihgt: 'AA1' }]), /did you mean "flight"/);
  await endpoints.close();
});
