import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { type Alert, ListAlerts } from '../schema.ts';
import { toAlert } from './alert-rows.ts';

/**
 * Alerts, newest first, a page at a time: `next` is the `after` of the following page, absent on the last. A page costs
 * the same however far back it is.
 *
 * @example
 * const { alerts } = await listAlerts(context, { state: 'open', tier: 'page' });
 */
export async function listAlerts(
  context: Context,
  input: ListAlerts = {},
): Promise<{ alerts: Alert[]; next?: string }> {
  const { endpoint, state, tier, limit, after } = checkInput('listAlerts', ListAlerts, input);
  let query = context.store.database.sql
    .selectFrom('alert')
    .selectAll()
    .where('project', '=', context.project)
    .orderBy('opened_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (endpoint !== undefined) query = query.where('endpoint', '=', endpoint);
  if (state !== undefined) query = query.where('state', '=', state);
  if (tier !== undefined) query = query.where('tier', '=', tier);
  if (after !== undefined) {
    const { openedAt, id } = readCursor(after);
    query = query.where((eb) => eb(eb.refTuple('opened_at', 'id'), '<', eb.tuple(openedAt, id)));
  }
  const alerts = (await query.execute()).map(toAlert);
  if (alerts.length <= limit) return { alerts };
  const page = alerts.slice(0, limit);
  return { alerts: page, next: `${page[limit - 1].openedAt}-${page[limit - 1].id}` };
}

function readCursor(after: string): { openedAt: number; id: string } {
  const match = /^(\d+)-([0-9a-f]{32})$/.exec(after);
  if (match) return { openedAt: Number(match[1]), id: match[2] };
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `listAlerts: "${after}" is not the "next" of a page`,
    at: 'after',
  });
}
