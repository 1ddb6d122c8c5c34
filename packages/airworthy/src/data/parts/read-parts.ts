import type { FieldKind } from '../../models/table.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import type { DataPart } from './data-part.ts';

const TYPES: Record<FieldKind, string> = {
  number: 'DOUBLE',
  integer: 'BIGINT',
  boolean: 'BOOLEAN',
  category: 'VARCHAR',
  timestamp: 'TIMESTAMP',
};

/** SQL for the rows of parts, in order; a part that lacks a column has no value in it. */
export function readParts(
  columns: readonly { name: string; kind: FieldKind }[],
  parts: readonly Pick<DataPart, 'rows' | 'columns'>[],
  paths: readonly string[],
): { relation: string; numbered: string } {
  let start = 0;
  const branches = parts.map((part, index) => {
    const own = new Set(part.columns.map((column) => column.name));
    const list = columns.map(({ name, kind }) =>
      own.has(name) ? sqlName(name) : `NULL::${TYPES[kind]} AS ${sqlName(name)}`,
    );
    const from = `read_parquet(${sqlText(paths[index])}, file_row_number = true)`;
    const number = `file_row_number + ${start} AS file_row_number`;
    start += part.rows;
    return { list: list.join(', '), from, number };
  });
  const union = (rows: string[]) => `(${rows.join(' UNION ALL ')})`;
  return {
    relation: union(branches.map(({ list, from }) => `SELECT ${list} FROM ${from}`)),
    numbered: union(branches.map(({ list, from, number }) => `SELECT ${list}, ${number} FROM ${from}`)),
  };
}
