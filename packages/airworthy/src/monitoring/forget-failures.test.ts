import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testContext } from '../../test/test-context.ts';
import { forgetFailures } from './forget-failures.ts';
import { ENDPOINT, flights, HOUR_MS, MONDAY, watchEndpoint, withClock } from './testing/watched-endpoint.ts';

test('failures from a moment on are taken back, predictions and earlier failures stay', async () => {
  await using store = testContext();
  const context = withClock(store);
  const { endpoints, monitor, close } = await watchEndpoint(context);
  const serve = async (hour: number) => {
    context.clock.time = MONDAY + hour * HOUR_MS;
    await endpoints.predict(ENDPOINT, flights(7));
    await endpoints.predict(ENDPOINT, [{}]).catch(() => {});
    await endpoints.flush();
  };
  for (const hour of [0, 1, 2]) await serve(hour);
  await forgetFailures(context, { endpoint: ENDPOINT, from: MONDAY + HOUR_MS });
  await serve(2);
  const reports = await monitor.closeWindows(MONDAY + 4 * HOUR_MS);
  assert.deepEqual(
    reports.map(({ predictions, failures }) => [predictions, failures]),
    [
      [7, { RECORD_INVALID: 1 }],
      [7, {}],
      [14, { RECORD_INVALID: 1 }],
    ],
  );
  await close();
});
