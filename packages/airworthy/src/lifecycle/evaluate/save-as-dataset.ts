import { addParts, type CellValue, type DatasetVersion, openRowWriter } from '../../data/index.ts';
import type { StoredCase, SuiteEvaluation } from '../../evaluation/index.ts';
import { canonicalJson } from '../../kernel/canonical-json.ts';
import { isRecord } from '../../kernel/is-record.ts';
import type { Field } from '../../models/table.ts';
import type { Context } from '../../store/ports.ts';

interface Column {
  name: string;
  kind: 'category' | 'number';
  of(each: StoredCase): unknown;
}

/**
 * Some cases of an evaluation as a version of a dataset: a row each, with its id, its input (a column a field where every input
 * is a record), what is expected and its metadata. The same cases give the same version.
 */
export async function saveAsDataset(
  context: Context,
  { id, suite, number, version }: SuiteEvaluation,
  { name, cases, about }: { name: string; cases: readonly StoredCase[]; about: string },
): Promise<DatasetVersion> {
  const columns = columnsOf(cases);
  const fields: Field[] = columns.map((column) => ({ name: column.name, kind: column.kind, nullable: true }));
  await using writer = await openRowWriter(context, fields);
  writer.append(columns.map((column) => cases.map((each) => cellOf(column.of(each)))));
  const part = await writer.finish();
  const lineage = await context.store.blobs.put(
    canonicalJson({
      format: 'airworthy-selection/1',
      evaluation: id,
      suite,
      number,
      cases: cases.map((each) => each.id),
    }),
  );
  const features = columns
    .filter((column) => column.name !== 'id' && column.name !== 'expected')
    .map((column) => column.name);
  const saved = await addParts(context, {
    ...{ name, parts: [part], source: [about], madeFrom: [...(version === null ? [] : [version]), lineage] },
    schema: { fields, features },
  });
  return saved.version;
}

function columnsOf(cases: readonly StoredCase[]): Column[] {
  const columns = new Map<string, Column>();
  const add = (name: string, of: Column['of'], otherwise: string): void => {
    const free = columns.has(name) ? otherwise : name;
    if (!columns.has(free)) columns.set(free, { name: free, kind: kindOf(cases, of), of });
  };
  add('id', ({ id }) => id, 'id');
  if (cases.every(({ input }) => isRecord(input))) {
    for (const key of keysOf(cases.map(({ input }) => input as Record<string, unknown>))) {
      add(key, ({ input }) => (input as Record<string, unknown>)[key], `input.${key}`);
    }
  } else add('input', ({ input }) => input, 'input');
  add('expected', ({ expected }) => expected, 'case.expected');
  for (const key of keysOf(cases.map(({ metadata }) => metadata))) {
    add(key, ({ metadata }) => metadata[key], `metadata.${key}`);
  }
  return [...columns.values()];
}

function keysOf(records: readonly Readonly<Record<string, unknown>>[]): string[] {
  return [...new Set(records.flatMap((record) => Object.keys(record)))];
}

function kindOf(cases: readonly StoredCase[], of: Column['of']): Column['kind'] {
  const known = cases.map(of).filter((value) => value !== undefined && value !== null);
  return known.length > 0 && known.every((value) => typeof value === 'number') ? 'number' : 'category';
}

function cellOf(value: unknown): CellValue {
  if (value === undefined || value === null) return null;
  return typeof value === 'string' || typeof value === 'number' ? value : canonicalJson(value);
}
