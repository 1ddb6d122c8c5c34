import type { Context } from '../../store/ports.ts';
import type { AliasMove } from '../schema.ts';
import { movesOf, toMove } from './alias-rows.ts';
import { requireModel } from './version-rows.ts';

/** Moves of a model's aliases, newest first; of a long list those before a move. Throws MODEL_NOT_FOUND. */
export async function listAliasMoves(
  context: Context,
  model: string,
  { before, limit }: { before?: Pick<AliasMove, 'at' | 'sequence' | 'alias'> | undefined; limit: number },
): Promise<AliasMove[]> {
  const { sql } = context.store.database;
  await requireModel(sql, context.project, model);
  let query = movesOf(sql, context.project, model).orderBy('alias', 'desc').limit(limit);
  if (before !== undefined) {
    const { at, sequence, alias } = before;
    query = query.where((eb) =>
      eb(eb.refTuple('at', 'sequence', 'alias'), '<', eb.tuple(at, sequence, alias)),
    );
  }
  return (await query.execute()).map(toMove);
}
