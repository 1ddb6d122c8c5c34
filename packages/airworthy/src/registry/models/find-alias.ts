import type { Context } from '../../store/ports.ts';
import type { ModelVersion } from '../schema.ts';
import { findMove } from './alias-rows.ts';
import { requireVersion } from './version-rows.ts';

/**
 * The version an alias points at now, or pointed at at a time (milliseconds since the epoch); undefined where it
 * points at none or there is no such model.
 */
export async function findAlias(
  context: Context,
  model: string,
  alias: string,
  at?: number,
): Promise<ModelVersion | undefined> {
  const { sql } = context.store.database;
  const move = await findMove(sql, context.project, model, alias, at);
  return move && move.version > 0 ? requireVersion(sql, context.project, model, move.version) : undefined;
}
