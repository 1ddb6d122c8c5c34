import { type DatasetVersion, getVersion, readTable } from '../../data/index.ts';
import type { Column } from '../../models/table.ts';
import type { Context } from '../../store/ports.ts';
import type { DatasetReference } from '../suites/schema.ts';
import type { SourceRow } from './source-row.ts';

/** The rows of a dataset version as cases. Throws DATASET_NOT_FOUND, DATA_COLUMN_NOT_FOUND. */
export async function openDatasetCases(
  context: Context,
  reference: DatasetReference,
): Promise<{ version: string; rows: () => AsyncIterable<SourceRow> }> {
  const { dataset, version: wanted } = reference;
  const version = await getVersion(context, wanted === undefined ? dataset : `${dataset}@${wanted}`);
  return { version: version.digest, rows: () => readRows(context, version, reference) };
}

async function* readRows(
  context: Context,
  version: DatasetVersion,
  reference: DatasetReference,
): AsyncGenerator<SourceRow> {
  const { expected = version.schema.target?.name, id } = reference;
  const metadata = listOf(reference.metadata);
  const others = new Set([expected, id, ...metadata]);
  const input =
    reference.input ?? version.schema.fields.map(({ name }) => name).filter((name) => !others.has(name));
  const columns = [...new Set([...listOf(input), ...others].filter((name) => name !== undefined))];
  const table = await readTable(context, version, { columns });
  const cellAt = (name: string, row: number) => cellOf(table.columns[name], row);
  const record = (names: readonly string[], row: number) =>
    Object.fromEntries(names.map((name) => [name, cellAt(name, row)]));
  for (let row = 0; row < table.rows; row++) {
    yield {
      raw: {
        ...(id === undefined ? {} : { id: cellAt(id, row) }),
        input: typeof input === 'string' ? cellAt(input, row) : record(input, row),
        ...(expected === undefined ? {} : { expected: cellAt(expected, row) }),
        metadata: record(metadata, row),
      },
      place: `dataset "${version.dataset}" version ${version.number}: row ${row + 1}`,
    };
  }
}

function listOf(columns: string | readonly string[] | undefined): readonly string[] {
  if (columns === undefined) return [];
  return typeof columns === 'string' ? [columns] : columns;
}

function cellOf(column: Column, row: number): string | number | null {
  if (column.kind === 'category')
    return column.codes[row] === -1 ? null : column.categories[column.codes[row]];
  const value = column.values[row];
  if (Number.isNaN(value)) return null;
  return column.kind === 'timestamp' ? new Date(value).toISOString() : value;
}
