import type { Kysely } from 'kysely';
import { maturityOf } from '../stats/realised/label-delay.ts';
import type { Context } from '../store/ports.ts';
import type { Schema } from '../store/sql/schema.ts';
import { announceAlerts } from './alerts/announce-alerts.ts';
import { applyPolicy } from './policy/apply-policy.ts';
import { readReference } from './reference.ts';
import { findBundle } from './reports/find-bundle.ts';
import { measureWindow } from './reports/measure-window.ts';
import type { MonitoringConfig, WindowReport } from './schema.ts';
import type { Calendar } from './windows/calendar.ts';
import { type DueWindow, findDueWindows } from './windows/find-due-windows.ts';
import { findUnmatured } from './windows/find-unmatured.ts';
import { learnEndpointDelays } from './windows/label-delays.ts';
import { forgetOldWindows, rollUpHours } from './windows/roll-up.ts';
import { type ScannedWindow, scanWindows } from './windows/scan-windows.ts';
import { sumWindows } from './windows/sum-windows.ts';

/**
 * Does what is due: reports the windows that ended (`lateness` ago), those whose labels have matured, applies the policy
 * to each report in the write that stores it, adds old hours up into days and deletes what is beyond the retention.
 * Killed anywhere and called again, each window is reported once and its policy applied once. Returns the new reports.
 */
export async function closeWindows(
  context: Context,
  config: MonitoringConfig,
  calendar: Calendar,
  now: number,
): Promise<WindowReport[]> {
  const streams = await scanWindows(context);
  const reports: WindowReport[] = [];
  for (const window of await findDueWindows(context, streams, calendar, now - config.lateness * 1_000)) {
    const report = await reportWindow(context, config, window, { kind: 'closed', maturity: null });
    if (report) reports.push(report);
  }
  for (const ofEndpoint of Map.groupBy(streams, ([{ endpoint }]) => endpoint).values())
    reports.push(...(await reportMatured(context, config, calendar, ofEndpoint, now)));
  for (const windows of streams) await rollUpHours(context, windows, calendar, now);
  await forgetOldWindows(context, streams.flat(), config.retentionDays, now);
  return reports;
}

/** @param streams All of one endpoint's. */
async function reportMatured(
  context: Context,
  config: MonitoringConfig,
  calendar: Calendar,
  streams: readonly ScannedWindow[][],
  now: number,
): Promise<WindowReport[]> {
  const curve = await learnEndpointDelays(context, streams.flat(), calendar, now);
  if (curve === null) return [];
  const reports: WindowReport[] = [];
  for (const windows of streams) {
    for (const window of await findUnmatured(context, windows)) {
      const maturity = maturityOf(window, curve, now);
      if (maturity < config.maturity) continue;
      const report = await reportWindow(context, config, window, { kind: 'matured', maturity });
      if (report) reports.push(report);
    }
  }
  return reports;
}

/** Undefined where another process was first, or the version is not known any more. */
async function reportWindow(
  context: Context,
  config: MonitoringConfig,
  window: DueWindow,
  { kind, maturity }: Pick<WindowReport, 'kind' | 'maturity'>,
): Promise<WindowReport | undefined> {
  const { endpoint, model, version, arm, width, start, end } = window;
  const bundle = await findBundle(context, model, version);
  if (bundle === undefined) return undefined;
  const reference = await readReference(context, endpoint, bundle);
  const { sketch, outcomes } = await sumWindows(context, context.store.database.sql, window, window);
  const measured = measureWindow(sketch, outcomes, reference, config.drift);
  const identity = { endpoint, model, version, arm, bundle, kind, width, start, end, maturity };
  const report: WindowReport = { ...identity, ...measured, ...leaveOut(kind, width) };
  const changes = await context.store.database.write(async (sql) =>
    (await storeReport(context, sql, report)) ? applyPolicy(context, sql, report, config) : undefined,
  );
  if (changes === undefined) return undefined;
  context.events.emit('window.closed', { endpoint, model, version, kind, start });
  announceAlerts(context, changes);
  return report;
}

/** What a report of that kind does not say: performance of an hour, labels that have not matured, columns twice. */
function leaveOut(kind: WindowReport['kind'], width: WindowReport['width']): Partial<WindowReport> {
  if (kind === 'matured') return { columns: [], score: null };
  const unlabelled = { realised: [], calibration: null };
  return width === 'hour' ? { ...unlabelled, estimated: [] } : unlabelled;
}

/** False where that report is there already. */
async function storeReport(context: Context, sql: Kysely<Schema>, report: WindowReport): Promise<boolean> {
  const { endpoint, model, version, arm, kind, width, start, end } = report;
  const stored = await sql
    .insertInto('window_report')
    .values({
      project: context.project,
      endpoint,
      model,
      version,
      arm,
      kind,
      width,
      start,
      ended_at: end,
      report_json: JSON.stringify(report),
      created_at: context.clock.now(),
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('start')
    .executeTakeFirst();
  return stored !== undefined;
}
