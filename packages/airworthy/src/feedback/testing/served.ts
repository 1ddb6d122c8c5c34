import { testContext } from '../../../test/test-context.ts';
import { createVirtualClock, type VirtualClock } from '../../kernel/clock.ts';
import type { Task } from '../../models/table.ts';
import { createMonitor, MonitoringConfig } from '../../monitoring/index.ts';
import { createEndpoints, type Endpoints, joinObservers, ServingConfig } from '../../serving/index.ts';
import { FLIGHT, flightModel, writeRelease } from '../../serving/testing/write-bundle.ts';
import type { Context } from '../../store/ports.ts';
import { matchServed } from '../match-waiting.ts';
import { recordLabels } from '../record-labels.ts';
import type { LabelInput, LabelReceipt } from '../schema.ts';

export const ENDPOINT = 'flight-delays';
export const START = Date.UTC(2001, 1, 1);
export const HOUR = 3_600_000;

/** An endpoint that serves a small model, watched, in a store of its own, at a time that stands still until it is moved. */
export interface Served extends AsyncDisposable {
  context: Context;
  clock: VirtualClock;
  endpoints: Endpoints;
  bundle: string;
  task: Task;
  /** Predicts records, an hour apart, and writes them down; returns their ids. */
  predict(records: readonly object[]): Promise<string[]>;
  label(labels: readonly LabelInput[]): Promise<LabelReceipt>;
}

export async function serveFlights(
  config: { key?: string[] } = {},
  model = flightModel(),
  /** Are waiting labels matched when predictions are written? */
  matches = true,
): Promise<Served> {
  const store = testContext();
  const clock = createVirtualClock(START);
  const context: Context = { ...store, clock };
  const monitor = createMonitor(context, { config: MonitoringConfig.parse({}) });
  const labels = {
    record: (sql: Parameters<typeof matchServed>[1], batch: Parameters<typeof matchServed>[2]) =>
      matches ? matchServed(context, sql, batch) : Promise.resolve(),
    settled() {},
    failed() {},
    shed() {},
  };
  const observer = joinObservers(monitor.observer ? [monitor.observer, labels] : [labels]);
  const endpoints = createEndpoints(context, { config: ServingConfig.parse(config), observer });
  const release = await writeRelease(context, model);
  await endpoints.deploy(ENDPOINT, release);
  return {
    ...{ context, clock, endpoints, bundle: release.bundle, task: model.task },
    async predict(records) {
      const ids: string[] = [];
      for (const record of records) {
        clock.moveTo(clock.now() + HOUR);
        ids.push(...(await endpoints.predict(ENDPOINT, [record])).ids);
      }
      await endpoints.flush();
      return ids;
    },
    label: (labels) =>
      recordLabels(context, { endpoint: ENDPOINT, task: model.task, key: config.key, labels }),
    async [Symbol.asyncDispose]() {
      await endpoints.close();
      await monitor.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Flights that differ in distance. */
export function flights(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({ ...FLIGHT, distance: 100 + index }));
}
