import { z } from 'zod';
import type { Context } from '../../store/ports.ts';
import type { MonitoringConfig } from '../schema.ts';
import { createCalendar } from '../windows/calendar.ts';
import type { Observation } from './observation.ts';
import { BURN_SHARE, observeShare } from './observe-service.ts';
import { type HourNow, readHourNow } from './read-hour-now.ts';
import { endpointSeries } from './service-baseline.ts';
import { readState, removeSignals, writeState } from './signal-rows.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** Failures must be many over the hour, and still be many over the last minutes. */
const SHORT_MS = 5 * MINUTE_MS;

/** What the hours had counted at a time, so that a later count less this one is what came since. */
const Reading = z.strictObject({
  at: z.number(),
  hours: z.array(z.strictObject({ start: z.number(), records: z.int(), broken: z.int() })),
});
type Reading = z.infer<typeof Reading>;
const Readings = z.array(Reading);

const NAME = 'burn-readings';

/**
 * Whether serving fails so often, over the last hour and over its last five minutes, that a month's budget of an
 * objective of 99.9 % would be gone in two days (14.4 times too fast). Readings are kept only while anything fails.
 */
export async function observeBurn(
  context: Context,
  { timeZone }: Pick<MonitoringConfig, 'timeZone'>,
  endpoint: string,
  now: number,
): Promise<Observation[]> {
  const reading = await readNow(context, timeZone, endpoint, now);
  const series = endpointSeries(endpoint);
  const before = (await readState(context, context.store.database.sql, series, NAME, Readings)) ?? [];
  const failing = reading.hours.some(({ broken }) => broken > 0);
  if (!failing && before.length === 0) return [];
  const kept = before.filter(({ at }) => at > now - HOUR_MS - MINUTE_MS);
  if (!failing) {
    await context.store.database.write((sql) => removeSignals(context, sql, series, [NAME]));
  } else if (kept.length === 0 || now - kept[kept.length - 1].at >= MINUTE_MS) {
    await context.store.database.write((sql) => writeState(context, sql, series, NAME, [...kept, reading]));
  }
  const long = since(reading, kept[0]);
  const short = since(
    reading,
    kept.findLast(({ at }) => at <= now - SHORT_MS),
  );
  const says = 'got no prediction because serving fails';
  const [overHour, overMinutes] = [long, short].map(
    ({ broken, records }) => observeShare('unavailable', broken, records, BURN_SHARE, says)[0],
  );
  if (overMinutes === undefined) return [];
  const finding = overHour?.finding === 'clean' ? 'clean' : overMinutes.finding;
  return [{ ...overMinutes, subject: 'now', finding }];
}

async function readNow(context: Context, timeZone: string, endpoint: string, now: number): Promise<Reading> {
  const calendar = createCalendar(timeZone);
  const { start: current } = calendar.windowOf('hour', now);
  const starts = [current, calendar.windowOf('hour', current - 1).start];
  const hours = await Promise.all(
    starts.map(async (start) => ({ start, ...(await readHourNow(context, endpoint, start)) })),
  );
  return { at: now, hours };
}

function since(reading: Reading, former: Reading | undefined): HourNow {
  const total: HourNow = { records: 0, broken: 0 };
  for (const { start, records, broken } of reading.hours) {
    const before = former?.hours.find((hour) => hour.start === start);
    total.records += records - (before?.records ?? 0);
    total.broken += broken - (before?.broken ?? 0);
  }
  return total;
}
