import { maturityOf } from '../stats/realised/label-delay.ts';
import type { Context } from '../store/ports.ts';
import type { MonitoringConfig } from './schema.ts';
import { createCalendar } from './windows/calendar.ts';
import { readDelays } from './windows/label-delays.ts';
import { scanWindows } from './windows/scan-windows.ts';

/**
 * Up to which moment an endpoint's predictions have the labels that are to be expected: the end of the latest day that
 * has matured; null while none has. What is younger would be judged by those labels alone that come fast.
 */
export async function readMaturedTo(
  context: Context,
  { timeZone, maturity }: Pick<MonitoringConfig, 'timeZone' | 'maturity'>,
  endpoint: string,
): Promise<number | null> {
  const now = context.clock.now();
  const curve = await readDelays(context, endpoint);
  if (curve === null) return null;
  const calendar = createCalendar(timeZone);
  const windows = (await scanWindows(context, { endpoint })).flat().filter(({ watched }) => watched);
  const days = Map.groupBy(windows, ({ start }) => calendar.windowOf('day', start).end);
  const matured = [...days].filter(([end, ofDay]) => {
    const sum = (of: 'predictions' | 'labels') => ofDay.reduce((total, window) => total + window[of], 0);
    const day = { end, predictions: sum('predictions'), labels: sum('labels') };
    return end <= now && day.labels > 0 && maturityOf(day, curve, now) >= maturity;
  });
  return matured.reduce<number | null>((latest, [end]) => Math.max(latest ?? end, end), null);
}
