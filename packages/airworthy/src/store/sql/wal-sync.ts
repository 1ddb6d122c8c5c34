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
  /** Resolves when every commit made so far is on disk. */
  synced(): Promise<void>;
  close(): Promise<void>;
}

/**
 * A commit of SQLite's write-ahead log is on disk once the log is: SQLite itself would wait for that within the
 * statement, and so would everything else in this thread. With `synchronous = NORMAL` it writes the log without waiting,
 * and syncs it before it copies from it; the waiting is ours, in the thread pool, before anybody is told that a write is
 * done. Copying the log into the database, which waits for the disk longer, is left to a thread with a connection of its
 * own, started when the first copy is due.
 *
 * @param path of the database
 */
export function createWalSync(path: string): WalSync {
  let log: Promise<FileHandle> | undefined;
  let commits = 0;
  let thread: Worker | undefined;
  return {
    async synced() {
      log ??= open(`${path}-wal`, 'r+');
      await (await log).datasync();
      if (++commits % COMMITS !== 0) return;
      thread ??= startThread(path);
      thread.postMessage('copy');
    },
    async close() {
      await (await log)?.close();
      if (thread === undefined) return;
      const ended = new Promise((resolve) => thread?.once('exit', resolve));
      thread.ref();
      thread.postMessage('end');
      await ended;
    },
  };
}

function startThread(path: string): Worker {
  const thread = new Worker(COPY_LOG, { workerData: path });
  // A copy that fails is tried again with the next; SQLite copies by itself where none succeeds.
  thread.on('error', () => {});
  thread.unref();
  return thread;
}
