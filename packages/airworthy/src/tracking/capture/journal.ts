import { existsSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { JOURNAL_EXTENSION, JOURNAL_FOLDER, journalFolder, journalPath } from '../../store/journal-folder.ts';
import { JournalEntry } from './schema.ts';

const NEWLINE = 0x0a;

/** An entry, and the byte in the journal at which its line begins: it orders entries and is never used twice. */
export interface PlacedEntry {
  place: number;
  entry: JournalEntry;
}

export interface JournalPart {
  entries: PlacedEntry[];
  /** Where the next part begins. */
  next: number;
}

/** The runs whose journals lie in a data folder. */
export async function listJournals(dataFolder: string): Promise<string[]> {
  if (!existsSync(join(dataFolder, JOURNAL_FOLDER))) return [];
  const names = await readdir(join(dataFolder, JOURNAL_FOLDER));
  return names
    .filter((name) => name.endsWith(JOURNAL_EXTENSION))
    .map((name) => name.slice(0, -JOURNAL_EXTENSION.length))
    .sort();
}

/** The whole lines from a place on, about `limit` bytes of them, without those that a crash or a full disk tore. A journal that is gone has none. */
export async function readJournal(path: string, from: number, limit: number): Promise<JournalPart> {
  const bytes = await readBytes(path, from, limit);
  const end = bytes.lastIndexOf(NEWLINE) + 1;
  if (end === 0 && bytes.length === limit) return readJournal(path, from, limit * 4);
  const entries: PlacedEntry[] = [];
  for (let start = 0; start < end; ) {
    const stop = bytes.indexOf(NEWLINE, start);
    const entry = parseEntry(bytes.toString('utf8', start, stop));
    if (entry) entries.push({ place: from + start, entry });
    start = stop + 1;
  }
  return { entries, next: from + end };
}

async function readBytes(path: string, from: number, limit: number): Promise<Buffer> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return Buffer.alloc(0);
  try {
    // Most looks find nothing new.
    const length = Math.min(limit, (await file.stat()).size - from);
    if (length <= 0) return Buffer.alloc(0);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(length), 0, length, from);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function parseEntry(line: string): JournalEntry | undefined {
  try {
    return JournalEntry.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** Once all of it is in the store. */
export async function removeJournal(dataFolder: string, run: string): Promise<void> {
  await rm(journalFolder(dataFolder, run), { recursive: true, force: true });
  await rm(journalPath(dataFolder, run), { force: true });
}
