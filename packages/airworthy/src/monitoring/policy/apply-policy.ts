import type { Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { AlertChange } from '../alerts/announce-alerts.ts';
import type { AlertKind, MonitoringConfig, WindowReport } from '../schema.ts';
import type { Observation, ObservedWindow, Series } from './observation.ts';
import { observeWindow } from './observe-window.ts';
import { readPolicyReference } from './policy-reference.ts';
import { readServiceBaseline, updateServiceBaseline } from './service-baseline.ts';
import { readSignals, removeSignals, writeState } from './signal-rows.ts';
import { type SignalState, signalName, stepSignal, windowsNeeded } from './signal-state.ts';
import { updateIncidents } from './update-incidents.ts';

/**
 * Judges a window's report: steps the signals it speaks of, and opens, changes or resolves the alerts that follow,
 * with the notifications for them. To be called once a report, in the transaction that stores it. The alerts that
 * changed are to be announced (`announceAlerts`) when that has committed.
 *
 * @example
 * const changed = await context.store.database.write(async (sql) => {
 *   await storeReport(sql, report);
 *   return applyPolicy(context, sql, report, config);
 * });
 * announceAlerts(context, changed);
 */
export async function applyPolicy(
  context: Context,
  sql: Kysely<Schema>,
  report: WindowReport,
  config: MonitoringConfig,
): Promise<AlertChange[]> {
  const { endpoint, model, version, arm } = report;
  const series: Series = { endpoint, model, version, arm };
  const hourly = report.kind === 'closed' && report.width === 'hour';
  const observations = observeWindow(report, {
    config,
    reference: await readPolicyReference(context, report.bundle),
    baseline: hourly
      ? await readServiceBaseline(context, sql, report, config.timeZone)
      : { invalid: null, p95: null },
  });
  if (hourly && !observations.some(isBadService)) await updateServiceBaseline(context, sql, report);
  return judge(context, sql, { series, observations, window: report, config });
}

/** Steps the signals of what was observed, and brings the alerts of these kinds into line. */
export async function judge(context: Context, sql: Kysely<Schema>, input: Judged): Promise<AlertChange[]> {
  const signals = await stepSignals(context, sql, input);
  const kinds = new Set(input.observations.map(({ kind }) => kind));
  return updateIncidents(context, sql, { ...input, signals, kinds });
}

interface Judged {
  series: Series;
  observations: readonly Observation[];
  window: ObservedWindow;
  config: MonitoringConfig;
}

const SERVICE: ReadonlySet<AlertKind> = new Set(['invalid-requests', 'unavailable', 'slow']);

function isBadService({ kind, finding }: Observation): boolean {
  return SERVICE.has(kind) && finding === 'raised';
}

/** All signals of the series after this window. Of those that are quiet nothing is kept. */
async function stepSignals(
  context: Context,
  sql: Kysely<Schema>,
  { series, observations, window, config }: Judged,
): Promise<SignalState[]> {
  const signals = await readSignals(context, sql, series);
  const silent = new Set(goneFrom(signals, observations, window));
  for (const observation of observations) {
    const name = signalName(observation, window.width);
    const before = signals.get(name);
    const after = stepSignal(before, observation, window, windowsNeeded(observation.kind, config));
    if (after.active || after.raised > 0) {
      signals.set(name, after);
      if (after !== before) await writeState(context, sql, series, name, after);
    } else if (before !== undefined) silent.add(name);
  }
  await removeSignals(context, sql, series, [...silent]);
  for (const name of silent) signals.delete(name);
  return [...signals.values()];
}

/**
 * Signals about what a report of this kind no longer speaks of: a gate that was taken back, a column that went. Service
 * is watched between reports too, by signals that reports do not speak of.
 */
function goneFrom(
  signals: ReadonlyMap<string, SignalState>,
  observations: readonly Observation[],
  { width }: ObservedWindow,
): string[] {
  const kinds = new Set(observations.map(({ kind }) => kind).filter((kind) => !SERVICE.has(kind)));
  const spoken = new Set(observations.map((observation) => signalName(observation, width)));
  return [...signals]
    .filter(([name, signal]) => signal.width === width && kinds.has(signal.kind) && !spoken.has(name))
    .map(([name]) => name);
}
