import { compileModel } from '../../models/compile-model.ts';
import type { Model } from '../../models/model.ts';
import { recordsToTable } from '../../models/read-record.ts';
import { buildReferenceProfile, type ReferenceProfile } from '../../registry/scoring/reference-profile.ts';
import { createEndpoints, type Endpoints, type Release, ServingConfig } from '../../serving/index.ts';
import { flightModel, writeRelease } from '../../serving/testing/write-bundle.ts';
import { createRandom } from '../../stats/random.ts';
import type { Context } from '../../store/ports.ts';
import { createMonitor, type Monitor } from '../create-monitor.ts';
import { MonitoringConfig } from '../schema.ts';

export const ENDPOINT = 'flight-delays';
export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
/** A Monday, at midnight in UTC. */
export const MONDAY = Date.UTC(2001, 0, 1);

/** A context whose clock stands where it is put. */
export function withClock<Of extends Context>(context: Of, now = MONDAY): Of & { clock: { time: number } } {
  const clock = { time: now, now: () => clock.time };
  return { ...context, clock };
}

/** Flights that all come from one distribution; the same seed gives the same ones. */
export function flights(count: number, seed: number | string = 1): Record<string, unknown>[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => ({
    date: new Date(MONDAY + Math.floor(random.next() * DAY_MS)).toISOString(),
    distance: Math.min(5_000, Math.max(1, Math.round(800 + 300 * random.normal()))),
    origin: ['ORD', 'LAX', 'SFO'][Math.floor(random.next() ** 2 * 3)],
    destination: [null, 'LGA', 'JFK'][random.integer(3)],
    stops: random.integer(3),
    refundable: random.next() < 0.3,
  }));
}

const MODEL = flightModel();
const REFERENCE = flights(4_000, 'reference');
let usual: ReferenceProfile | undefined;

/** Made once, as replaying the false-alarm budget takes its time. */
function usualProfile(): ReferenceProfile {
  usual ??= profileOf(MODEL, REFERENCE);
  return usual;
}

function profileOf(model: Model, records: readonly Record<string, unknown>[]): ReferenceProfile {
  const table = recordsToTable(model.fields, records);
  const rows = records.length;
  const scores = compileModel(model).scoreTable(table);
  const metrics = [
    {
      name: 'log-loss',
      value: 0.6,
      low: 0.58,
      high: 0.62,
      n: rows,
      method: '',
      higherIsBetter: false,
    } as const,
  ];
  return buildReferenceProfile(model, table, scores, { metrics, confidence: 0.95 });
}

/** Packs a model with the profile of such flights, as a version that can be deployed. */
export async function packVersion(
  context: Context,
  model: Model = MODEL,
  records: readonly Record<string, unknown>[] = REFERENCE,
): Promise<Release> {
  const profile = records === REFERENCE && model === MODEL ? usualProfile() : profileOf(model, records);
  return writeRelease(context, model, { files: { 'reference-profile.json': profile } });
}

export interface Watched {
  endpoints: Endpoints;
  monitor: Monitor;
  /** Closes both, in order. */
  close(): Promise<void>;
}

interface WatchOptions {
  /** Of the project's config. */
  monitoring?: object;
  serving?: object;
  model?: Model;
  /** What the version's reference profile is made of. */
  records?: readonly Record<string, unknown>[];
}

/** An endpoint that serves a version with a profile and is watched. */
export async function watchEndpoint(
  context: Context,
  { monitoring = {}, serving = {}, model, records }: WatchOptions = {},
): Promise<Watched> {
  const monitor = createMonitor(context, { config: MonitoringConfig.parse(monitoring) });
  const config = ServingConfig.parse(serving);
  const endpoints = createEndpoints(context, { config, observer: monitor.observer });
  await endpoints.deploy(ENDPOINT, await packVersion(context, model, records));
  return {
    endpoints,
    monitor,
    async close() {
      await endpoints.close();
      await monitor.close();
    },
  };
}
