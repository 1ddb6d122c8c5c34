import type { Context } from '../store/ports.ts';
import { changeSketch, selectWindows } from './windows/window-rows.ts';

/**
 * Takes back what failed in an endpoint's hours from a moment (milliseconds since the epoch) on: for a replay that sends
 * the same requests again. Predictions are known by their ids and count once; what was refused has none.
 *
 * @example
 * await forgetFailures(context, { endpoint: 'flight-delays', from: Date.UTC(2001, 1, 3, 9) });
 */
export async function forgetFailures(
  context: Context,
  { endpoint, from }: { endpoint: string; from: number },
): Promise<void> {
  await context.store.database.write(async (sql) => {
    const hours = await selectWindows(context, sql, { endpoint })
      .select(['endpoint', 'model', 'version', 'arm', 'width', 'start'])
      .where('width', '=', 'hour')
      .where('start', '>=', from)
      .where('sketch_json', 'is not', null)
      .execute();
    for (const hour of hours)
      await changeSketch(context, sql, hour, (sketch) => ({ ...sketch, failures: {} }));
  });
}
