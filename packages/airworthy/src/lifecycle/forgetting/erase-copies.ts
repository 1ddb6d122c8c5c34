import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../../store/ports.ts';
import type { ErasureJournal } from './erasure-journal.ts';

/** Folders of the data folder that hold copies of its records: from before migrations, and rehearsals, which can be made again. */
const COPIES = ['backups', 'replays'];

export async function listCopies({ store }: Context): Promise<string[]> {
  const found = await Promise.all(
    COPIES.map(async (folder) => {
      const names = await readdir(join(store.folder, folder)).catch(() => []);
      return names.sort().map((name) => join(folder, name));
    }),
  );
  return found.flat();
}

/** Deletes copies of the records: they cannot be searched for a person, and hold all that was there when they were made. */
export async function eraseCopies(context: Context, journal: ErasureJournal): Promise<void> {
  const { store } = context;
  for (const copy of await listCopies(context)) {
    await store.database.write((sql) => journal.add(sql, 'copy', [copy]));
    await rm(join(store.folder, copy), { recursive: true, force: true });
  }
}
