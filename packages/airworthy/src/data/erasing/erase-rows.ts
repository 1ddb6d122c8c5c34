import { join } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { Engine } from '../engine/open-engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { addParts } from '../parts/add-parts.ts';
import { type DataPart, partsOf } from '../parts/data-part.ts';
import { openIds, partWithout, revise } from '../parts/revise-parts.ts';
import type { DatasetSchema, DatasetVersion, QualityRuleInput } from '../schema.ts';
import { fromRow } from '../stored/save-version.ts';

/** Rows of dataset versions, by what a column says of where they came from. */
export interface RowsToErase {
  /** The column with the ids: UUIDs beside the fields, or texts. */
  column: string;
  kind: 'uuid' | 'text';
  ids(): AsyncIterable<readonly string[]>;
  /** Only in versions for which this holds; in all where absent. */
  isAmong?: (version: DatasetVersion) => Promise<boolean>;
  quality?: readonly QualityRuleInput[];
  /** What a version’s successor is made from, beside that version and the list of rows that went. */
  madeFrom(version: DatasetVersion, replaced: ReplacedParts): Promise<string[]>;
}

/** By blob: the part without the rows, null where none is left. */
export type ReplacedParts = ReadonlyMap<string, DataPart | null>;

/** A version that held such rows. */
export interface AffectedVersion {
  version: DatasetVersion;
  /** Of those rows. */
  rows: number;
  /** Digest of the dataset’s version without them; null where no row is left. */
  successor: string | null;
  /** Digests of content that only such versions may name: the parts with those rows, and the list of parts. */
  blobs: string[];
}

/** The versions that hold such rows, and how many; nothing is changed. */
export async function findRows(
  context: Context,
  rows: RowsToErase,
): Promise<Pick<AffectedVersion, 'version' | 'rows'>[]> {
  const versions = await versionsOfParts(context, rows);
  const numbers = await withParts(context, versions, rows, async (found) => numbersOf(found));
  return versions.flatMap(({ version, parts }) => {
    const held = countRows(parts, numbers);
    return held === 0 ? [] : [{ version, rows: held }];
  });
}

/**
 * Makes, for each dataset some of whose versions hold the rows, a version without them in the place of its newest. The rows
 * left keep what is known of their origin; which row numbers went is listed in a blob that the new version names among what
 * it was made from. The versions found are as before: `markErased` ends them. Called again, it finds the same.
 */
export async function replaceRows(context: Context, rows: RowsToErase): Promise<AffectedVersion[]> {
  const versions = await versionsOfParts(context, rows);
  const replaced = await withParts(context, versions, rows, (found) => reviseParts(context, found));
  const affected = versions.filter(({ parts }) => parts.some(({ blob }) => replaced.has(blob)));
  const successors = new Map<string, string | null>();
  for (const { version, parts } of affected) {
    if (successors.has(version.dataset)) continue;
    const newest = versions.find((each) => each.version.dataset === version.dataset);
    const isNewest = newest?.version === version;
    const digest = isNewest
      ? await succeed(context, { version, parts }, rows, replaced)
      : newest?.version.digest;
    successors.set(version.dataset, digest ?? null);
  }
  return affected.map(({ version, parts }) => ({
    version,
    rows: countRows(parts, new Map([...replaced].map(([blob, { gone }]) => [blob, gone]))),
    successor: successors.get(version.dataset) ?? null,
    blobs: [...parts.flatMap(({ blob }) => (replaced.has(blob) ? [blob] : [])), version.blob],
  }));
}

/** By blob: the numbers of the rows that are meant, from 0, where there are any. */
type RowNumbers = Map<string, number[]>;

function countRows(parts: readonly DataPart[], numbers: RowNumbers): number {
  return parts.reduce((sum, { blob }) => sum + (numbers.get(blob)?.length ?? 0), 0);
}

interface VersionParts {
  version: DatasetVersion;
  parts: DataPart[];
}

/** Versions made of parts, of each dataset the newest first. */
async function versionsOfParts(context: Context, { isAmong }: RowsToErase): Promise<VersionParts[]> {
  const stored = await context.store.database.sql
    .selectFrom('dataset_version')
    .selectAll()
    .where('project', '=', context.project)
    .where('erased_json', 'is', null)
    .orderBy('dataset')
    .orderBy('number', 'desc')
    .execute();
  const found: VersionParts[] = [];
  for (const version of stored.map(fromRow)) {
    if (version.source.parts === undefined || (isAmong && !(await isAmong(version)))) continue;
    found.push({ version, parts: await partsOf(context, version).catch(unreadable) });
  }
  return found;
}

interface FoundPart {
  engine: Engine;
  part: DataPart;
  path: string;
  scratch: string;
  numbers: number[];
  condition: string;
}

/** Hands over the parts that hold such rows, with the rows' numbers. */
async function withParts<Result>(
  context: Context,
  versions: readonly VersionParts[],
  { column, kind, ids }: RowsToErase,
  work: (found: FoundPart[]) => Promise<Result>,
): Promise<Result> {
  const parts = [
    ...new Map(versions.flatMap((each) => each.parts).map((part) => [part.blob, part])).values(),
  ];
  if (parts.length === 0) return work([]);
  return revise(context, parts, async (engine, paths, scratch) => {
    await openIds(engine, async (add) => {
      for await (const page of ids()) add(page);
    });
    const condition = `${sqlName(column)} IN (SELECT ${kind === 'uuid' ? 'id::UUID' : 'id'} FROM ids)`;
    const found: FoundPart[] = [];
    for (const [index, part] of parts.entries()) {
      const path = paths[index];
      if (!(await hasColumn(engine, path, column))) continue;
      const rows = `read_parquet(${sqlText(path)}, file_row_number = true)`;
      const numbers = await engine.all<{ row: number }>(
        `SELECT file_row_number AS row FROM ${rows} WHERE ${condition} ORDER BY row`,
      );
      if (numbers.length > 0)
        found.push({ engine, part, path, scratch, numbers: numbers.map(({ row }) => row), condition });
    }
    return work(found);
  });
}

function numbersOf(found: readonly FoundPart[]): RowNumbers {
  return new Map(found.map(({ part, numbers }) => [part.blob, numbers]));
}

/** What is left of a part, and which of its rows are not. */
interface Revised {
  left: DataPart | null;
  gone: number[];
}

async function reviseParts(context: Context, found: readonly FoundPart[]): Promise<Map<string, Revised>> {
  const revised = new Map<string, Revised>();
  for (const { engine, part, path, scratch, numbers, condition } of found) {
    const to = join(scratch, `left-${revised.size}.parquet`);
    const left = await partWithout(context, { engine, part, from: path, to }, condition);
    revised.set(part.blob, { left, gone: numbers });
  }
  return revised;
}

async function hasColumn(engine: Engine, path: string, column: string): Promise<boolean> {
  const { found } = await engine.one<{ found: number }>(
    `SELECT count(*) AS found FROM parquet_schema(${sqlText(path)}) WHERE name = ${sqlText(column)}`,
  );
  return found > 0;
}

/** The version's rows that are left, as a version; null where none is. */
async function succeed(
  context: Context,
  { version, parts }: VersionParts,
  { quality = [], madeFrom }: RowsToErase,
  revised: ReadonlyMap<string, Revised>,
): Promise<string | null> {
  const left = parts.flatMap((part) => {
    const own = revised.get(part.blob);
    return own === undefined ? [part] : (own.left ?? []);
  });
  if (left.length === 0) return null;
  const origins = await madeFrom(version, new Map([...revised].map(([blob, own]) => [blob, own.left])));
  const added = await addParts(context, {
    ...{ name: version.dataset, parts: left, source: version.source.source, quality },
    schema: withoutOpenCategories(version.schema),
    madeFrom: [...origins, version.digest, await putTombstones(context, { version, parts }, revised)],
  });
  return added.version.digest;
}

/** Numbers of the rows that are gone, from 0, in the version that had them. */
async function putTombstones(
  context: Context,
  { version: { digest }, parts }: VersionParts,
  revised: ReadonlyMap<string, Revised>,
): Promise<string> {
  const numbers: number[] = [];
  let start = 0;
  for (const part of parts) {
    for (const row of revised.get(part.blob)?.gone ?? []) numbers.push(start + row);
    start += part.rows;
  }
  return context.store.blobs.put(
    JSON.stringify({ format: 'airworthy-tombstones/1', of: digest, rows: numbers }),
  );
}

/** Texts that rows happened to have are listed anew from the rows left, or not at all. */
export function withoutOpenCategories(schema: DatasetSchema): DatasetSchema {
  const fields = schema.fields.map((field) => {
    if (field.kind !== 'category' || field.closed || field.name === schema.target?.name) return field;
    const { categories: _categories, ...open } = field;
    return open;
  });
  return { ...schema, fields };
}

/** Every digest of content that versions of any project name which are not erased: as their file, their list of parts, or a part. */
export async function contentInUse(context: Context): Promise<Set<string>> {
  const stored = await context.store.database.sql
    .selectFrom('dataset_version')
    .selectAll()
    .where('erased_json', 'is', null)
    .execute();
  const used = new Set<string>();
  for (const version of stored.map(fromRow)) {
    used.add(version.blob);
    for (const digest of version.madeFrom) used.add(digest);
    for (const { blob } of await partsOf(context, version).catch(unreadable)) used.add(blob);
  }
  return used;
}

/** A version whose list of parts is lost names none. */
function unreadable(error: unknown): DataPart[] {
  if (AirworthyError.is(error) && error.code === 'BLOB_NOT_FOUND') return [];
  throw error;
}
