import { type Alert, listAlerts } from '../../monitoring/index.ts';
import type { Context } from '../../store/ports.ts';
import type { ReplayPlan, ReplayProgress, ReplayReport } from './schema.ts';

const WEEK_MS = 7 * 86_400_000;
/** The first Monday after the epoch, which was a Thursday. */
const MONDAY = 4 * 86_400_000;
const PAGE = 200;

/** What a replay did, from the record: the same whether it ran at a stretch or was resumed. */
export async function reportReplay(
  context: Context,
  plan: ReplayPlan,
  progress: ReplayProgress,
): Promise<ReplayReport> {
  const alerts = await alertsOf(context, plan, progress);
  const { began: from, time: to, counts, decisions } = progress;
  return {
    ...{ rehearsal: context.store.folder, endpoint: plan.endpoint, from, to },
    ...counts,
    windows: await countWindows(context, plan, from),
    alerts,
    weeks: alertsByWeek(alerts, from, to),
    decisions,
  };
}

/** Oldest first; those of one moment by kind, so that equal replays give equal reports. */
async function alertsOf(
  context: Context,
  { endpoint }: ReplayPlan,
  { began }: ReplayProgress,
): Promise<ReplayReport['alerts']> {
  const found: Alert[] = [];
  let after: string | undefined;
  do {
    const page = await listAlerts(context, {
      endpoint,
      limit: PAGE,
      ...(after === undefined ? {} : { after }),
    });
    found.push(...page.alerts);
    after = page.next;
  } while (after !== undefined);
  return found
    .filter((alert) => alert.openedAt >= began)
    .map(({ tier, kind, title, version, openedAt, resolvedAt }) => ({
      ...{ tier, kind, title, version, openedAt, resolvedAt },
    }))
    .sort((a, b) => a.openedAt - b.openedAt || (a.kind < b.kind ? -1 : 1));
}

/** Every week of the replay, those without an alert too. Weeks begin on Monday, UTC. */
function alertsByWeek(alerts: ReplayReport['alerts'], from: number, to: number): ReplayReport['weeks'] {
  const weekOf = (time: number) => Math.floor((time - MONDAY) / WEEK_MS) * WEEK_MS + MONDAY;
  const weeks: ReplayReport['weeks'] = [];
  for (let start = weekOf(from); start < to; start += WEEK_MS) {
    const opened = alerts.filter((alert) => weekOf(alert.openedAt) === start);
    const of = (tier: Alert['tier']) => opened.filter((alert) => alert.tier === tier).length;
    weeks.push({ start, page: of('page'), ticket: of('ticket'), digest: of('digest') });
  }
  return weeks;
}

async function countWindows(
  { project, store }: Context,
  { endpoint }: ReplayPlan,
  from: number,
): Promise<ReplayReport['windows']> {
  const rows = await store.database.sql
    .selectFrom('window_report')
    .select((select) => ['kind', select.fn.countAll<number>().as('windows')])
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .where('ended_at', '>=', from)
    .groupBy('kind')
    .execute();
  const of = (kind: string) => Number(rows.find((row) => row.kind === kind)?.windows ?? 0);
  return { closed: of('closed'), matured: of('matured') };
}
