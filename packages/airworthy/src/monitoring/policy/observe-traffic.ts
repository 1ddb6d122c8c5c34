import { count, moment } from '../../kernel/figures.ts';
import type { Context } from '../../store/ports.ts';
import type { MonitoringConfig } from '../schema.ts';
import { sameHoursBefore } from './hour-of-week.ts';
import type { Observation, ObservedWindow } from './observation.ts';
import { readHourNow } from './read-hour-now.ts';
import { FEWEST_WEEKS, median, readSameHours, WEEKS } from './service-baseline.ts';

/** An hour without any record must be so unlikely, had it the median's rate (Poisson). */
const SURE = 0.001;
const HOUR_MS = 3_600_000;

/**
 * Whether nothing came in an hour in which something always did: in the same hour of the week of each of the last four
 * weeks, as far back as the endpoint goes, but of two at least. Nothing is said where that is not known.
 */
export async function observeTraffic(
  context: Context,
  { timeZone }: Pick<MonitoringConfig, 'timeZone'>,
  endpoint: string,
  hour: ObservedWindow,
): Promise<Observation[]> {
  const { records } = await readHourNow(context, endpoint, hour.start);
  const usual = records > 0 ? 0 : await usualTraffic(context, endpoint, hour.start, timeZone);
  if (usual === null) return [];
  const found = records === 0 && Math.exp(-usual) < SURE;
  return [
    {
      kind: 'no-traffic',
      subject: '',
      finding: found ? 'raised' : 'clean',
      effect: records,
      threshold: usual,
      severity: usual,
      n: records,
      says: () =>
        `nothing comes in: the hour from ${moment(hour.start)} had ${count(usual)} records (median) in the weeks before`,
    },
  ];
}

/** Records in the same hour of the weeks before; null where they are too few, or one had none. */
async function usualTraffic(
  context: Context,
  endpoint: string,
  start: number,
  timeZone: string,
): Promise<number | null> {
  const { sql } = context.store.database;
  const first = await sql
    .selectFrom('window_report')
    .select('ended_at')
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .orderBy('ended_at')
    .limit(1)
    .executeTakeFirst();
  if (first === undefined) return null;
  const asked = sameHoursBefore(start, timeZone, WEEKS).filter((each) => each + HOUR_MS >= first.ended_at);
  const hours = await readSameHours(context, sql, endpoint, start, timeZone);
  const served = hours.filter(({ records }) => records > 0);
  if (served.length < FEWEST_WEEKS || served.length < asked.length) return null;
  return median(served.map(({ records }) => records));
}
