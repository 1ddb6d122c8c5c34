import { listAlerts } from '../../monitoring/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Overview } from '../read-schema.ts';

const SHOWN = 20;
const UNRESOLVED = ['open', 'acknowledged'] as const;

/** Alerts that are not resolved: how many of each tier, and the newest. */
export async function readOpenAlerts(context: Context): Promise<Overview['alerts']> {
  const rows = await context.store.database.sql
    .selectFrom('alert')
    .select((eb) => ['tier', eb.fn.countAll().as('alerts')])
    .where('project', '=', context.project)
    .where('state', 'in', [...UNRESOLVED])
    .groupBy('tier')
    .execute();
  const counts = { page: 0, ticket: 0, digest: 0 };
  for (const { tier, alerts } of rows) counts[tier] = Number(alerts);
  const lists = await Promise.all(UNRESOLVED.map((state) => listAlerts(context, { state, limit: SHOWN })));
  const newest = lists.flatMap(({ alerts }) => alerts).sort((a, b) => b.openedAt - a.openedAt);
  return { ...counts, newest: newest.slice(0, SHOWN) };
}
