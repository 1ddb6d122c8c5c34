import { maturityOf } from '../stats/realised/label-delay.ts';
import type { Context } from '../store/ports.ts';
import type { SeriesPoint } from './read-schema.ts';
import { readReference } from './reference.ts';
import { compareColumns } from './reports/compare-columns.ts';
import { findBundle } from './reports/find-bundle.ts';
import { ENOUGH, measureEstimated, measureRealised } from './reports/measure-window.ts';
import { MonitoringConfig, type Width, type WindowMetric } from './schema.ts';
import { latencyQuantiles } from './sketch/latency.ts';
import { mergeSketches } from './sketch/window-sketch.ts';
import { createCalendar, type Span } from './windows/calendar.ts';
import { readDelays } from './windows/label-delays.ts';
import { type ScannedWindow, scanWindows } from './windows/scan-windows.ts';
import { sumWindows, type WindowSum } from './windows/sum-windows.ts';
import { type Stream, streamKey } from './windows/window-rows.ts';

export interface SeriesQuery {
  endpoint: string;
  /** Milliseconds since the epoch: windows that begin in this time. */
  from: number;
  to: number;
  step: Width;
  /** The project's; the defaults where absent. */
  config?: Pick<MonitoringConfig, 'drift' | 'timeZone'>;
}

/**
 * An endpoint's time line, oldest first: all its traffic, and the performance and drift of the version that served most
 * of each step. What is older than two weeks is kept by days, so that steps of an hour become days there.
 */
export async function readSeries(context: Context, query: SeriesQuery): Promise<SeriesPoint[]> {
  const { endpoint, from, to, step } = query;
  const { drift, timeZone } = query.config ?? MonitoringConfig.parse({});
  const calendar = createCalendar(timeZone);
  const windows = (await scanWindows(context, { endpoint }))
    .flat()
    .filter(({ start }) => start >= from && start < to);
  const spanOf = ({ width, start }: ScannedWindow) =>
    calendar.windowOf(step === 'hour' && width === 'day' ? 'day' : step, start);
  const curve = await readDelays(context, endpoint);
  const steps = Map.groupBy(windows, (window) => spanOf(window).start);
  const points: SeriesPoint[] = [];
  for (const start of [...steps.keys()].sort((a, b) => a - b)) {
    const inside = steps.get(start) ?? [];
    const span = { start, end: Math.max(...inside.map((window) => spanOf(window).end)) };
    const sums = await sumStreams(context, inside, span);
    const main = sums.reduce((a, b) => (b.predictions > a.predictions ? b : a));
    const { predictions, labels } = main;
    const maturity = curve && maturityOf({ end: span.end, predictions, labels }, curve, context.clock.now());
    const shown = await describeVersion(context, main, drift);
    points.push({ ...span, version: main.version, ...describeTraffic(sums), labels, maturity, ...shown });
  }
  return points;
}

interface StreamSum extends Stream, WindowSum {
  predictions: number;
  labels: number;
}

/** What each version served in a step. */
async function sumStreams(
  context: Context,
  windows: readonly ScannedWindow[],
  span: Span,
): Promise<StreamSum[]> {
  const sums: StreamSum[] = [];
  for (const [{ endpoint, model, version, arm }] of Map.groupBy(windows, streamKey).values()) {
    const stream = { endpoint, model, version, arm };
    const sum = await sumWindows(context, context.store.database.sql, stream, span);
    const counts = { predictions: sum.sketch.predictions, labels: sum.outcomes?.rows ?? 0 };
    sums.push({ ...stream, ...sum, ...counts });
  }
  return sums;
}

/** Of all versions. */
function describeTraffic(
  sums: readonly StreamSum[],
): Pick<SeriesPoint, 'predictions' | 'failures' | 'latency'> {
  const { predictions, failures, latency } = sums.map(({ sketch }) => sketch).reduce(mergeSketches);
  const failed = Object.values(failures).reduce((sum, count) => sum + count, 0);
  return { predictions, failures: failed, latency: latencyQuantiles(latency) };
}

/** Of one version: the primary metric, and what had drifted. */
async function describeVersion(
  context: Context,
  { endpoint, model, version, sketch, outcomes }: StreamSum,
  rule: MonitoringConfig['drift'],
): Promise<Pick<SeriesPoint, 'realised' | 'estimated' | 'drifted'>> {
  const bundle = await findBundle(context, model, version);
  const reference = await readReference(context, endpoint, bundle ?? '');
  const enough = sketch.predictions >= ENOUGH;
  const realised = measureRealised(outcomes, reference);
  const primary = reference.profile?.metrics[0]?.name ?? realised[0]?.metric;
  const find = (metrics: readonly WindowMetric[]) => metrics.find(({ metric }) => metric === primary) ?? null;
  const drifts = enough ? compareColumns(sketch, reference.layout, reference.profile, rule) : [];
  return {
    realised: find(realised),
    estimated: find(enough ? measureEstimated(sketch, reference) : []),
    drifted: drifts.filter(({ drifted }) => drifted).map(({ column }) => column),
  };
}
