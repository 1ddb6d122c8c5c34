import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { AirworthyError } from '../../kernel/errors.ts';
import type { OnnxElement, OnnxInputs } from '../model.ts';
import type { CategoryColumn, Column, Field, Table } from '../table.ts';
import type { OnnxSession } from './open-session.ts';

/** Rows start to start + rows as the tensors a graph takes. Missing is NaN, in a category the empty string. */
export function feedRows(
  { runtime, session }: OnnxSession,
  { fields, inputs }: { fields: readonly Field[]; inputs: OnnxInputs },
  table: Table,
  start: number,
  rows: number,
): InferenceSession.FeedsType {
  const { Tensor } = runtime;
  const feeds: Record<string, Tensor> = {};
  if (inputs.form === 'matrix') {
    const values = interleave(fields, table, start, rows);
    const data = inputs.type === 'float32' ? Float32Array.from(values) : values;
    feeds[inputs.name] = new Tensor(inputs.type, data, [rows, fields.length]);
    return feeds;
  }
  for (const { name, type } of inputs.tensors) {
    // A field that the model does not use is no input of its graph.
    if (session.inputNames.includes(name))
      feeds[name] = new Tensor(
        type,
        elementsOf(name, type, table.columns[name], start, rows) as Float64Array,
        [rows, 1],
      );
  }
  return feeds;
}

/** Numbers row by row, all fields in order. */
function interleave(fields: readonly Field[], table: Table, start: number, rows: number): Float64Array {
  const values = new Float64Array(rows * fields.length);
  for (const [index, { name }] of fields.entries()) {
    const column = numbersOf(name, table.columns[name]);
    for (let row = 0; row < rows; row++) values[row * fields.length + index] = column[start + row];
  }
  return values;
}

function elementsOf(name: string, type: OnnxElement, column: Column, start: number, rows: number) {
  if (column.kind === 'category') return textsOf(column, start, rows);
  const values = numbersOf(name, column).slice(start, start + rows);
  if (type === 'float32') return Float32Array.from(values);
  return type === 'int64' ? BigInt64Array.from(values, (value) => toInt64(name, value)) : values;
}

function numbersOf(name: string, column: Column): Float64Array {
  if (column.kind !== 'category') return column.values;
  throw new AirworthyError('BAD_ARGUMENT', { message: `"${name}" holds categories, not numbers`, at: name });
}

function textsOf({ codes, categories }: CategoryColumn, start: number, rows: number): string[] {
  return Array.from(codes.subarray(start, start + rows), (code) => (code === -1 ? '' : categories[code]));
}

function toInt64(name: string, value: number): bigint {
  if (Number.isSafeInteger(value)) return BigInt(value);
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `"${name}" is ${value}, which the model's graph cannot take: it wants a whole number (int64)`,
    at: name,
  });
}
