import type { CategoryColumn, Column, Field, Table } from '../../models/table.ts';

/** What a field is, for people: numbers as they are, times as ISO 8601, booleans as such, null where missing. */
export function showRecord(
  fields: readonly Field[],
  table: Table,
  row: number,
): Record<string, string | number | boolean | null> {
  return Object.fromEntries(
    fields.map((field) => [field.name, showValue(field, table.columns[field.name], row)]),
  );
}

function showValue(field: Field, column: Column, row: number): string | number | boolean | null {
  if (column.kind === 'category') return column.codes[row] < 0 ? null : column.categories[column.codes[row]];
  const value = column.values[row];
  if (!Number.isFinite(value)) return null;
  if (field.kind === 'boolean') return value === 1;
  return field.kind === 'timestamp' && Math.abs(value) <= 8.64e15 ? new Date(value).toISOString() : value;
}

/** The tables with their categories under the same codes, so that values of one can stand in the other. */
export function shareCategories(fields: readonly Field[], tables: readonly Table[]): Table[] {
  const shared = tables.map((table): Table => ({ rows: table.rows, columns: {} }));
  for (const { name } of fields) {
    const columns = tables.map((table) => table.columns[name]);
    const own = columns.every((column) => column.kind === 'category')
      ? shareDictionary(columns as CategoryColumn[])
      : columns;
    for (const [index, column] of own.entries()) shared[index].columns[name] = column;
  }
  return shared;
}

function shareDictionary(columns: readonly CategoryColumn[]): CategoryColumn[] {
  if (columns.every(({ categories }) => categories === columns[0].categories)) return [...columns];
  const codeOf = new Map<string, number>();
  for (const { categories } of columns)
    for (const category of categories) if (!codeOf.has(category)) codeOf.set(category, codeOf.size);
  const categories = [...codeOf.keys()];
  return columns.map((column) => {
    const remap = column.categories.map((category) => codeOf.get(category)!);
    return { kind: 'category', codes: column.codes.map((code) => (code < 0 ? -1 : remap[code])), categories };
  });
}

/** Numbers of a column: values, or codes. */
export function rawOf(column: Column): Float64Array | Int32Array {
  return column.kind === 'category' ? column.codes : column.values;
}

/** The same column with other numbers. */
export function withRaw(column: Column, raw: Float64Array | Int32Array): Column {
  if (column.kind === 'category') return { ...column, codes: raw as Int32Array };
  return { ...column, values: raw as Float64Array };
}

/** As many numbers as asked for, of the column's own kind. */
export function emptyRaw(column: Column, length: number): Float64Array | Int32Array {
  return column.kind === 'category' ? new Int32Array(length) : new Float64Array(length);
}

/** The table `times` times over, all but the column named, which `write` fills. */
export function repeatTable(
  table: Table,
  fields: readonly Field[],
  times: number,
  changed: string,
  write: (raw: Float64Array | Int32Array) => void,
): Table {
  const columns = fields.map(({ name }) => {
    const column = table.columns[name];
    const raw = emptyRaw(column, table.rows * times);
    if (name === changed) write(raw);
    else for (let time = 0; time < times; time++) raw.set(rawOf(column), time * table.rows);
    return [name, withRaw(column, raw)] as const;
  });
  return { rows: table.rows * times, columns: Object.fromEntries(columns) };
}
