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
    await fillIds(engine, values);
    const kept: (DataPart | null)[] = [];
    for (const [index, part] of parts.entries()) {
      const from = `read_parquet(${sqlText(paths[index])})`;
      const among = `${sqlName(id)} IN (SELECT id::UUID FROM ids)`;
      const { found } = await engine.one<{ found: number }>(
        `SELECT count_if(${among}) AS found FROM ${from}`,
      );
      if (found === 0) kept.push(part);
      else if (found === part.rows) kept.push(null);
      else {
        const path = join(scratch, `revised-${index}.parquet`);
        await writeParquet(engine, `SELECT * FROM ${from} WHERE NOT ${among}`, path, part.columns.length + 2);
        const columns = part.columns.map(({ name, kind }) => ({ name, kind }));
        const scans = await scanContent(engine, `read_parquet(${sqlText(path)})`, columns);
        kept.push(createPart(await context.store.blobs.putFile(path), part.rows - found, columns, scans));
      }
    }
    return kept;
  });
}

async function fillIds(engine: Engine, values: readonly string[]): Promise<void> {
  const { DuckDBDataChunk, VARCHAR } = await import('@duckdb/node-api');
  await engine.run('CREATE TABLE ids (id VARCHAR)');
  const appender = await engine.appender('ids');
  for (let start = 0; start < values.length; start += CHUNK) {
    const chunk = DuckDBDataChunk.create([VARCHAR]);
    chunk.setColumns([values.slice(start, start + CHUNK)]);
    appender.appendDataChunk(chunk);
  }
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
