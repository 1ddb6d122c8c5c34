import { AirworthyError } from '../kernel/errors.ts';
import type { Field } from '../models/table.ts';
import type { Context } from '../store/ports.ts';
import { addParts, partsOfAll } from './parts/add-parts.ts';
import type { DatasetSchema, DatasetVersion, QualityRuleInput } from './schema.ts';

export interface VersionsToUnite {
  /** Of the dataset that the union becomes a version of; kebab-case. */
  name: string;
  /** Columns beside the first one's features and target that are kept, such as when a prediction was made. */
  keep?: readonly string[];
  quality?: readonly QualityRuleInput[];
}

/**
 * One version of the rows of several, in their order: the features and the target of the first, and the columns to
 * keep, which have no value in versions that lack them. No row is copied.
 *
 * @throws DATA_COLUMN_NOT_FOUND, DATA_COLUMN_KIND where another version lacks a column or has another kind in it
 *
 * @example
 * const { version } = await uniteVersions(context, [own, curated], { name: 'flights-improved', keep: ['predicted_at'] });
 */
export async function uniteVersions(
  context: Context,
  versions: readonly DatasetVersion[],
  { name, keep = [], quality = [] }: VersionsToUnite,
): Promise<{ version: DatasetVersion; reused: boolean }> {
  return addParts(context, {
    name,
    parts: await partsOfAll(context, versions),
    schema: uniteSchemas(versions, keep),
    source: versions.map((version) => `${version.dataset} version ${version.number}`),
    madeFrom: versions.map((version) => version.digest),
    quality,
  });
}

function uniteSchemas(versions: readonly DatasetVersion[], keep: readonly string[]): DatasetSchema {
  const [{ schema }] = versions;
  const needed = new Set([...schema.features, ...(schema.target ? [schema.target.name] : [])]);
  const own = schema.fields.filter((field) => needed.has(field.name) || keep.includes(field.name));
  const more = keep.flatMap((column) => {
    if (own.some((field) => field.name === column)) return [];
    return findFields(versions, column).slice(0, 1);
  });
  const fields = [...own, ...more].map((field) => uniteField(field, versions, keep.includes(field.name)));
  const target = fields.find((field) => field.name === schema.target?.name);
  return {
    fields,
    ...(target ? { target } : {}),
    ...(schema.positive === undefined ? {} : { positive: schema.positive }),
    features: schema.features,
  };
}

function findFields(versions: readonly DatasetVersion[], name: string): Field[] {
  return versions.flatMap(({ schema }) => schema.fields.find((field) => field.name === name) ?? []);
}

function uniteField(field: Field, versions: readonly DatasetVersion[], optional: boolean): Field {
  const found = versions.map(({ schema }) => schema.fields.find(({ name }) => name === field.name));
  for (const [index, other] of found.entries()) requireSame(field, other, versions[index], optional);
  const nullable = found.some((other) => other === undefined || other.nullable);
  const { categories, ...rest } = field;
  const known = new Set(found.flatMap((other) => other?.categories ?? []));
  const listed = categories && { categories: field.closed ? categories : [...known].sort(byBytes) };
  return { ...rest, nullable, ...listed };
}

function requireSame(
  field: Field,
  other: Field | undefined,
  version: DatasetVersion,
  optional: boolean,
): void {
  const where = `dataset "${version.dataset}" version ${version.number}`;
  if (other === undefined && !optional) {
    throw new AirworthyError('DATA_COLUMN_NOT_FOUND', {
      message: `${where} has no column "${field.name}", so its rows cannot be put beside the others`,
      facts: { column: field.name, version: version.digest },
    });
  }
  if (other !== undefined && other.kind !== field.kind) {
    throw new AirworthyError('DATA_COLUMN_KIND', {
      message: `column "${field.name}" is ${other.kind} in ${where}, ${field.kind} in the others`,
      remedy: `Declare its kind in data.columns: \`"${field.name}": { kind: '${other.kind}' }\`.`,
      facts: { column: field.name, kinds: [field.kind, other.kind] },
    });
  }
}

/** The order of the texts' UTF-8 bytes, as everywhere in the data. */
function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
