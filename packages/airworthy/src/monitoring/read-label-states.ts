import { maturityOf } from '../stats/realised/label-delay.ts';
import type { Context } from '../store/ports.ts';
import type { LabelState } from './read-schema.ts';
import { MonitoringConfig } from './schema.ts';
import { createCalendar } from './windows/calendar.ts';
import { readDelays } from './windows/label-delays.ts';
import { scanWindows } from './windows/scan-windows.ts';

export interface LabelStateQuery {
  endpoint: string;
  /** The project's; the defaults where absent. */
  config?: Pick<MonitoringConfig, 'timeZone'>;
}

/** How much each version of an endpoint has served, and how much of that is labelled; the last to serve first. */
export async function readLabelStates(
  context: Context,
  { endpoint, config = MonitoringConfig.parse({}) }: LabelStateQuery,
): Promise<LabelState[]> {
  const calendar = createCalendar(config.timeZone);
  const curve = await readDelays(context, endpoint);
  const now = context.clock.now();
  const states = (await scanWindows(context, { endpoint })).map((windows): LabelState => {
    const [{ model, version, arm, start }] = windows;
    const last = windows[windows.length - 1];
    const served = {
      end: calendar.windowOf(last.width, last.start).end,
      predictions: windows.reduce((sum, window) => sum + window.predictions, 0),
      labels: windows.reduce((sum, window) => sum + window.labels, 0),
    };
    const { end, ...counts } = served;
    const maturity = curve && maturityOf(served, curve, now);
    return { endpoint, model, version, arm, ...counts, maturity, from: start, to: end };
  });
  return states.sort((a, b) => b.to - a.to || b.version - a.version);
}
