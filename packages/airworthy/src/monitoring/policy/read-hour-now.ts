import type { Context } from '../../store/ports.ts';
import { selectWindows, sketchOf } from '../windows/window-rows.ts';
import { countFailures } from './observe-service.ts';

export interface HourNow {
  /** Records asked for, whatever became of them. */
  records: number;
  /** Of them: got no prediction because serving failed. */
  broken: number;
}

/** What an endpoint's versions have counted so far in the hour that starts then. */
export async function readHourNow(context: Context, endpoint: string, start: number): Promise<HourNow> {
  const rows = await selectWindows(context, context.store.database.sql, { endpoint })
    .select(['predictions', 'sketch_json'])
    .where('width', '=', 'hour')
    .where('start', '=', start)
    .execute();
  const now: HourNow = { records: 0, broken: 0 };
  for (const row of rows) {
    const { invalid, broken } = countFailures(sketchOf(row).failures);
    now.records += row.predictions + invalid + broken;
    now.broken += broken;
  }
  return now;
}
