import type { CalibrationBin } from '../evaluation/index.ts';
import { AirworthyError } from '../kernel/errors.ts';
import { ARM, currentDeployment } from '../serving/index.ts';
import { wilson } from '../stats/intervals.ts';
import { maturityOf } from '../stats/realised/label-delay.ts';
import { calibrationOf } from '../stats/realised/measure-outcomes.ts';
import type { OutcomeSketch } from '../stats/realised/outcomes-sketch.ts';
import type { Context } from '../store/ports.ts';
import type { ColumnPeriod, PeriodReport } from './read-schema.ts';
import { readReference, type VersionReference } from './reference.ts';
import { describePlaces, describeScorePlaces } from './reports/describe-places.ts';
import { findBundle } from './reports/find-bundle.ts';
import { type Measured, measureWindow } from './reports/measure-window.ts';
import { type ColumnDrift, MonitoringConfig } from './schema.ts';
import type { WindowSketch } from './sketch/window-sketch.ts';
import { type Calendar, createCalendar } from './windows/calendar.ts';
import { readDelays } from './windows/label-delays.ts';
import { type ScannedWindow, scanWindows } from './windows/scan-windows.ts';
import { sumWindows } from './windows/sum-windows.ts';
import type { Stream } from './windows/window-rows.ts';

export interface PeriodQuery {
  endpoint: string;
  /** Of the endpoint's model; the one that served last in the period where absent. */
  version?: number | undefined;
  /** Milliseconds since the epoch. Windows that begin in it are in it: hours, and days once they are a week old. */
  from: number;
  to: number;
  /** The project's; the defaults where absent. */
  config?: Pick<MonitoringConfig, 'drift' | 'timeZone'>;
}

/**
 * What any stretch of time showed, by adding its windows: the cost does not grow with traffic. Throws
 * ENDPOINT_NOT_FOUND where nothing was served, and nothing serves, there.
 *
 * @example
 * const { columns, realised, maturity } = await readPeriod(context, { endpoint, from: now - 7 * 86_400_000, to: now });
 */
export async function readPeriod(context: Context, query: PeriodQuery): Promise<PeriodReport> {
  const { drift, timeZone } = query.config ?? MonitoringConfig.parse({});
  const calendar = createCalendar(timeZone);
  const windows = await findWindows(context, query);
  const stream = windows[0] ?? (await findServing(context, query));
  const { endpoint, model, version, arm } = stream;
  const bundle = (await findBundle(context, model, version)) ?? '';
  const reference = await readReference(context, endpoint, bundle);
  const { sketch, outcomes } = await sumWindows(context, context.store.database.sql, stream, {
    start: query.from,
    end: query.to,
  });
  const measured = measureWindow(sketch, outcomes, reference, drift);
  return {
    endpoint,
    model,
    version,
    arm,
    bundle,
    ...spanOf(windows, query, calendar),
    ...measured,
    columns: describeColumns(sketch, reference, measured.columns),
    score: describeScore(sketch, reference, measured),
    maturity: await readMaturity(context, endpoint, windows, calendar),
    calibrationBins: outcomes === null ? [] : describeCalibration(outcomes),
  };
}

/** Those of the version asked for, or of the one that served last. */
async function findWindows(context: Context, query: PeriodQuery): Promise<ScannedWindow[]> {
  const { endpoint, version, from, to } = query;
  const streams = await scanWindows(context, version === undefined ? { endpoint } : { endpoint, version });
  const inside = streams
    .map((windows) => windows.filter(({ start }) => start >= from && start < to))
    .filter((windows) => windows.length > 0);
  const last = (windows: ScannedWindow[]) => windows[windows.length - 1].start;
  return inside.sort((a, b) => last(b) - last(a) || b[0].version - a[0].version)[0] ?? [];
}

async function findServing(context: Context, { endpoint, version }: PeriodQuery): Promise<Stream> {
  const deployment = await currentDeployment(context.store.database.sql, context.project, endpoint);
  if (deployment)
    return { endpoint, model: deployment.model, version: version ?? deployment.version, arm: ARM };
  throw new AirworthyError('ENDPOINT_NOT_FOUND', {
    message: `nothing was served at an endpoint named "${endpoint}"`,
    at: endpoint,
  });
}

function spanOf(
  windows: readonly ScannedWindow[],
  { from, to }: PeriodQuery,
  calendar: Calendar,
): Pick<PeriodReport, 'from' | 'to'> {
  if (windows.length === 0) return { from, to };
  const { width, start } = windows[windows.length - 1];
  return { from: windows[0].start, to: calendar.windowOf(width, start).end };
}

async function readMaturity(
  context: Context,
  endpoint: string,
  windows: readonly ScannedWindow[],
  calendar: Calendar,
): Promise<number | null> {
  const curve = windows.length === 0 ? null : await readDelays(context, endpoint);
  if (curve === null) return null;
  const { width, start } = windows[windows.length - 1];
  const sum = (of: 'predictions' | 'labels') => windows.reduce((total, window) => total + window[of], 0);
  const period = {
    end: calendar.windowOf(width, start).end,
    predictions: sum('predictions'),
    labels: sum('labels'),
  };
  return maturityOf(period, curve, context.clock.now());
}

function describeColumns(
  { columns }: WindowSketch,
  { layout, profile }: VersionReference,
  drifts: readonly ColumnDrift[],
): ColumnPeriod[] {
  if (profile === null || layout.columns === null || columns === null) return [];
  return layout.columns.map((column, index) => ({
    column: column.name,
    kind: column.kind,
    unit: profile.fields.find(({ name }) => name === column.name)?.unit ?? null,
    drift: drifts[index] ?? null,
    places: describePlaces(column, profile.columns[index], columns[index]),
  }));
}

function describeScore(
  { scores, values }: WindowSketch,
  { task, layout, profile }: VersionReference,
  { score }: Measured,
): ColumnPeriod | null {
  const output = profile?.output;
  if (!output) return null;
  const period = { column: 'score', kind: 'number' as const, drift: score };
  if (output.of !== 'value') {
    return scores && { ...period, unit: null, places: describeScorePlaces(output, scores) };
  }
  if (values === null || layout.value === null) return null;
  const unit = task?.kind === 'regression' ? (task.unit ?? null) : null;
  const places = describePlaces(layout.value, { name: 'score', kind: 'number', ...output }, values);
  return { ...period, unit, places };
}

function describeCalibration(outcomes: OutcomeSketch): CalibrationBin[] {
  return calibrationOf(outcomes).map(({ gapVariance: _, ...bin }) => ({
    ...bin,
    ...wilson(Math.round(bin.observed * bin.n), bin.n, 0.95),
  }));
}
