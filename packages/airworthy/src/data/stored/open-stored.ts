import type { Context } from '../../store/ports.ts';
import { openScratchFolder } from '../../store/scratch-folder.ts';
import { type Engine, openEngine } from '../engine/open-engine.ts';
import { sqlText } from '../engine/sql-text.ts';
import type { DatasetVersion } from '../schema.ts';

/** DuckDB over the content of stored versions. */
export interface Stored extends AsyncDisposable {
  engine: Engine;
  /** One relation a version, in the order asked for: its columns, rows in order. */
  relations: string[];
  /** The same with the row's number, from 0, as `file_row_number`. */
  numbered: string[];
}

export async function openStored(context: Context, versions: readonly DatasetVersion[]): Promise<Stored> {
  const paths: string[] = [];
  for (const { blob } of versions) paths.push(await context.store.blobs.localPath(blob));
  const scratch = await openScratchFolder(context.store.folder, 'data');
  try {
    const engine = await openEngine({
      ...{ scratch: scratch.path, files: paths, signal: context.signal },
      width: Math.max(...versions.map((version) => version.schema.fields.length)),
    });
    return {
      engine,
      relations: paths.map((path) => `read_parquet(${sqlText(path)})`),
      numbered: paths.map((path) => `read_parquet(${sqlText(path)}, file_row_number = true)`),
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
