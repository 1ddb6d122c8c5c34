import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { Field } from '../../models/table.ts';
import { DATATYPES } from './datatypes.ts';
import type { InputTensor } from './schema.ts';

/**
 * Input tensors, one a field, as records. Numbers come as any numeric datatype, booleans as BOOL or 0 and 1, times as
 * milliseconds or ISO 8601 BYTES, categories as BYTES with "" for missing; JSON null is missing. Inputs of
 * nullable fields may be absent. Throws BAD_ARGUMENT that names the input; values are the signature's to check.
 */
export function decodeInputs(
  fields: readonly Field[],
  inputs: readonly InputTensor[],
): Record<string, unknown>[] {
  const byName = inputsByName(fields, inputs);
  const rows = commonRows(inputs);
  const columns = fields.flatMap((field) => {
    const input = byName.get(field.name);
    if (input) return [[field, decodeColumn(field, input)] as const];
    if (field.nullable) return [];
    throw refuse(`input "${field.name}" is missing`);
  });
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(columns.map(([field, values]) => [field.name, values[row]])),
  );
}

function inputsByName(
  fields: readonly Field[],
  inputs: readonly InputTensor[],
): ReadonlyMap<string, InputTensor> {
  const names = fields.map((field) => field.name);
  const byName = new Map<string, InputTensor>();
  for (const input of inputs) {
    if (byName.has(input.name)) throw refuse(`input "${input.name}" is there twice`);
    if (!names.includes(input.name)) {
      const nearest = nearestName(input.name.slice(0, 100), names);
      const hint = nearest === undefined ? '' : `; did you mean "${nearest}"?`;
      throw refuse(`the model has no input "${input.name}"${hint}`);
    }
    byName.set(input.name, input);
  }
  return byName;
}

function commonRows(inputs: readonly InputTensor[]): number {
  const [first] = inputs;
  if (first === undefined) throw refuse('the request has no inputs');
  const odd = inputs.find((input) => input.shape[0] !== first.shape[0]);
  if (odd) {
    throw refuse(
      `input "${odd.name}" has ${odd.shape[0]} rows and input "${first.name}" has ${first.shape[0]}; all need as many`,
    );
  }
  if (first.shape[0] === 0) throw refuse('the batch has no rows');
  return first.shape[0];
}

function decodeColumn(field: Field, input: InputTensor): unknown[] {
  const fits = DATATYPES.get(input.datatype);
  if (fits === undefined)
    throw refuse(`input "${input.name}": datatype "${input.datatype}" is not known or has no JSON form`);
  const values = elementsOf(input);
  const bad = values.findIndex((value) => value !== null && !fits(value));
  if (bad !== -1)
    throw refuse(
      `input "${input.name}": element ${bad} is ${shown(values[bad])}, which is no ${input.datatype}`,
    );
  return values.map((value, row) => toFieldValue(field, input, value, row));
}

/** The tensor's elements in a flat list, as many as its shape says: one a row. */
function elementsOf({ name, shape, data, parameters }: InputTensor): unknown[] {
  if (parameters?.binary_data_size !== undefined)
    throw refuse(`input "${name}" is binary; this server takes tensors as JSON`);
  if (data === undefined) throw refuse(`input "${name}" has no data`);
  const [rows, ...rest] = shape;
  if (rest.some((size) => size !== 1))
    throw refuse(`input "${name}" has shape [${shape}]; the model takes one value a row: [${rows}, 1]`);
  const values = data.flat(shape.length);
  if (values.length === rows) return values;
  throw refuse(`input "${name}" has shape [${shape}], so ${rows} elements, and data of ${values.length}`);
}

function toFieldValue(field: Field, input: InputTensor, value: unknown, row: number): unknown {
  if (value === null) return null;
  const mismatch = () =>
    refuse(`input "${field.name}": element ${row} is ${shown(value)}, which is no ${field.kind}`);
  switch (field.kind) {
    case 'boolean':
      if (value === true || value === 1) return true;
      if (value === false || value === 0) return false;
      throw mismatch();
    case 'timestamp':
      if (typeof value === 'string') return value;
      if (typeof value !== 'number' || Number.isNaN(new Date(value).getTime())) throw mismatch();
      return new Date(value).toISOString();
    case 'category':
      if (input.datatype !== 'BYTES') throw refuse(`input "${field.name}" is text: send it as BYTES`);
      return value === '' ? null : value;
    default:
      if (typeof value !== 'number') throw mismatch();
      return value;
  }
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}

function refuse(message: string): AirworthyError {
  return new AirworthyError('BAD_ARGUMENT', { message });
}
