import { z } from 'zod';

/** What an arm did over a window. Of answered requests: latencies and batch sizes. */
export const ArmFigures = z.strictObject({
  arm: z.string(),
  model: z.string(),
  version: z.int(),
  rate: z.number().describe('Requests a second over the last ten seconds.'),
  requests: z.int(),
  failures: z.int().describe('Failed here, or past their deadline.'),
  shed: z.int().describe('Refused for want of room.'),
  p50Ms: z.number().nullable(),
  p95Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  batchMean: z.number().nullable().describe('Records in a run, on average.'),
  queue: z.number().describe('Requests that wait to be run, on average (Little’s law).'),
  memoryBytes: z.number().nullable().describe('Held for the release; null where that is not known.'),
});
export type ArmFigures = z.infer<typeof ArmFigures>;

/** One stretch of an arm: a second of the last five minutes, or ten seconds of the last hour. */
export const FigurePoint = z.strictObject({
  at: z.number().describe('Start, in ms since the epoch.'),
  arm: z.string(),
  version: z.int(),
  rate: z.number(),
  failures: z.int(),
  p50Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
  batchMean: z.number().nullable(),
  queue: z.number(),
});
export type FigurePoint = z.infer<typeof FigurePoint>;

/** GET /endpoints/:endpoint/figures */
export const EndpointFigures = z.strictObject({
  endpoint: z.string(),
  at: z.number(),
  minutes: z.int(),
  arms: z.array(ArmFigures),
  series: z.array(FigurePoint).describe('Stretches that had requests, oldest first.'),
});
export type EndpointFigures = z.infer<typeof EndpointFigures>;
