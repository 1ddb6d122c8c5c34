import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { openDiskBlobs } from './blobs/disk.ts';
import { openWithReserve } from './disk-reserve.ts';
import type { Store } from './ports.ts';
import { openSqlite } from './sql/sqlite.ts';

/** Opens the embedded store in a data folder, creating it where there is none. */
export function openStore(folder: string): Store {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const database = openWithReserve(folder, () => openSqlite(join(folder, 'airworthy.db')));
  return {
    database,
    blobs: openDiskBlobs(join(folder, 'blobs')),
    folder,
    close: () => database.close(),
  };
}
