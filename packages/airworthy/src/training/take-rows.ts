import type { Column, Table } from '../models/table.ts';

/** The rows named, in that order, as a table of its own. */
export function takeRows(table: Table, rows: Int32Array): Table {
  const columns = Object.entries(table.columns).map(([name, column]) => [name, takeColumn(column, rows)]);
  return { rows: rows.length, columns: Object.fromEntries(columns) };
}

function takeColumn(column: Column, rows: Int32Array): Column {
  if (column.kind === 'category') {
    const codes = new Int32Array(rows.length);
    for (let index = 0; index < rows.length; index++) codes[index] = column.codes[rows[index]];
    return { ...column, codes };
  }
  return { ...column, values: takeValues(column.values, rows) };
}

export function takeValues(values: Float64Array, rows: Int32Array): Float64Array {
  const taken = new Float64Array(new SharedArrayBuffer(rows.length * Float64Array.BYTES_PER_ELEMENT));
  for (let index = 0; index < rows.length; index++) taken[index] = values[rows[index]];
  return taken;
}
