import type { Context } from '../../store/ports.ts';
import type { DueWindow } from './find-due-windows.ts';
import type { ScannedWindow } from './scan-windows.ts';

/** A day or week that was reported when it closed, with the labels it has now. */
export interface UnmaturedWindow extends DueWindow {
  predictions: number;
  labels: number;
}

/**
 * The days and weeks of a version that have a report, but none of their labels; in order of their ends.
 *
 * @param windows All of the version's.
 */
export async function findUnmatured(
  context: Context,
  windows: readonly ScannedWindow[],
): Promise<UnmaturedWindow[]> {
  const { sql } = context.store.database;
  const [{ endpoint, model, version, arm }] = windows;
  const reportsOf = (kind: 'closed' | 'matured') =>
    sql
      .selectFrom('window_report')
      .where('project', '=', context.project)
      .where('endpoint', '=', endpoint)
      .where('model', '=', model)
      .where('version', '=', version)
      .where('arm', '=', arm)
      .where('kind', '=', kind)
      .where('width', 'in', ['day', 'week'])
      .select(['width', 'start', 'ended_at as end']);
  const matured = await reportsOf('matured').execute();
  const known = new Set(matured.map(({ width, start }) => `${width} ${start}`));
  const closed = await reportsOf('closed').orderBy('ended_at').execute();
  const waiting = closed.filter(({ width, start }) => !known.has(`${width} ${start}`));
  return waiting.map(({ width, start, end }) => {
    const inside = windows.filter((window) => window.start >= start && window.start < end);
    const sum = (of: 'predictions' | 'labels') => inside.reduce((total, window) => total + window[of], 0);
    const counts = { predictions: sum('predictions'), labels: sum('labels') };
    return { endpoint, model, version, arm, width, start, end, ...counts };
  });
}
