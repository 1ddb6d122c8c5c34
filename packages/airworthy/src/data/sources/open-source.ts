import { statfs } from 'node:fs/promises';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Engine } from '../engine/open-engine.ts';
import type { DataConfig, DataFormat } from '../schema.ts';
import type { FoundFile } from './find-files.ts';
import { openCsv } from './open-csv.ts';
import { openJson } from './open-json.ts';
import { openParquet } from './open-parquet.ts';
import { prepareText } from './prepare-text.ts';
import type { SourceTable } from './source-table.ts';

/** The files of a source as one relation. Text formats are staged in the scratch folder first. */
export async function openSource(
  engine: Engine,
  files: readonly FoundFile[],
  format: DataFormat,
  config: DataConfig,
  scratch: string,
): Promise<SourceTable> {
  const table = await openFormat(engine, files, format, config, scratch);
  if (table.rows > 0) return table;
  throw new AirworthyError('DATA_FILE_EMPTY', {
    message: `"${files[0].shown}" has a header but no rows`,
    at: 'data.source',
  });
}

async function openFormat(
  engine: Engine,
  files: readonly FoundFile[],
  format: DataFormat,
  config: DataConfig,
  scratch: string,
): Promise<SourceTable> {
  if (format === 'parquet') return openParquet(engine, files);
  const texts = await prepareText(files, config.encoding, scratch);
  if (format === 'json' || format === 'jsonl')
    return openJson(engine, texts, { lines: format === 'jsonl', scratch });
  return openCsv(engine, texts, { tabs: format === 'tsv', missing: config.missing, scratch });
}

/** What can be said before anything is read. */
export async function checkFiles(files: readonly FoundFile[], scratch: string): Promise<void> {
  requireBytes(files);
  await requireSpace(files, scratch);
}

function requireBytes(files: readonly FoundFile[]): void {
  const empty = files.find((file) => file.bytes === 0);
  if (!empty) return;
  throw new AirworthyError('DATA_FILE_EMPTY', { message: `"${empty.shown}" is empty`, at: 'data.source' });
}

/** The scratch copy and the stored version together are at most about as large as the files. */
async function requireSpace(files: readonly FoundFile[], scratch: string): Promise<void> {
  const needed = files.reduce((total, file) => total + file.bytes, 0);
  const { bavail, bsize } = await statfs(scratch);
  const free = bavail * bsize;
  if (free >= needed) return;
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 1e6).toLocaleString('en')} MB`;
  throw new AirworthyError('DISK_FULL', {
    message: `the files of the source have ${megabytes(needed)}, the disk of the data folder has ${megabytes(free)} free`,
    remedy: 'Free space there, choose another data folder (--data), or add a part of the data.',
    facts: { needed, free },
  });
}
