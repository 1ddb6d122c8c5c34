import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { ModelVersion } from '../schema.ts';
import { currentAliases } from './alias-rows.ts';
import { findAlias } from './find-alias.ts';
import { requireModel } from './version-rows.ts';

/**
 * The version an alias points at now, or pointed at at a time (milliseconds since the epoch): who was champion
 * at T. Throws MODEL_NOT_FOUND, or ALIAS_NOT_FOUND where it pointed at none.
 */
export async function resolveAlias(
  context: Context,
  model: string,
  alias: string,
  at?: number,
): Promise<ModelVersion> {
  const { sql } = context.store.database;
  await requireModel(sql, context.project, model);
  const version = await findAlias(context, model, alias, at);
  if (version) return version;
  const when = at === undefined ? '' : ` at ${new Date(at).toISOString()}`;
  const known = Object.keys(await currentAliases(sql, context.project, model));
  throw new AirworthyError('ALIAS_NOT_FOUND', {
    message: `"${alias}" of model "${model}" points at no version${when}`,
    facts: { aliases: known },
  });
}
