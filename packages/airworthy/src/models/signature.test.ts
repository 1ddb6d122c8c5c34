import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { Model } from './model.ts';
import { signatureOf, UNIT_KEYWORD } from './signature.ts';
import type { Field } from './table.ts';

const fields: Field[] = [
  { name: 'date', kind: 'timestamp', nullable: false, minimum: Date.UTC(2001, 0, 1) },
  { name: 'distance', kind: 'number', nullable: false, unit: 'miles', minimum: 1, maximum: 5000 },
  { name: 'seats', kind: 'integer', nullable: true },
  { name: 'full', kind: 'boolean', nullable: true },
  { name: 'origin', kind: 'category', nullable: false, categories: ['ORD', 'LGA'] },
  { name: 'class', kind: 'category', nullable: true, categories: ['first', 'coach'], closed: true },
];
const model: Model = {
  format: 'airworthy-model/1',
  task: { kind: 'binary', target: 'late', classes: ['false', 'true'] },
  fields,
  features: [],
  estimator: { kind: 'constant', output: [0.2] },
};

const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
addFormats.default(ajv, { keywords: true });
ajv.addVocabulary([UNIT_KEYWORD]);
const accepts = ajv.compile(signatureOf(model).record);
const record = {
  date: '2001-02-03T17:40:00Z',
  distance: 733,
  seats: 120,
  full: true,
  origin: 'ORD',
  class: 'coach',
};

test('a record of the right shape is accepted, with nullable fields null or absent', () => {
  assert.ok(accepts(record));
  assert.ok(accepts({ ...record, seats: null, full: null, class: null }));
  assert.ok(accepts({ date: record.date, distance: 1, origin: 'never seen' }));
});

const wrong: [what: string, change: Record<string, unknown>][] = [
  ['null where a value must be', { distance: null }],
  ['text for a number', { distance: '733' }],
  ['below the minimum', { distance: 0 }],
  ['above the maximum', { distance: 5001 }],
  ['a fraction for an integer', { seats: 1.5 }],
  ['a number for a boolean', { full: 1 }],
  ['a date that is none', { date: '2001-02-30T00:00:00Z' }],
  ['a date before the minimum', { date: '2000-12-31T23:00:00Z' }],
  ['a category that a closed field does not have', { class: 'cargo' }],
  ['an empty category, which would be missing', { origin: '' }],
  ['a field the model does not know', { pilot: 'Ann' }],
  ['a required field that is absent', { origin: undefined }],
];

for (const [what, change] of wrong) {
  test(`a record is refused: ${what}`, () => {
    const changed = Object.fromEntries(
      Object.entries({ ...record, ...change }).filter(([, value]) => value !== undefined),
    );
    assert.equal(accepts(changed), false);
  });
}

test('the schema tells units, ranges and known values', () => {
  const { properties, required } = signatureOf(model).record as {
    properties: Record<string, object>;
    required: string[];
  };
  assert.deepEqual(properties.distance, { type: 'number', 'x-unit': 'miles', minimum: 1, maximum: 5000 });
  assert.deepEqual(properties.class, { type: ['string', 'null'], enum: ['first', 'coach', null] });
  assert.deepEqual(required, ['date', 'distance', 'origin']);
});

test('tensors are named as the fields; an output that a field is named after steps aside', () => {
  const { inputs, outputs } = signatureOf({
    ...model,
    fields: [...fields, { name: 'label', kind: 'number', nullable: true }],
  });
  assert.deepEqual(inputs[0], { name: 'date', datatype: 'FP64', shape: [-1, 1] });
  assert.deepEqual(inputs[4], { name: 'origin', datatype: 'BYTES', shape: [-1, 1] });
  assert.deepEqual(
    outputs.map(({ name }) => name),
    ['probability', 'predicted label'],
  );
});
