import type { Kysely } from 'kysely';
import { idFromContent } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { saveAlert, toAlert } from '../alerts/alert-rows.ts';
import type { AlertChange } from '../alerts/announce-alerts.ts';
import { queueNotifications } from '../notify/queue-notifications.ts';
import type { Alert, AlertKind, MonitoringConfig } from '../schema.ts';
import { decideIncident, type IncidentChange, isMuted } from './decide-incident.ts';
import type { ObservedWindow, Series } from './observation.ts';
import type { SignalState } from './signal-state.ts';

const HOUR_MS = 3_600_000;

export interface IncidentUpdate {
  series: Series;
  /** All signals of the series. */
  signals: readonly SignalState[];
  /** The kinds that may have changed. */
  kinds: ReadonlySet<AlertKind>;
  /** The window that changed them. */
  window: ObservedWindow;
  config: MonitoringConfig;
}

/** Brings the alerts of some kinds into line with the signals, and queues who is to be told. */
export async function updateIncidents(
  context: Context,
  sql: Kysely<Schema>,
  { series, signals, kinds, window, config }: IncidentUpdate,
): Promise<AlertChange[]> {
  if (kinds.size === 0) return [];
  const now = context.clock.now();
  const coolDown = config.coolDownHours * HOUR_MS;
  const alerts = await readRecent(context, sql, series, now - coolDown);
  const active = signals.filter((signal) => signal.active && kinds.has(signal.kind));
  if (active.length === 0 && !alerts.some((alert) => alert.state !== 'resolved')) return [];
  const shared = {
    series,
    now,
    coolDown,
    muted: await findMaintenance(context, sql, series.endpoint, window, now),
    serves: await serves(context, sql, series),
  };
  const changes = [...kinds].flatMap((kind) => {
    const ofKind = alerts.filter((alert) => alert.kind === kind);
    const change = decideIncident({
      ...shared,
      kind,
      active: active.filter((signal) => signal.kind === kind),
      current: ofKind.find((alert) => alert.state !== 'resolved') ?? null,
      former: ofKind.find((alert) => alert.state === 'resolved') ?? null,
      id: idFromContent({ ...series, kind, width: window.width, start: window.start, now }),
    });
    return change === undefined ? [] : [change];
  });
  return saveIncidents(context, sql, changes, config);
}

/** Writes what was decided about alerts, and queues who is to be told. */
export async function saveIncidents(
  context: Context,
  sql: Kysely<Schema>,
  changes: readonly IncidentChange[],
  config: Pick<MonitoringConfig, 'channels' | 'timeZone'>,
): Promise<AlertChange[]> {
  for (const { alert } of changes) await saveAlert(context, sql, alert);
  await queueNotifications(context, sql, changes, config);
  return changes.map(({ alert }) => alert);
}

/** The alerts of a series that are not resolved or still cool down, the newest first. */
async function readRecent(
  { project }: Context,
  sql: Kysely<Schema>,
  { endpoint, model, version, arm }: Series,
  cooledDown: number,
): Promise<Alert[]> {
  const rows = await sql
    .selectFrom('alert')
    .selectAll()
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .where('model', '=', model)
    .where('version', '=', version)
    .where('arm', '=', arm)
    .where((eb) => eb.or([eb('state', '!=', 'resolved'), eb('resolved_at', '>', cooledDown)]))
    .orderBy('opened_at', 'desc')
    .execute();
  return rows.map(toAlert);
}

/** The reason of a maintenance that hides the window or the present. */
async function findMaintenance(
  { project }: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  window: ObservedWindow,
  now: number,
): Promise<string | null> {
  const rows = await sql
    .selectFrom('maintenance')
    .select(['starts_at as startsAt', 'ends_at as endsAt', 'reason'])
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .where('starts_at', '<=', Math.max(now, window.end))
    .where('ends_at', '>', Math.min(now, window.start))
    .execute();
  return rows.find((row) => isMuted(row, window, now))?.reason ?? null;
}

/** False only where the endpoint serves other versions now. */
async function serves(
  { project }: Context,
  sql: Kysely<Schema>,
  { endpoint, model, version }: Series,
): Promise<boolean> {
  const serving = await sql
    .selectFrom('deployment')
    .select(['model', 'version'])
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .where('ended_at', 'is', null)
    .execute();
  return serving.length === 0 || serving.some((row) => row.model === model && row.version === version);
}
