import { setImmediate as turnEnds } from 'node:timers/promises';
import type { Kysely } from 'kysely';
import type { Database } from '../ports.ts';
import type { Schema } from './schema.ts';

/** A database in which one transaction can be held open for writing. */
export interface Transactions {
  /**
   * Begins a transaction that no other writer can run beside, commits it durably when `body` resolves and rolls it
   * back when `body` rejects.
   */
  run(body: (open: OpenTransaction) => Promise<void>): Promise<void>;
}

export interface OpenTransaction {
  readonly sql: Kysely<Schema>;
  execute(statement: string): Promise<void>;
  /** False where the database has given the whole transaction up (a full disk, a lost connection). */
  isAlive(): boolean;
}

interface PendingWrite {
  work: (sql: Kysely<Schema>) => Promise<unknown>;
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
}

/**
 * Group commit: writes that arrive in one turn of the event loop, or while a commit is under way, share the next one,
 * each in its own savepoint, so that one failing write does not undo its neighbours and N concurrent writes cost one
 * fsync. A turn hands over all requests that have arrived; an embedded database commits within one, so without the
 * wait each would commit alone.
 */
export function createGroupCommit(transactions: Transactions): {
  write: Database['write'];
  /** Does work beside which nothing is written: what comes meanwhile waits. */
  alone<Result>(work: () => Promise<Result>): Promise<Result>;
  /** Resolves when nothing is waiting to be written. */
  idle(): Promise<void>;
} {
  let pending: PendingWrite[] = [];
  let running: Promise<void> | undefined;
  let committing: Promise<void> | undefined;
  let held: Promise<void> = Promise.resolve();

  async function drain(): Promise<void> {
    while (pending.length > 0) {
      await turnEnds();
      await held;
      const batch = pending;
      pending = [];
      committing = commitBatch(transactions, batch);
      await committing;
    }
    running = undefined;
  }

  return {
    write<Result>(work: (sql: Kysely<Schema>) => Promise<Result>): Promise<Result> {
      return new Promise<Result>((resolve, reject) => {
        pending.push({ work, resolve: resolve as (value: unknown) => void, reject });
        running ??= drain();
      });
    },
    async alone(work) {
      const before = held;
      const { promise, resolve } = Promise.withResolvers<void>();
      held = promise;
      try {
        await before;
        await committing;
        return await work();
      } finally {
        resolve();
      }
    },
    idle: async () => running,
  };
}

async function commitBatch(transactions: Transactions, batch: readonly PendingWrite[]): Promise<void> {
  const settled: (() => void)[] = [];
  try {
    await transactions.run(async (open) => {
      for (const write of batch) settled.push(await runInSavepoint(open, write));
    });
  } catch (error) {
    for (const write of batch) write.reject(error);
    return;
  }
  for (const settle of settled) settle();
}

async function runInSavepoint(open: OpenTransaction, write: PendingWrite): Promise<() => void> {
  await open.execute('SAVEPOINT one_write');
  try {
    const value = await write.work(open.sql);
    await open.execute('RELEASE SAVEPOINT one_write');
    return () => write.resolve(value);
  } catch (error) {
    // Then the batch fails as one.
    if (!open.isAlive()) throw error;
    await open.execute('ROLLBACK TO SAVEPOINT one_write');
    await open.execute('RELEASE SAVEPOINT one_write');
    return () => write.reject(error);
  }
}
