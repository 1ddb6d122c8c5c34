import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** Beside this module, with its extension: specifiers are rewritten by the compiler, addresses are not. */
const REWRITE = new URL(
  import.meta.url.endsWith('.ts') ? './rewrite-sqlite-thread.ts' : './rewrite-sqlite-thread.js',
  import.meta.url,
);

/**
 * Writes the database anew and empties its log, in a thread of its own: free pages, and what lies between the rows of
 * others, hold old content otherwise (https://sqlite.org/lang_vacuum.html). The caller keeps writers out. Resolves with
 * what is left, where a reader would not let go of the log.
 */
export async function rewriteSqlite(path: string): Promise<string | undefined> {
  const thread = new Worker(REWRITE, { workerData: path });
  // `once` rejects where the thread fails.
  const [left] = (await once(thread, 'message')) as [string | undefined];
  return left;
}
