import type { RawRecord } from './read-record.ts';
import type { Column, Field, Table } from './table.ts';

/**
 * Rows of a table as records, the way `recordsToTable` reads them back: times as ISO 8601, booleans as such, what is
 * missing as null.
 *
 * @example
 * tableToRecords(fields, { rows: 1, columns: { distance: { kind: 'number', values: Float64Array.of(733) } } }); // [{ distance: 733 }]
 */
export function tableToRecords(fields: readonly Field[], table: Table): RawRecord[] {
  const readers = fields.map(({ name, kind }) => [name, readerOf(kind, table.columns[name])] as const);
  return Array.from({ length: table.rows }, (_, row) => {
    const record: Record<string, unknown> = {};
    for (const [name, read] of readers) record[name] = read(row);
    return record;
  });
}

function readerOf(kind: Field['kind'], column: Column | undefined): (row: number) => unknown {
  if (column === undefined) return () => null;
  if (column.kind === 'category') {
    const { codes, categories } = column;
    return (row) => (codes[row] < 0 ? null : categories[codes[row]]);
  }
  const { values } = column;
  const show = SHOWN[kind];
  return (row) => (Number.isNaN(values[row]) ? null : show(values[row]));
}

const SHOWN: Record<Field['kind'], (value: number) => unknown> = {
  number: (value) => value,
  integer: (value) => value,
  boolean: (value) => value !== 0,
  timestamp: (value) => new Date(value).toISOString(),
  category: (value) => String(value),
};
