import type { Context } from '../../store/ports.ts';
import type { AlertChange } from '../alerts/announce-alerts.ts';
import { announceAlerts } from '../alerts/announce-alerts.ts';
import type { MonitoringConfig } from '../schema.ts';
import { createCalendar } from '../windows/calendar.ts';
import { judge } from './apply-policy.ts';
import type { Observation, ObservedWindow, Series } from './observation.ts';
import { observeBurn } from './observe-burn.ts';
import { observeTraffic } from './observe-traffic.ts';
import { resolveRetired } from './resolve-retired.ts';
import { readSignals } from './signal-rows.ts';

/**
 * What no report can say: that nothing comes in where something always did, and that serving fails right now, before
 * the hour is over. Ends the alerts of versions that no longer serve. To be called after `closeWindows`, as often as
 * one likes; it announces what it changes.
 */
export async function checkLiveness(
  context: Context,
  config: MonitoringConfig,
  now: number = context.clock.now(),
): Promise<void> {
  const changes: AlertChange[] = await resolveRetired(context, config);
  for (const series of await readServing(context)) {
    const hour = lastHour(config, now);
    const traffic = await observeTraffic(context, config, series.endpoint, hour);
    changes.push(...(await judgeIfNews(context, config, series, traffic, hour)));
    const minute = { width: 'hour' as const, start: now - (now % 60_000), end: now };
    const burn = await observeBurn(context, config, series.endpoint, now);
    changes.push(...(await judgeIfNews(context, config, series, burn, minute)));
  }
  announceAlerts(context, changes);
}

/** The last hour that has ended and in which nothing that is late is waited for. */
function lastHour({ timeZone, lateness }: MonitoringConfig, now: number): ObservedWindow {
  const calendar = createCalendar(timeZone);
  const { start } = calendar.windowOf('hour', now - 1_000 * lateness);
  return { width: 'hour', ...calendar.windowOf('hour', start - 1) };
}

/** Writes only where something is wrong, or was. */
async function judgeIfNews(
  context: Context,
  config: MonitoringConfig,
  series: Series,
  observations: readonly Observation[],
  window: ObservedWindow,
): Promise<AlertChange[]> {
  if (observations.length === 0) return [];
  const { database } = context.store;
  if (!observations.some(({ finding }) => finding === 'raised')) {
    const signals = await readSignals(context, database.sql, series);
    const isKnown = ({ kind, subject }: Observation) =>
      [...signals.values()].some((signal) => signal.kind === kind && signal.subject === subject);
    if (!observations.some(isKnown)) return [];
  }
  return database.write((sql) => judge(context, sql, { series, observations, window, config }));
}

/** What serves at each endpoint now. */
async function readServing({ project, store }: Context): Promise<Series[]> {
  return store.database.sql
    .selectFrom('deployment')
    .select(['endpoint', 'model', 'version', 'arm'])
    .where('project', '=', project)
    .where('ended_at', 'is', null)
    .orderBy('endpoint')
    .orderBy('arm')
    .execute();
}
