import type { Model } from './model.ts';
import type { Field, Task } from './table.ts';

/** Element types of tensors, in the words of the Open Inference Protocol. */
export const DATATYPES = [
  'BOOL',
  'UINT8',
  'UINT16',
  'UINT32',
  'UINT64',
  'INT8',
  'INT16',
  'INT32',
  'INT64',
  'FP16',
  'BF16',
  'FP32',
  'FP64',
  'BYTES',
] as const;
export type Datatype = (typeof DATATYPES)[number];

/** Elements of a tensor that are no texts, flat and row-major: BOOL as 0 and 1, FP16 and BF16 as their bits. */
export type TensorNumbers =
  | Uint8Array
  | Uint16Array
  | Uint32Array
  | BigUint64Array
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

/** A tensor in the words of the Open Inference Protocol; -1 is a size that varies, first of all the number of rows. */
export interface SignatureTensor {
  name: string;
  datatype: Datatype;
  shape: number[];
}

/** What a release takes and gives, for people, validators and protocol doors. */
export interface Signature {
  /** In the user's own names; none where it takes tensors. */
  fields: Field[];
  /** Null where what it gives is neither a class nor a number. */
  task: Task | null;
  /** JSON Schema 2020-12 of one record. */
  record: Record<string, unknown>;
  /** JSON Schema 2020-12 of one answer, where there is no task. */
  output?: Record<string, unknown>;
  inputs: SignatureTensor[];
  outputs: SignatureTensor[];
}

/** The signature of a model: it has a task. */
export interface ModelSignature extends Signature {
  task: Task;
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
export function signatureOf({ fields, task }: Pick<Model, 'fields' | 'task'>): ModelSignature {
  return { task, ...inputsOf(fields), outputs: outputsOf(fields, task) };
}

/**
 * The signature of what answers records with anything a JSON Schema describes. Its one output tensor, `output`, holds
 * each answer as JSON text.
 */
export function signatureOfAnswers(fields: Field[], output: Record<string, unknown>): Signature {
  const { output: name } = outputNames({ fields });
  return {
    task: null,
    output,
    ...inputsOf(fields),
    outputs: [{ name, datatype: 'BYTES', shape: [-1, 1] }],
  };
}

/** The signature of what takes and gives tensors. */
export function signatureOfTensors(inputs: SignatureTensor[], outputs: SignatureTensor[]): Signature {
  return { fields: [], task: null, record: recordSchema([]), inputs, outputs };
}

function inputsOf(fields: Field[]): Pick<Signature, 'fields' | 'record' | 'inputs'> {
  return {
    fields,
    record: recordSchema(fields),
    inputs: fields.map((field) => ({
      name: field.name,
      datatype: field.kind === 'category' ? 'BYTES' : 'FP64',
      shape: [-1, 1],
    })),
  };
}

type OutputName = 'value' | 'probability' | 'probabilities' | 'label' | 'output';

/** What a model's output tensors are called: `value` and so on, or `predicted value` where a field has that name. */
export function outputNames({ fields }: Pick<Model, 'fields'>): Record<OutputName, string> {
  const taken = new Set(fields.map((field) => field.name));
  const free = (name: string): string => (taken.has(name) ? free(`predicted ${name}`) : name);
  return {
    value: free('value'),
    probability: free('probability'),
    probabilities: free('probabilities'),
    label: free('label'),
    output: free('output'),
  };
}

function outputsOf(fields: Field[], task: Task): SignatureTensor[] {
  const names = outputNames({ fields });
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
    required: fields
      .filter((field) => !field.nullable && field.default === undefined)
      .map((field) => field.name),
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
    ...(field.default === undefined ? {} : { default: field.default }),
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
