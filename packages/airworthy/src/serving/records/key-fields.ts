import type { Signature } from '../../models/signature.ts';

/** So that an index can hold it. */
const LONGEST_KEY = 200;

/**
 * A model's signature as an endpoint takes records: with the fields of the business key that are no features of the
 * model. They are required, texts or numbers, and reach the log but not the model.
 */
export function withKeyFields(signature: Signature, key: readonly string[] = []): Signature {
  const own = new Set(signature.fields.map((field) => field.name));
  const extra = key.filter((name) => !own.has(name));
  // What takes tensors has no record to carry them.
  if (extra.length === 0 || signature.fields.length === 0) return signature;
  const { properties, required } = signature.record as { properties: object; required: string[] };
  const description = 'Says what the record is about; not a feature of the model.';
  const schema = { type: ['string', 'number'], minLength: 1, maxLength: LONGEST_KEY, description };
  return {
    ...signature,
    fields: [
      ...signature.fields,
      ...extra.map((name) => ({ name, kind: 'category' as const, nullable: false, description })),
    ],
    record: {
      ...signature.record,
      properties: { ...properties, ...Object.fromEntries(extra.map((name) => [name, schema])) },
      required: [...required, ...extra],
    },
    inputs: [
      ...signature.inputs,
      ...extra.map((name) => ({ name, datatype: 'BYTES' as const, shape: [-1, 1] })),
    ],
  };
}
