import { isUtf8 } from 'node:buffer';
import { recordsToTable } from '../../models/read-record.ts';
import type { Column, Field, Table } from '../../models/table.ts';
import { parseTimestamp } from '../../models/timestamps.ts';
import type { Tensor } from '../runtimes/runtime.ts';
import { splitMatrix } from './split-matrix.ts';
import { numbersOf } from './tensor-numbers.ts';
import { shown, tensorProblem } from './tensor-problem.ts';
import { tensorsByName } from './tensors-by-name.ts';

/**
 * Input tensors, one a field and one element a row, or a matrix of them, as columns; an FP64 tensor's memory becomes its column's. Numbers come as
 * any numeric datatype, booleans as BOOL or 0 and 1, times as milliseconds or ISO 8601 text, categories as BYTES;
 * NaN and the empty text are missing. Inputs of fields that may be missing, or have a default, may be left out. Ranges, and what may be
 * missing, are `checkTable`'s to judge.
 *
 * @throws TENSOR_INVALID that names the input
 */
export function tensorsToTable(fields: readonly Field[], given: readonly Tensor[]): Table {
  const tensors = splitMatrix(fields, given);
  const names = fields.map((field) => field.name);
  const byName = tensorsByName(names, tensors);
  const rows = commonRows(tensors);
  const columns: Record<string, Column> = {};
  for (const field of fields) {
    const tensor = byName.get(field.name);
    if (tensor !== undefined) columns[field.name] = toColumn(field, tensor);
    else if (field.nullable || field.default !== undefined)
      columns[field.name] = columnOf(field, field.default ?? null, rows);
    else throw tensorProblem(`input "${field.name}" is missing`, field.name);
  }
  return { rows, columns };
}

function columnOf(field: Field, value: unknown, rows: number): Column {
  const records = new Array<Record<string, unknown>>(rows).fill({ [field.name]: value });
  return recordsToTable([field], records).columns[field.name];
}

function commonRows(tensors: readonly Tensor[]): number {
  for (const { name, shape } of tensors) {
    const [rows, ...rest] = shape;
    if (rows === undefined || rest.some((size) => size !== 1))
      throw tensorProblem(
        `input "${name}" has shape [${shape}]; the model takes one value a row: [${rows ?? 1}, 1]`,
      );
  }
  const [first] = tensors;
  const odd = tensors.find((tensor) => tensor.shape[0] !== first.shape[0]);
  if (odd === undefined) return first.shape[0];
  throw tensorProblem(
    `input "${odd.name}" has ${odd.shape[0]} rows and input "${first.name}" has ${first.shape[0]}; all need as many`,
  );
}

function toColumn(field: Field, tensor: Tensor): Column {
  const { name, data } = tensor;
  if (field.kind === 'category') {
    if (Array.isArray(data)) return toCategories(name, data);
    throw tensorProblem(`input "${name}" is text: send it as BYTES`);
  }
  const kind = field.kind === 'timestamp' ? 'timestamp' : 'number';
  const values = numbersOf(tensor);
  if (values !== undefined) return { kind, values };
  if (kind === 'timestamp') return { kind, values: toTimes(name, data as Buffer[]) };
  throw tensorProblem(`input "${name}" is BYTES, which is no ${field.kind}: send it as a numeric datatype`);
}

function toCategories(name: string, elements: readonly Buffer[]): Column {
  const codes = new Int32Array(elements.length);
  const known = new Map<string, number>([['', -1]]);
  const categories: string[] = [];
  for (let row = 0; row < elements.length; row++) {
    const text = textOf(name, elements[row], row);
    let code = known.get(text);
    if (code === undefined) {
      code = categories.push(text) - 1;
      known.set(text, code);
    }
    codes[row] = code;
  }
  return { kind: 'category', codes, categories };
}

function toTimes(name: string, elements: readonly Buffer[]): Float64Array {
  const times = new Float64Array(elements.length);
  for (let row = 0; row < elements.length; row++) {
    const text = textOf(name, elements[row], row);
    times[row] = text === '' ? Number.NaN : parseTimestamp(text);
    if (text !== '' && Number.isNaN(times[row]))
      throw tensorProblem(`input "${name}": element ${row} is ${shown(text)}, which is no ISO 8601 time`);
  }
  return times;
}

function textOf(name: string, element: Buffer, row: number): string {
  if (isUtf8(element)) return element.toString('utf8');
  throw tensorProblem(`input "${name}": element ${row} is no UTF-8 text`);
}
