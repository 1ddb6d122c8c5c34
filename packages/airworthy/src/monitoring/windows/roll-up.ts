import type { Context } from '../../store/ports.ts';
import type { Calendar } from './calendar.ts';
import type { ScannedWindow } from './scan-windows.ts';
import { sumRows } from './sum-windows.ts';
import { selectWindows } from './window-rows.ts';

const DAY_MS = 86_400_000;
/** How long after its week a window keeps its hours. */
const KEEP_HOURS_MS = 7 * DAY_MS;

/**
 * Adds the hours of weeks that ended seven days ago or more up into days, a day in one write, so that what is on disk
 * grows by a row a day. All that is counted stays.
 */
export async function rollUpHours(
  context: Context,
  windows: readonly ScannedWindow[],
  calendar: Calendar,
  now: number,
): Promise<void> {
  const due = windows.filter(
    ({ width, start }) => width === 'hour' && calendar.windowOf('week', start).end + KEEP_HOURS_MS <= now,
  );
  const byDay = Map.groupBy(due, ({ start }) => calendar.windowOf('day', start).start);
  for (const [day, hours] of byDay) await rollUpDay(context, day, hours);
}

async function rollUpDay(context: Context, day: number, hours: readonly ScannedWindow[]): Promise<void> {
  const [{ endpoint, model, version, arm }] = hours;
  const stream = { endpoint, model, version, arm };
  const last = hours[hours.length - 1].start;
  await context.store.database.write(async (sql) => {
    const rows = (
      await selectWindows(context, sql, stream)
        .selectAll()
        .where('start', '>=', day)
        .where('start', '<=', last)
        .execute()
    ).filter((row) => row.width === 'hour' || row.start === day);
    const { sketch, outcomes } = sumRows(rows);
    for (const { width, start } of rows)
      await sql
        .deleteFrom('monitoring_window')
        .where('project', '=', context.project)
        .where('endpoint', '=', endpoint)
        .where('model', '=', model)
        .where('version', '=', version)
        .where('arm', '=', arm)
        .where('width', '=', width)
        .where('start', '=', start)
        .execute();
    const watched = rows.some((row) => row.sketch_json !== null);
    await sql
      .insertInto('monitoring_window')
      .values({
        project: context.project,
        ...stream,
        width: 'day',
        start: day,
        predictions: sketch.predictions,
        labels: outcomes?.rows ?? 0,
        sketch_json: watched ? JSON.stringify(sketch) : null,
        realised_json: outcomes && JSON.stringify(outcomes),
        updated_at: context.clock.now(),
      })
      .execute();
  });
}

/**
 * Deletes windows and reports from before the retention; does nothing where there are none. Where there is nothing since
 * either, all stays: a clock that was set years ahead must not cost the history.
 */
export async function forgetOldWindows(
  context: Context,
  windows: readonly ScannedWindow[],
  retentionDays: number,
  now: number,
): Promise<void> {
  const before = now - retentionDays * DAY_MS;
  const isOld = ({ start }: ScannedWindow) => start < before;
  if (!windows.some(isOld) || windows.every(isOld)) return;
  await context.store.database.write(async (sql) => {
    await sql
      .deleteFrom('monitoring_window')
      .where('project', '=', context.project)
      .where('start', '<', before)
      .execute();
    await sql
      .deleteFrom('window_report')
      .where('project', '=', context.project)
      .where('ended_at', '<', before)
      .execute();
  });
}
