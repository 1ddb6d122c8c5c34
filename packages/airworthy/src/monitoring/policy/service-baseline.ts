import type { Kysely } from 'kysely';
import { z } from 'zod';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { WindowReport } from '../schema.ts';
import { sameHoursBefore } from './hour-of-week.ts';
import type { Series } from './observation.ts';
import { countFailures, FEWEST, type ServiceBaseline } from './observe-service.ts';
import { readState, writeState } from './signal-rows.ts';

/** Weeks that are looked back, and fewest that make the hour of the week known. */
export const WEEKS = 4;
export const FEWEST_WEEKS = 2;
/** Weight of the newest hour, and hours before the average says anything. */
const NEWEST = 0.1;
const FEWEST_HOURS = 24;

/** What an hour of service was like. */
export interface HourOfService {
  records: number;
  invalid: number;
  p95: number | null;
}

/** An exponentially weighted average of the hours so far. Stored as JSON in `signal`. */
const RunningAverage = z.strictObject({
  hours: z.int(),
  invalid: z.number(),
  p95: z.number().nullable(),
  last: z.number(),
});
type RunningAverage = z.infer<typeof RunningAverage>;

const NAME = 'service-baseline';

/**
 * What the hour was like before: the median of the same hour of the week in the last four weeks where at least two are
 * on record, else an exponentially weighted average of the hours so far.
 */
export async function readServiceBaseline(
  context: Context,
  sql: Kysely<Schema>,
  report: WindowReport,
  timeZone: string,
): Promise<ServiceBaseline> {
  const hours = await readSameHours(context, sql, report.endpoint, report.start, timeZone);
  const served = hours.filter(({ records }) => records > 0);
  if (served.length >= FEWEST_WEEKS) {
    const latencies = served.flatMap(({ p95 }) => (p95 === null ? [] : [p95]));
    return {
      invalid: median(served.map(({ invalid, records }) => invalid / records)),
      p95: latencies.length < FEWEST_WEEKS ? null : median(latencies),
    };
  }
  const average = await readState(context, sql, endpointSeries(report.endpoint), NAME, RunningAverage);
  if (average === undefined || average.hours < FEWEST_HOURS) return { invalid: null, p95: null };
  return { invalid: average.invalid, p95: average.p95 };
}

/**
 * Adds an hour to the average where it has enough records to be judged. One that was found bad is not passed here: it
 * must not become what is usual.
 */
export async function updateServiceBaseline(
  context: Context,
  sql: Kysely<Schema>,
  report: WindowReport,
): Promise<void> {
  const hour = serviceOf([report]);
  if (hour.records < FEWEST) return;
  const series = endpointSeries(report.endpoint);
  const before = await readState(context, sql, series, NAME, RunningAverage);
  const blend = (old: number, fresh: number) => old + NEWEST * (fresh - old);
  const invalid = hour.invalid / hour.records;
  const after: RunningAverage = {
    hours: (before?.hours ?? 0) + 1,
    invalid: before === undefined ? invalid : blend(before.invalid, invalid),
    p95: hour.p95 === null ? (before?.p95 ?? null) : blend(before?.p95 ?? hour.p95, hour.p95),
    last: report.start,
  };
  await writeState(context, sql, series, NAME, after);
}

/** The same hour of the week, newest first, in those of the last four weeks that have reports. */
export async function readSameHours(
  context: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  start: number,
  timeZone: string,
): Promise<HourOfService[]> {
  const starts = sameHoursBefore(start, timeZone, WEEKS);
  if (starts.length === 0) return [];
  const rows = await sql
    .selectFrom('window_report')
    .select(['start', 'report_json'])
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .where('start', 'in', starts)
    .where(
      'ended_at',
      'in',
      starts.map((each) => each + 3_600_000),
    )
    .where('kind', '=', 'closed')
    .where('width', '=', 'hour')
    .execute();
  const byStart = Map.groupBy(rows, (row) => row.start);
  return starts.flatMap((each) => {
    const reports = byStart.get(each);
    return reports === undefined
      ? []
      : [serviceOf(reports.map((row) => WindowReport.parse(JSON.parse(row.report_json))))];
  });
}

/** An hour of all versions and arms together; of the latencies the slowest. */
function serviceOf(reports: readonly WindowReport[]): HourOfService {
  const hour: HourOfService = { records: 0, invalid: 0, p95: null };
  for (const { predictions, failures, latency } of reports) {
    const { invalid, broken } = countFailures(failures);
    hour.records += predictions + invalid + broken;
    hour.invalid += invalid;
    if (latency !== null) hour.p95 = Math.max(hour.p95 ?? 0, latency.p95);
  }
  return hour;
}

/** What is remembered of an endpoint rather than of one of its versions. */
export function endpointSeries(endpoint: string): Series {
  return { endpoint, model: '', version: 0, arm: '' };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
