import type { Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { ErasureJournal } from './erasure-journal.ts';

/** Erases something in one write, and counts it there. */
export type Apply = (
  erase: (sql: Kysely<Schema>) => Promise<Readonly<Record<string, number>>>,
) => Promise<void>;

/** Erases for good. */
export function applyForGood({ store, signal }: Context, journal: ErasureJournal): Apply {
  return async (erase) => {
    signal?.throwIfAborted();
    await store.database.write(async (sql) => journal.count(sql, await erase(sql)));
  };
}

/** Undoes each write once it is counted. */
export function applyAndUndo({ store, signal }: Context, totals: Record<string, number>): Apply {
  return async (erase) => {
    signal?.throwIfAborted();
    let counts: Readonly<Record<string, number>> = {};
    const undone = new Error('only counted');
    await store.database
      .write(async (sql) => {
        counts = await erase(sql);
        throw undone;
      })
      .catch((error: unknown) => {
        if (error !== undone) throw error;
      });
    for (const [kind, count] of Object.entries(counts)) totals[kind] = (totals[kind] ?? 0) + count;
  };
}
