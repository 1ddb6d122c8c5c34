import type { Context } from '../../store/ports.ts';
import { openScratchFolder } from '../../store/scratch-folder.ts';
import { type Engine, openEngine } from '../engine/open-engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import { type DataPart, partsOf } from '../parts/data-part.ts';
import { readParts } from '../parts/read-parts.ts';
import type { DatasetVersion } from '../schema.ts';
import { requireContent } from './require-content.ts';

/** DuckDB over the content of stored versions. */
export interface Stored extends AsyncDisposable {
  engine: Engine;
  /** One relation a version, in the order asked for: its columns, rows in order. */
  relations: string[];
  /** The same with the row's number, from 0, as `file_row_number`. */
  numbered: string[];
}

export async function openStored(context: Context, versions: readonly DatasetVersion[]): Promise<Stored> {
  const contents: Content[] = [];
  for (const version of versions) contents.push(await findContent(context, version));
  const scratch = await openScratchFolder(context.store.folder, 'data');
  try {
    const engine = await openEngine({
      ...{ scratch: scratch.path, files: contents.flatMap(({ paths }) => paths), signal: context.signal },
      width: Math.max(...versions.map((version) => version.schema.fields.length)),
    });
    return {
      engine,
      relations: contents.map(({ relation }) => relation),
      numbered: contents.map(({ numbered }) => numbered),
      async [Symbol.asyncDispose]() {
        engine[Symbol.dispose]();
        await scratch[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await scratch[Symbol.asyncDispose]();
    throw error;
  }
}

interface Content {
  paths: string[];
  relation: string;
  numbered: string;
}

async function findContent(context: Context, version: DatasetVersion): Promise<Content> {
  requireContent(version);
  if (version.source.parts === undefined) {
    const path = await context.store.blobs.localPath(version.blob);
    return {
      paths: [path],
      relation: `read_parquet(${sqlText(path)})`,
      numbered: `read_parquet(${sqlText(path)}, file_row_number = true)`,
    };
  }
  const parts = await partsOf(context, version);
  const paths = await pathsOf(context, parts);
  return { paths, ...readParts(version.schema.fields, parts, paths) };
}

/** Local Parquet files of parts, in order. Each is checked against its digest. */
export async function pathsOf(context: Context, parts: readonly DataPart[]): Promise<string[]> {
  const paths: string[] = [];
  for (const { blob } of parts) paths.push(await context.store.blobs.localPath(blob));
  return paths;
}
