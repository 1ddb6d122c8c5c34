import {
  type DatasetVersion,
  getVersion,
  listSplits,
  type ReadOptions,
  readTable,
} from '../../data/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Column, FieldKind } from '../../models/table.ts';
import type { Context } from '../../store/ports.ts';
import type { DatasetReference } from '../suites/schema.ts';
import type { SourceRow } from './source-row.ts';

/**
 * The rows of a dataset version as cases, or of one side of its split. Throws DATASET_NOT_FOUND, DATA_COLUMN_NOT_FOUND,
 * SUITE_INVALID for a side of a version that was never split.
 */
export async function openDatasetCases(
  context: Context,
  reference: DatasetReference,
): Promise<{ version: string; rows: () => AsyncIterable<SourceRow> }> {
  const { dataset, version: wanted } = reference;
  const version = await getVersion(context, wanted === undefined ? dataset : `${dataset}@${wanted}`);
  const side = await sideOf(context, version, reference.split);
  return { version: version.digest, rows: () => readRows(context, version, reference, side) };
}

async function sideOf(
  context: Context,
  { digest, dataset, number }: DatasetVersion,
  role: DatasetReference['split'],
): Promise<Pick<ReadOptions, 'split' | 'role'>> {
  if (role === undefined) return {};
  const split = (await listSplits(context, digest)).at(-1);
  if (split !== undefined) return { split, role };
  throw new AirworthyError('SUITE_INVALID', {
    message: `dataset "${dataset}" version ${number} has no split to take the rows of "${role}" from`,
    remedy: 'Run airworthy ship, which splits it, or leave out "split" to take all rows.',
    at: 'dataset.split',
  });
}

async function* readRows(
  context: Context,
  version: DatasetVersion,
  reference: DatasetReference,
  side: Pick<ReadOptions, 'split' | 'role'>,
): AsyncGenerator<SourceRow> {
  const { expected = version.schema.target?.name, id } = reference;
  const metadata = listOf(reference.metadata);
  const input = reference.input ?? inputColumns(version, { expected, id, metadata });
  const columns = [...new Set([...listOf(input), expected, id, ...metadata])].filter(
    (name) => name !== undefined,
  );
  const table = await readTable(context, version, { columns, ...side });
  const kinds = new Map(version.schema.fields.map(({ name, kind }) => [name, kind]));
  const cellAt = (name: string, row: number) => cellOf(table.columns[name], kinds.get(name), row);
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

/**
 * All that has no other part. Metadata of a dataset with a target stays in the input: a model may want it. So do columns that are
 * no features now: an older model may have learnt from them.
 */
function inputColumns(
  { schema }: DatasetVersion,
  {
    expected,
    id,
    metadata,
  }: { expected: string | undefined; id: string | undefined; metadata: readonly string[] },
): string[] {
  const elsewhere = new Set([expected, id, ...(schema.target ? [] : metadata)]);
  return schema.fields.map(({ name }) => name).filter((name) => !elsewhere.has(name));
}

function listOf(columns: string | readonly string[] | undefined): readonly string[] {
  if (columns === undefined) return [];
  return typeof columns === 'string' ? [columns] : columns;
}

/** A cell as JSON has it: as the record of a prediction would. */
function cellOf(column: Column, kind: FieldKind | undefined, row: number): string | number | boolean | null {
  if (column.kind === 'category')
    return column.codes[row] === -1 ? null : column.categories[column.codes[row]];
  const value = column.values[row];
  if (Number.isNaN(value)) return null;
  if (kind === 'boolean') return value !== 0;
  return column.kind === 'timestamp' ? new Date(value).toISOString() : value;
}
