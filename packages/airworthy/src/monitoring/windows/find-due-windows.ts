import type { Context } from '../../store/ports.ts';
import type { Width } from '../schema.ts';
import type { Calendar, Span } from './calendar.ts';
import type { ScannedWindow } from './scan-windows.ts';
import { type Stream, streamKey } from './window-rows.ts';

/** A window that is tested holds so many predictions, or it waits for a wider one. */
const WORTH_TESTING = 500;

/** A window of one of the widths that reports have. */
export interface DueWindow extends Stream, Span {
  width: Width;
}

const WIDTHS: readonly Width[] = ['hour', 'day', 'week'];

/**
 * The windows that ended at `horizon` or before and have no report: each hour with any traffic, each day with 500
 * predictions, and each week with days that had fewer. In order of their ends, so that policies see them as they came.
 *
 * @param windows All of the project's, by stream.
 */
export async function findDueWindows(
  context: Context,
  windows: readonly (readonly ScannedWindow[])[],
  calendar: Calendar,
  horizon: number,
): Promise<DueWindow[]> {
  const reported = await readReported(context, windows, calendar);
  const due = windows.flatMap((ofStream) => dueOfStream(ofStream, calendar, horizon, reported));
  return due.sort((a, b) => a.end - b.end || WIDTHS.indexOf(a.width) - WIDTHS.indexOf(b.width));
}

function dueOfStream(
  windows: readonly ScannedWindow[],
  calendar: Calendar,
  horizon: number,
  reported: ReadonlySet<string>,
): DueWindow[] {
  const watched = windows.filter((window) => window.watched);
  // Whatever was added up into days has been examined before.
  const hours = watched.filter(({ width }) => width === 'hour');
  if (hours.length === 0) return [];
  const [{ endpoint, model, version, arm }] = hours;
  const stream = { endpoint, model, version, arm };
  const isReported = (width: Width, start: number) => reported.has(reportKey({ ...stream, width, start }));
  const spansOf = (width: Width) => {
    const spans = new Map(
      hours.map(({ start }) => calendar.windowOf(width, start)).map((span) => [span.start, span]),
    );
    return [...spans.values()].filter(({ start, end }) => end <= horizon && !isReported(width, start));
  };
  const within = ({ start, end }: Span) =>
    watched.filter((window) => window.start >= start && window.start < end);
  const due = (width: Width, spans: readonly Span[]) => spans.map((span) => ({ ...stream, width, ...span }));

  const days = spansOf('day').filter((day) => predictionsOf(within(day)) >= WORTH_TESTING);
  const dueDays = new Set(days.map(({ start }) => start));
  const weeks = spansOf('week').filter((week) => {
    const ofDays = Map.groupBy(within(week), ({ start }) => calendar.windowOf('day', start).start);
    return [...ofDays].some(
      ([day, ofDay]) => predictionsOf(ofDay) > 0 && !dueDays.has(day) && !isReported('day', day),
    );
  });
  return [...due('hour', spansOf('hour')), ...due('day', days), ...due('week', weeks)];
}

function predictionsOf(windows: readonly ScannedWindow[]): number {
  return windows.reduce((sum, { predictions }) => sum + predictions, 0);
}

/** The reports there are from the week of the first hour on that is kept as such. */
async function readReported(
  context: Context,
  windows: readonly (readonly ScannedWindow[])[],
  calendar: Calendar,
): Promise<Set<string>> {
  const hours = windows.flat().filter(({ width }) => width === 'hour');
  if (hours.length === 0) return new Set();
  const first = hours.reduce((least, { start }) => Math.min(least, start), Number.POSITIVE_INFINITY);
  const rows = await context.store.database.sql
    .selectFrom('window_report')
    .select(['endpoint', 'model', 'version', 'arm', 'width', 'start'])
    .where('project', '=', context.project)
    .where('endpoint', 'in', [...new Set(hours.map(({ endpoint }) => endpoint))])
    .where('ended_at', '>', calendar.windowOf('week', first).start)
    .where('kind', '=', 'closed')
    .execute();
  return new Set(rows.map(reportKey));
}

function reportKey(window: Stream & { width: Width; start: number }): string {
  return `${window.width} ${window.start} ${streamKey(window)}`;
}
