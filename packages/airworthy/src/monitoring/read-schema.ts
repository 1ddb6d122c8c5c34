import { z } from 'zod';
import { CalibrationBin } from '../evaluation/index.ts';
import { ColumnDrift, WindowMetric } from './schema.ts';

/** One place of a distribution: a bin of numbers, a value of a category, or what lies beside them. */
export const Place = z.strictObject({
  kind: z.enum(['below', 'bin', 'above', 'value', 'other', 'unseen', 'missing']),
  /** As people read it: `10 to 20`, `ORD`, `missing`. */
  label: z.string(),
  /** Bounds of a bin; null where it has none on that side, or is no bin. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  reference: z.int(),
  current: z.int(),
});
export type Place = z.infer<typeof Place>;

/** A column (or the score) of a period: how far it lies from its reference, and both distributions in the same places. */
export const ColumnPeriod = z.strictObject({
  column: z.string(),
  kind: z.enum(['number', 'timestamp', 'category']),
  unit: z.string().nullable(),
  /** Null where there is too little to test, or nothing to test against. */
  drift: ColumnDrift.nullable(),
  places: z.array(Place),
});
export type ColumnPeriod = z.infer<typeof ColumnPeriod>;

/** Any range of time of one version, by addition of its windows. */
export const PeriodReport = z.strictObject({
  endpoint: z.string(),
  model: z.string(),
  version: z.int(),
  arm: z.string(),
  bundle: z.string(),
  /** Milliseconds since the epoch: of the windows that were added; `to` is not in the period. */
  from: z.number(),
  to: z.number(),
  predictions: z.int(),
  failures: z.record(z.string(), z.int()),
  shed: z.int(),
  latency: z.strictObject({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  enough: z.boolean(),
  columns: z.array(ColumnPeriod),
  score: ColumnPeriod.nullable(),
  estimated: z.array(WindowMetric),
  labels: z.int(),
  maturity: z.number().nullable(),
  realised: z.array(WindowMetric),
  calibration: WindowMetric.nullable(),
  calibrationBins: z.array(CalibrationBin),
});
export type PeriodReport = z.infer<typeof PeriodReport>;

/** One step of an endpoint's time line, of the version that served most of it. */
export const SeriesPoint = z.strictObject({
  start: z.number(),
  end: z.number(),
  version: z.int(),
  predictions: z.int(),
  failures: z.int(),
  latency: z.strictObject({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable(),
  labels: z.int(),
  maturity: z.number().nullable(),
  /** The primary metric; null where nothing is known of it yet. */
  realised: WindowMetric.nullable(),
  estimated: WindowMetric.nullable(),
  /** Columns that had drifted. */
  drifted: z.array(z.string()),
});
export type SeriesPoint = z.infer<typeof SeriesPoint>;

/** What a version served at an endpoint, and how much of that is labelled. */
export const LabelState = z.strictObject({
  endpoint: z.string(),
  model: z.string(),
  version: z.int(),
  arm: z.string(),
  predictions: z.int(),
  labels: z.int(),
  /** Share of the labels to be expected that is known; null while it is not known how long labels take. */
  maturity: z.number().nullable(),
  /** Start of the first window, end of the last; milliseconds since the epoch. */
  from: z.number(),
  to: z.number(),
});
export type LabelState = z.infer<typeof LabelState>;
