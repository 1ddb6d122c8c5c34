import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RejectedRow } from './schema.ts';

/** What a finished part holds. */
export interface PartRecord {
  /** Rows it was made from, and how many of them have an answer. */
  rows: number;
  scored: number;
  rejected: number;
  /** Of text: how many lines it is. */
  lines: number;
}

/** The finished parts of a job on disk: whoever is killed finds them again. */
export interface PartJournal {
  folder: string;
  /** The file that a part's answers are in. */
  path(part: number): string;
  find(part: number): Promise<PartRecord | undefined>;
  /** Puts a part on record whose answers are in `path(part)`; durable when it resolves. */
  finish(part: number, record: PartRecord, rejected: readonly RejectedRow[]): Promise<void>;
  /** The rejected rows of a part as JSON lines. */
  rejected(part: number): Promise<Buffer>;
  /** Once everything is in its place. */
  remove(): Promise<void>;
}

/** Opens the journal of a job, named by its key: equal inputs and options, equal parts. */
export async function openPartJournal(dataFolder: string, key: string, ending: string): Promise<PartJournal> {
  const folder = join(dataFolder, 'scoring', key);
  await mkdir(folder, { recursive: true });
  const name = (part: number, end: string) => join(folder, `part-${String(part).padStart(7, '0')}.${end}`);
  return {
    folder,
    path: (part) => name(part, ending),
    async find(part) {
      const text = await readFile(name(part, 'done'), 'utf8').catch(() => undefined);
      return text === undefined ? undefined : (JSON.parse(text) as PartRecord);
    },
    async finish(part, record, rejected) {
      await syncFile(name(part, ending));
      const lines = rejected.map((row) => `${JSON.stringify(row)}\n`);
      if (lines.length > 0) await writeDurably(name(part, 'rejected'), lines.join(''));
      await writeDurably(name(part, 'done'), JSON.stringify(record));
    },
    rejected: (part) => readFile(name(part, 'rejected')),
    async remove() {
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Written whole or not at all. */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  await writeFile(`${path}.new`, content);
  await syncFile(`${path}.new`);
  await rename(`${path}.new`, path);
}

export async function syncFile(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
