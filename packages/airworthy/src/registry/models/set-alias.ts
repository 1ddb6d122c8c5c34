import { checkInput } from '../../kernel/check-input.ts';
import type { Context } from '../../store/ports.ts';
import { type AliasMove, SetAlias } from '../schema.ts';
import { findMove } from './alias-rows.ts';
import { moveAlias } from './move-alias.ts';
import { requireModel } from './version-rows.ts';

/**
 * Points an alias at a version, or removes it (version 0), and says so to the rooms after this one
 * (`model.promoted`). An alias that points there already stays as it is. History is only ever appended to.
 *
 * @example
 * await setAlias(context, { model: 'flight-delays', alias: 'champion', version: 3, reason: 'gate passed' });
 */
export async function setAlias(context: Context, input: SetAlias): Promise<AliasMove> {
  const checked = checkInput('setAlias', SetAlias, input);
  const { model, alias, version } = checked;
  const { move, moved } = await context.store.database.write(async (sql) => {
    await requireModel(sql, context.project, model);
    const before = await findMove(sql, context.project, model, alias);
    if (before?.version === version) return { move: before, moved: false };
    return { move: await moveAlias(context, sql, 'alias.set', before, checked), moved: true };
  });
  if (moved && version > 0) context.events.emit('model.promoted', { model, alias, version });
  return move;
}
