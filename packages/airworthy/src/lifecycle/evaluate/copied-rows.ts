export interface NamedInput {
  id: string;
  input: unknown;
}

type Row = Readonly<Record<string, unknown>>;

/**
 * Is this a row of a table: a flat record with a figure in it? Any two of them are alike as texts, so that they are the same only
 * where every cell is.
 */
export function isTableRow(input: unknown): input is Row {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return false;
  const cells = Object.values(input);
  return (
    cells.some((cell) => typeof cell === 'number') &&
    cells.every((cell) => typeof cell !== 'object' || cell === null)
  );
}

/** Cases whose cells are those of a row elsewhere, in all the columns that both have: ids of the two. */
export async function findCopiedRows(
  cases: readonly NamedInput[],
  rows: AsyncIterable<NamedInput>,
): Promise<{ id: string; entry: string }[]> {
  const byColumns = new Map<string, Map<string, string[]>>();
  const found = new Map<string, string>();
  const columns = isTableRow(cases[0]?.input) ? Object.keys(cases[0].input) : [];
  for await (const { id: entry, input } of rows) {
    if (typeof input !== 'object' || input === null) continue;
    const shared = columns.filter((column) => Object.hasOwn(input, column));
    if (shared.length === 0) continue;
    const name = JSON.stringify(shared);
    const index = byColumns.get(name) ?? indexCases(cases, shared);
    byColumns.set(name, index);
    for (const id of index.get(keyOf(input as Row, shared)) ?? []) if (!found.has(id)) found.set(id, entry);
  }
  return [...found].map(([id, entry]) => ({ id, entry }));
}

function indexCases(cases: readonly NamedInput[], columns: readonly string[]): Map<string, string[]> {
  const index = new Map<string, string[]>();
  for (const { id, input } of cases) {
    const key = keyOf(input as Row, columns);
    const same = index.get(key);
    if (same) same.push(id);
    else index.set(key, [id]);
  }
  return index;
}

/** Cells of a CSV file are text, those of a dataset are figures. */
function keyOf(row: Row, columns: readonly string[]): string {
  return JSON.stringify(columns.map((column) => String(row[column] ?? '').trim()));
}
