import { predictionsOf, predictionsOfTrace } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import { tracesOf } from '../../tracking/index.ts';
import type { ErasureJournal } from './erasure-journal.ts';

/** Whom to forget, by every name they have here. */
export interface Person {
  /** As callers send it. */
  name: string;
  pseudonym: string;
}

/**
 * Writes down which predictions and traces are a person’s: those that name them, and those that belong to these, as a
 * prediction is the root of its trace and the records of a list share one.
 */
export async function collectIds(
  context: Context,
  journal: ErasureJournal,
  { name, pseudonym }: Person,
  mostRecords: number,
): Promise<void> {
  const { database } = context.store;
  const take = async (ids: readonly string[]) => {
    context.signal?.throwIfAborted();
    await database.write(async (sql) => {
      await journal.add(sql, 'prediction', ids);
      await journal.add(sql, 'trace', ids);
    });
  };
  for await (const ids of predictionsOf(context, { subject: pseudonym, unit: name })) await take(ids);
  for await (const ids of tracesOf(context, pseudonym)) {
    await take(ids);
    for (const trace of ids) {
      const others = await predictionsOfTrace(context, trace, mostRecords);
      if (others.length > 0) await take(others);
    }
  }
}
