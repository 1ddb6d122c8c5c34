import { join } from 'node:path';
import { contentKey } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import { openScratchFolder } from '../../store/scratch-folder.ts';
import { type Engine, openEngine } from '../engine/open-engine.ts';
import { sqlName, sqlText } from '../engine/sql-text.ts';
import { writeParquet } from '../engine/write-parquet.ts';
import { pathsOf } from '../stored/open-stored.ts';
import { scanContent } from '../stored/scan-content.ts';
import { createPart, type DataPart, type PartColumn } from './data-part.ts';
import { poolColumns } from './pool-columns.ts';

const CHUNK = 2_048;

/**
 * Parts without the rows that have one of these ids in an id column, each in its place. Parts that have none stay as they
 * are, the others are written anew; null is a part that has lost its last row.
 */
export async function dropRows(
  context: Context,
  parts: readonly DataPart[],
  { id, values }: { id: string; values: readonly string[] },
): Promise<(DataPart | null)[]> {
  if (values.length === 0 || parts.length === 0) return [...parts];
  return revise(context, parts, async (engine, paths, scratch) => {
    await openIds(engine, (add) => add(values));
    const kept: (DataPart | null)[] = [];
    const among = `${sqlName(id)} IN (SELECT id::UUID FROM ids)`;
    for (const [index, part] of parts.entries()) {
      const path = join(scratch, `revised-${index}.parquet`);
      kept.push(await partWithout(context, { engine, part, from: paths[index], to: path }, among));
    }
    return kept;
  });
}

interface Revision {
  engine: Engine;
  part: DataPart;
  /** The part’s file. */
  from: string;
  /** Where a file for what is left may be made. */
  to: string;
}

/** A part without the rows for which a condition holds: as it is where it holds for none, null where for all. */
export async function partWithout(
  context: Context,
  { engine, part, from, to }: Revision,
  condition: string,
): Promise<DataPart | null> {
  const rows = `read_parquet(${sqlText(from)})`;
  const { found } = await engine.one<{ found: number }>(
    `SELECT count_if(${condition}) AS found FROM ${rows}`,
  );
  if (found === 0) return part;
  if (found === part.rows) return null;
  // A condition on what is missing is neither true nor false.
  const left = `SELECT * FROM ${rows} WHERE (${condition}) IS NOT TRUE`;
  await writeParquet(engine, left, to, part.columns.length + 2);
  const columns = part.columns.map(({ name, kind }) => ({ name, kind }));
  const scans = await scanContent(engine, `read_parquet(${sqlText(to)})`, columns);
  return createPart(await context.store.blobs.putFile(to), part.rows - found, columns, scans);
}

/** Makes a table `ids` of an engine and fills it. */
export async function openIds(
  engine: Engine,
  fill: (add: (values: readonly string[]) => void) => void | Promise<void>,
): Promise<void> {
  const { DuckDBDataChunk, VARCHAR } = await import('@duckdb/node-api');
  await engine.run('CREATE TABLE ids (id VARCHAR)');
  const appender = await engine.appender('ids');
  await fill((values) => {
    for (let start = 0; start < values.length; start += CHUNK) {
      const chunk = DuckDBDataChunk.create([VARCHAR]);
      chunk.setColumns([values.slice(start, start + CHUNK)]);
      appender.appendDataChunk(chunk);
    }
  });
  appender.closeSync();
}

/**
 * The same rows in one part, so that a version that grows for years does not consist of ever more files. All must have
 * the same columns.
 */
export async function mergeParts(context: Context, parts: readonly DataPart[]): Promise<DataPart> {
  return revise(context, parts, async (engine, paths, scratch) => {
    const path = join(scratch, 'merged.parquet');
    const from = `read_parquet([${paths.map(sqlText).join(', ')}])`;
    await writeParquet(engine, `SELECT * FROM ${from}`, path, parts[0].columns.length + 2);
    const columns = parts[0].columns.map(({ name, kind }) => ({ name, kind, nullable: true }));
    const figures = poolColumns(columns, parts).map((scan, index): PartColumn => {
      const { missing, minimum, maximum, mean, sd } = scan;
      const known = Object.entries({ minimum, maximum, mean, sd }).filter(
        ([, value]) => !Number.isNaN(value),
      );
      return { name: scan.name, kind: columns[index].kind, missing, ...Object.fromEntries(known) };
    });
    return {
      digest: contentKey({ format: 'airworthy-part/1', parts: parts.map((part) => part.digest) }),
      blob: await context.store.blobs.putFile(path),
      rows: parts.reduce((sum, part) => sum + part.rows, 0),
      columns: figures,
    };
  });
}

/** Works on the files of parts, by their paths, with a scratch folder for what it makes. */
export async function revise<Result>(
  context: Context,
  parts: readonly DataPart[],
  work: (engine: Engine, paths: readonly string[], scratch: string) => Promise<Result>,
): Promise<Result> {
  const paths = await pathsOf(context, parts);
  await using scratch = await openScratchFolder(context.store.folder, 'data');
  const width = Math.max(...parts.map((part) => part.columns.length + 2));
  using engine = await openEngine({ scratch: scratch.path, files: paths, width, signal: context.signal });
  return await work(engine, paths, scratch.path);
}
