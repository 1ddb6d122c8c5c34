import { type FileHandle, open } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';

/** Commits after which the log is copied into the database: some 4 MiB of those that write a batch. */
const COMMITS = 64;
/** Pages of log at which SQLite copies by itself, within a commit: only where the thread cannot keep up. */
export const MOST_LOG_PAGES = 16_384;

/** Beside this module, with its extension: specifiers are rewritten by the compiler, addresses are not. */
const COPY_LOG = new URL(
  import.meta.url.endsWith('.ts') ? './copy-log-thread.ts' : './copy-log-thread.js',
  import.meta.url,
);

/** Makes commits durable, and keeps their log short, without this thread waiting for the disk. */
export interface WalSync {
  /** Resolves when every commit made so far is on disk. Once the disk has failed to take one, it rejects for good. */
  synced(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A commit of SQLite's write-ahead log is on disk once the log is: SQLite itself would wait for that within the
 * statement, and so would everything else in this thread. With `synchronous = NORMAL` it writes the log without waiting,
 * and syncs it before it copies from it, and when it begins it anew (https://sqlite.org/wal.html#performance_considerations);
 * the waiting is ours, in the thread pool, before anybody is told that a write is done. The log is the same file as long as
 * a connection is open. Copying it into the database, which waits for the disk longer, is left to a thread with a
 * connection of its own, started when the first copy is due.
 *
 * What it is not: a reader may see a commit that is still on its way to the disk. And where the disk fails, the system may
 * take what it did not write for written, so that a later sync would succeed over a hole: after one failure there is none.
 *
 * @param path of the database
 */
export function createWalSync(path: string): WalSync {
  let log: FileHandle | undefined;
  let failure: Error | undefined;
  let commits = 0;
  let thread: Worker | undefined;

  return {
    async synced() {
      log ??= await open(`${path}-wal`, 'r+');
      if (failure) throw failure;
      await log.datasync().catch((error: Error) => {
        failure = error;
        throw error;
      });
      if (++commits % COMMITS !== 0) return;
      thread ??= startThread(path, () => {
        thread = undefined;
      });
      thread.postMessage('copy');
    },
    async close() {
      await log?.close();
      const running = thread;
      if (running === undefined) return;
      const ended = new Promise((resolve) => running.once('exit', resolve));
      running.ref();
      running.postMessage('end');
      await ended;
    },
  };
}

function startThread(path: string, ended: () => void): Worker {
  const thread = new Worker(COPY_LOG, { workerData: path });
  // A copy that fails ends the thread, and the next one is tried by another; SQLite copies by itself where none succeeds.
  thread.on('error', () => {}).once('exit', ended);
  thread.unref();
  return thread;
}
