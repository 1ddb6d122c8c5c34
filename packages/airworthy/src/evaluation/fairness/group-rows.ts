import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { Table } from '../../models/table.ts';
import { type RowGroup, sliceRows } from '../slice-rows.ts';

/** Numbers of no more distinct values than this are groups of their own; others are cut into ranges. */
const MOST_VALUES = 12;

/** The groups of rows that a column's values make. Throws FAIRNESS_COLUMN_NOT_FOUND. */
export function groupRows(table: Table, name: string): RowGroup[] {
  const column = table.columns[name];
  if (!column) throw columnNotFound(table, name);
  if (column.kind !== 'number') return sliceRows(table, [name]);
  const rowsOf = Map.groupBy(column.values.keys(), (row) => column.values[row]);
  if (rowsOf.size > MOST_VALUES) return sliceRows(table, [name]);
  return [...rowsOf]
    .sort(([a], [b]) => (Number.isNaN(a) ? 1 : Number.isNaN(b) ? -1 : a - b))
    .map(([value, rows]) => ({
      column: name,
      value: Number.isNaN(value) ? 'missing' : String(value),
      rows: Uint32Array.from(rows),
    }));
}

function columnNotFound(table: Table, name: string): AirworthyError {
  const known = Object.keys(table.columns);
  const nearest = nearestName(name, known);
  const hint =
    nearest === undefined ? `known: ${known.slice(0, 20).join(', ')}` : `did you mean "${nearest}"?`;
  return new AirworthyError('FAIRNESS_COLUMN_NOT_FOUND', {
    message: `evaluation.fairness names the column "${name}", which the data does not have; ${hint}`,
    at: 'evaluation.fairness.groups',
  });
}
