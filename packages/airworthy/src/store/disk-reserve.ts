import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDiskFull } from '../kernel/errors.ts';

/** SQLite needs this much room for its index of the write-ahead log before it can even read, and a little for its log. */
const BYTES = 256 * 1024;

/**
 * Opens something that needs a little room in a data folder, giving up a reserve kept there when the disk is full:
 * so reads go on. The reserve is laid by again once there is room.
 */
export function openWithReserve<Opened>(folder: string, open: () => Opened): Opened {
  const path = join(folder, 'reserve');
  try {
    const opened = open();
    layBy(path);
    return opened;
  } catch (error) {
    if (!isDiskFull(error) || !existsSync(path)) throw error;
    rmSync(path);
    return open();
  }
}

function layBy(path: string): void {
  if (existsSync(path)) return;
  try {
    writeFileSync(path, Buffer.alloc(BYTES, 1), { mode: 0o600 });
  } catch {
    // No room for it now: the next opening tries again.
    rmSync(path, { force: true });
  }
}
