import { testContext } from '../../../test/test-context.ts';
import type { VirtualClock } from '../../kernel/clock.ts';
import { createVirtualClock } from '../../kernel/clock.ts';
import type { Model } from '../../models/model.ts';
import { createEndpoints, type Endpoints, ServingConfig } from '../../serving/index.ts';
import { FLIGHT, flightModel, writeRelease } from '../../serving/testing/write-bundle.ts';
import type { Context } from '../../store/ports.ts';
import { matchServed } from '../match-waiting.ts';

export const ENDPOINT = 'flight-delays';
export const START = Date.UTC(2001, 1, 1);
export const HOUR = 3_600_000;

/** An endpoint that serves a small model in a store of its own, at a time that stands still until it is moved. */
export interface Served extends AsyncDisposable {
  context: Context;
  clock: VirtualClock;
  endpoints: Endpoints;
  bundle: string;
  task: Model['task'];
  /** Predicts records, an hour apart, and writes them down; returns their ids. */
  predict(records: readonly object[]): Promise<string[]>;
}

export async function serveFlights(config: object = {}, model = flightModel()): Promise<Served> {
  const store = testContext();
  const clock = createVirtualClock(START);
  const context: Context = { ...store, clock };
  const endpoints = createEndpoints(context, {
    config: ServingConfig.parse(config),
    observer: {
      record: (sql, batch) => matchServed(context, sql, batch),
      settled() {},
      failed() {},
      shed() {},
    },
  });
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
    async [Symbol.asyncDispose]() {
      await endpoints.close();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** Flights that differ in distance. */
export function flights(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({ ...FLIGHT, distance: 100 + index }));
}
