import type { CategoryColumn, Column, Table } from '../../models/table.ts';

/** What tables must have in common to be one: their columns, and the kinds of these. */
export function tableShape({ columns }: Table): string {
  return JSON.stringify(Object.entries(columns).map(([name, { kind }]) => [name, kind]));
}

/** Tables of one shape, one under the other. */
export function joinTables(tables: readonly Table[]): Table {
  if (tables.length === 1) return tables[0];
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  const names = Object.keys(tables[0].columns);
  const columns = names.map((name) => {
    return [
      name,
      joinColumns(
        tables.map((table) => table.columns[name]),
        rows,
      ),
    ] as const;
  });
  return { rows, columns: Object.fromEntries(columns) };
}

function joinColumns(columns: readonly Column[], rows: number): Column {
  const [first] = columns;
  if (first.kind === 'category') return joinCategories(columns as readonly CategoryColumn[], rows);
  const values = new Float64Array(rows);
  let start = 0;
  for (const column of columns as readonly Exclude<Column, CategoryColumn>[]) {
    values.set(column.values, start);
    start += column.values.length;
  }
  return { kind: first.kind, values };
}

function joinCategories(columns: readonly CategoryColumn[], rows: number): CategoryColumn {
  const codes = new Int32Array(rows);
  const known = new Map<string, number>();
  let start = 0;
  for (const column of columns) {
    const codeOf = column.categories.map((category) => {
      const code = known.get(category) ?? known.size;
      known.set(category, code);
      return code;
    });
    for (const code of column.codes) codes[start++] = code < 0 ? -1 : codeOf[code];
  }
  return { kind: 'category', codes, categories: [...known.keys()] };
}
