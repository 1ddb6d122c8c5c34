import type { Kysely } from 'kysely';
import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { type AliasMove, Rollback } from '../schema.ts';
import { findMove } from './alias-rows.ts';
import { moveAlias } from './move-alias.ts';
import { requireModel } from './version-rows.ts';

/**
 * Points an alias back at the version before the present one. Rolling back again goes one further back: after
 * 1, 2, 3, two rollbacks lead to 1. Throws NO_PREVIOUS_VERSION where there is nothing to go back to.
 */
export async function rollback(context: Context, input: Rollback): Promise<AliasMove> {
  const checked = checkInput('rollback', Rollback, input);
  const { model, alias } = checked;
  const move = await context.store.database.write(async (sql) => {
    await requireModel(sql, context.project, model);
    const before = await findMove(sql, context.project, model, alias);
    const version = versionBefore(await versionsPointedAt(sql, context.project, model, alias));
    if (version === undefined) {
      throw new AirworthyError('NO_PREVIOUS_VERSION', {
        message: `"${alias}" of model "${model}" has no earlier version to go back to`,
      });
    }
    return moveAlias(context, sql, 'alias.rollback', before, { ...checked, version });
  });
  context.events.emit('model.promoted', { model, alias, version: move.version });
  return move;
}

/**
 * The version to go back to, from all versions pointed at, oldest first. Pointing at an earlier version again
 * counts as going back to it, so that what was left behind is not returned to.
 */
function versionBefore(versions: readonly number[]): number | undefined {
  const trail: number[] = [];
  for (const version of versions.filter((one) => one > 0)) {
    const seen = trail.indexOf(version);
    if (seen !== -1) trail.length = seen;
    trail.push(version);
  }
  return versions.at(-1) === 0 ? trail.at(-1) : trail.at(-2);
}

async function versionsPointedAt(
  sql: Kysely<Schema>,
  project: string,
  model: string,
  alias: string,
): Promise<number[]> {
  const rows = await sql
    .selectFrom('alias_history')
    .select('version')
    .where('project', '=', project)
    .where('model', '=', model)
    .where('alias', '=', alias)
    .orderBy('sequence')
    .execute();
  return rows.map((row) => row.version);
}
