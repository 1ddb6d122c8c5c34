import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openDiskBlobs } from './blobs/disk.ts';
import { openWithReserve } from './disk-reserve.ts';
import { createFolderLock, type FolderLock } from './folder-lock.ts';
import type { Blobs, Database, Store } from './ports.ts';
import { readVirtualTime } from './rehearsal-folder.ts';
import { MIGRATIONS } from './sql/migrate.ts';
import { openPostgres } from './sql/postgres.ts';
import { openSqlite } from './sql/sqlite.ts';

export interface StoreOptions {
  /** `postgres://…`: where the records go instead of into the folder. Blobs, bundles and keys stay in the folder. */
  databaseUrl?: string | undefined;
}

/**
 * Opens the store in a data folder, creating it where there is none. Reading is open to every process; the first write
 * takes the folder's lock, which the store keeps until it closes. Throws BAD_ARGUMENT for a database URL that is not
 * PostgreSQL's; whether the database answers is told by `database.ready()` and the first use.
 */
export function openStore(folder: string, { databaseUrl }: StoreOptions = {}): Store {
  makeFolder(folder);
  const lock = createFolderLock(folder);
  const database = releaseOnError(lock, () => openDatabase(folder, databaseUrl, lock.claim));
  return {
    database: lockedDatabase(database, lock),
    blobs: lockedBlobs(openDiskBlobs(join(folder, 'blobs')), lock),
    folder,
    lock,
    close: () => database.close().finally(() => lock.release()),
  };
}

/** A new one is not for version control: it may lie in the repository whose programs it records. */
function makeFolder(folder: string): void {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined) writeFileSync(join(folder, '.gitignore'), '*\n');
}

/** The database of a data folder without its lock: a file in it, or the PostgreSQL database of that URL. */
export function openDatabase(folder: string, databaseUrl?: string, claim?: () => void): Database {
  if (databaseUrl !== undefined) return openPostgres(databaseUrl);
  // A rehearsal can be made again; months of it would wait hours for the disk.
  const durability = readVirtualTime(folder) === undefined ? 'full' : 'normal';
  return openWithReserve(folder, () =>
    openSqlite(join(folder, 'airworthy.db'), MIGRATIONS, claim, durability),
  );
}

function releaseOnError<Opened>(lock: FolderLock, open: () => Opened): Opened {
  try {
    return open();
  } catch (error) {
    lock.release();
    throw error;
  }
}

function lockedDatabase(database: Database, lock: FolderLock): Database {
  return {
    ...database,
    async write(work) {
      lock.claim();
      return database.write(work);
    },
    async compact() {
      lock.claim();
      return database.compact();
    },
  };
}

function lockedBlobs(blobs: Blobs, lock: FolderLock): Blobs {
  return {
    ...blobs,
    async put(bytes) {
      lock.claim();
      return blobs.put(bytes);
    },
    async putFile(path) {
      lock.claim();
      return blobs.putFile(path);
    },
    async putStream(source) {
      lock.claim();
      return blobs.putStream(source);
    },
    async delete(digest) {
      lock.claim();
      return blobs.delete(digest);
    },
  };
}
