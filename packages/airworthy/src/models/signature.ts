import type { Model } from './model.ts';
import type { Field, Task } from './table.ts';

/** A tensor in the words of the Open Inference Protocol; -1 is the number of rows. */
export interface SignatureTensor {
  name: string;
  datatype: 'FP64' | 'BYTES';
  shape: number[];
}

/** What a model takes and gives, for people, validators and protocol doors. */
export interface Signature {
  fields: Field[];
  task: Task;
  /** JSON Schema 2020-12 of one record. */
  record: Record<string, unknown>;
  inputs: SignatureTensor[];
  outputs: SignatureTensor[];
}

/** The schema's keyword for a unit, an annotation. A strict Ajv must be told: `ajv.addVocabulary([UNIT_KEYWORD])`. */
export const UNIT_KEYWORD = 'x-unit';

/**
 * A model's signature. The tensors are those of the ONNX graph `encodeOnnx` makes, and what the protocol doors speak
 * whatever another program's graph takes: numbers, booleans (0, 1) and timestamps
 * (milliseconds since the epoch, UTC) as FP64, categories as BYTES; NaN and the empty string are missing.
 *
 * The record's schema refuses unknown fields; nullable fields may be null or absent. A timestamp's range is given
 * by `formatMinimum` and `formatMaximum` (enforced by Ajv with ajv-formats' `keywords: true`).
 *
 * @example
 * signatureOf(model).record.required; // ['date', 'distance', 'origin', 'destination']
 */
export function signatureOf(model: Model): Signature {
  return {
    fields: model.fields,
    task: model.task,
    record: recordSchema(model.fields),
    inputs: model.fields.map((field) => ({
      name: field.name,
      datatype: field.kind === 'category' ? 'BYTES' : 'FP64',
      shape: [-1, 1],
    })),
    outputs: outputsOf(model),
  };
}

type OutputName = 'value' | 'probability' | 'probabilities' | 'label';

/** What a model's output tensors are called: `value` and so on, or `predicted value` where a field has that name. */
export function outputNames({ fields }: Pick<Model, 'fields'>): Record<OutputName, string> {
  const taken = new Set(fields.map((field) => field.name));
  const free = (name: string): string => (taken.has(name) ? free(`predicted ${name}`) : name);
  return {
    value: free('value'),
    probability: free('probability'),
    probabilities: free('probabilities'),
    label: free('label'),
  };
}

function outputsOf(model: Model): SignatureTensor[] {
  const { task } = model;
  const names = outputNames(model);
  if (task.kind === 'regression') return [{ name: names.value, datatype: 'FP64', shape: [-1, 1] }];
  const label: SignatureTensor = { name: names.label, datatype: 'BYTES', shape: [-1, 1] };
  return task.kind === 'binary'
    ? [{ name: names.probability, datatype: 'FP64', shape: [-1, 1] }, label]
    : [{ name: names.probabilities, datatype: 'FP64', shape: [-1, task.classes.length] }, label];
}

function recordSchema(fields: readonly Field[]): Record<string, unknown> {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: Object.fromEntries(fields.map((field) => [field.name, fieldSchema(field)])),
    required: fields.filter((field) => !field.nullable).map((field) => field.name),
    additionalProperties: false,
  };
}

const JSON_TYPES: Record<Field['kind'], string> = {
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  category: 'string',
  timestamp: 'string',
};

function fieldSchema(field: Field): Record<string, unknown> {
  const type = JSON_TYPES[field.kind];
  return {
    type: field.nullable ? [type, 'null'] : type,
    ...(field.description === undefined ? {} : { description: field.description }),
    ...(field.unit === undefined ? {} : { [UNIT_KEYWORD]: field.unit }),
    ...(field.kind === 'timestamp' ? timestampRules(field) : {}),
    ...(field.kind === 'category' ? categoryRules(field) : {}),
    ...(field.kind === 'number' || field.kind === 'integer' ? rangeRules(field) : {}),
  };
}

function rangeRules({ minimum, maximum }: Field): Record<string, unknown> {
  return { ...(minimum === undefined ? {} : { minimum }), ...(maximum === undefined ? {} : { maximum }) };
}

function timestampRules({ minimum, maximum }: Field): Record<string, unknown> {
  return {
    format: 'date-time',
    ...(minimum === undefined ? {} : { formatMinimum: new Date(minimum).toISOString() }),
    ...(maximum === undefined ? {} : { formatMaximum: new Date(maximum).toISOString() }),
  };
}

/** A required category may not be empty text, which would be missing. An open one shows some of what training knew. */
function categoryRules(field: Field): Record<string, unknown> {
  const known = field.categories;
  if (known && field.closed) return { enum: field.nullable ? [...known, null] : [...known] };
  return {
    ...(field.nullable ? {} : { minLength: 1 }),
    ...(known ? { examples: known.slice(0, 5) } : {}),
  };
}
