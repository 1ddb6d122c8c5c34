import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { type Engine, sqlText } from '../../data/index.ts';
import { type PartJournal, type PartRecord, syncFile } from './part-journal.ts';
import type { OutputFormat } from './schema.ts';

/** What the output is put together from. */
export interface Assembly {
  journal: PartJournal;
  parts: readonly PartRecord[];
  output: string;
  format: OutputFormat;
  /** The first line of CSV. */
  header: string;
  /** Where parts are to become Parquet, or CSV out of JSON lines: what does it, and what its parts are. */
  convert?: { engine: Engine; from: 'parquet' | 'jsonl' } | undefined;
}

/** Puts the output in its place, whole; durable when it resolves. Returns its digest. */
export async function assembleOutput(assembly: Assembly): Promise<string> {
  const { output, convert } = assembly;
  const path = partialPath(output);
  await rm(path, { force: true });
  const paths = assembly.parts.map((_, part) => assembly.journal.path(part));
  if (convert === undefined) await joinFiles(path, paths, assembly.format === 'csv' ? assembly.header : '');
  else await convertFiles(convert, assembly.format, paths, path);
  await syncFile(path);
  const digest = await digestFile(path);
  await rename(path, output);
  return digest;
}

/** Puts the rejected rows of all parts in their place; where there are none, none lie there afterwards. */
export async function assembleRejected(
  journal: PartJournal,
  parts: readonly PartRecord[],
  output: string,
): Promise<void> {
  const path = partialPath(output);
  const faulty = parts.flatMap(({ rejected }, part) => (rejected > 0 ? [part] : []));
  if (faulty.length === 0) {
    await rm(output, { force: true });
    return;
  }
  async function* bytes(): AsyncGenerator<Buffer> {
    for (const part of faulty) yield await journal.rejected(part);
  }
  await pipeline(Readable.from(bytes()), createWriteStream(path));
  await syncFile(path);
  await rename(path, output);
}

/** Where an output is put together, beside where it goes. */
export function partialPath(output: string): string {
  return `${output}.partial`;
}

async function joinFiles(path: string, parts: readonly string[], header: string): Promise<void> {
  async function* bytes(): AsyncGenerator<Buffer> {
    yield Buffer.from(header);
    for (const part of parts) yield* createReadStream(part, { highWaterMark: 1 << 20 });
  }
  await pipeline(Readable.from(bytes()), createWriteStream(path));
}

async function convertFiles(
  { engine, from }: { engine: Engine; from: 'parquet' | 'jsonl' },
  format: OutputFormat,
  parts: readonly string[],
  path: string,
): Promise<void> {
  const filled: string[] = [];
  for (const part of parts) if ((await stat(part)).size > 0) filled.push(part);
  const list = `[${filled.map(sqlText).join(', ')}]`;
  const rows =
    from === 'parquet'
      ? `read_parquet(${list})`
      : `read_json(${list}, format = 'newline_delimited', sample_size = -1, union_by_name = true)`;
  const source = filled.length === 0 ? 'SELECT NULL AS row LIMIT 0' : `SELECT * FROM ${rows}`;
  const as = format === 'parquet' ? 'FORMAT parquet, COMPRESSION snappy' : 'FORMAT csv, HEADER true';
  await engine.run(`COPY (${source}) TO ${sqlText(path)} (${as})`);
}

export async function digestFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
