import { z } from 'zod';
import { Outcome } from '../gates/schema.ts';

const figure = z.number().nullable();

/** A metric beside what it was on the cases one may look at. */
export const GapMetric = z.strictObject({
  metric: z.string(),
  value: figure,
  low: figure,
  high: figure,
  n: z.int(),
});
export type GapMetric = z.infer<typeof GapMetric>;

/** A look at held-out cases, written down before it was taken. */
export const HeldOutLook = z.strictObject({
  id: z.string(),
  /** Digest of the dataset version; of the cases where they are from no dataset. */
  datasetVersion: z.string(),
  /** Name of the dataset; null where the cases are from none. */
  dataset: z.string().nullable(),
  suite: z.string(),
  evaluation: z.string(),
  task: z.string(),
  taskDigest: z.string(),
  /** 1, 2, 3 … at these cases. */
  number: z.int(),
  budget: z.int(),
  gates: z.array(z.string()),
  /** Null while it is being taken, or where it was broken off: it is spent all the same. */
  outcome: Outcome.nullable(),
  /** The same task on dev cases before, where it was evaluated there. */
  dev: z.array(GapMetric).nullable(),
  heldOut: z.array(GapMetric).nullable(),
  actor: z.string(),
  at: z.int(),
});
export type HeldOutLook = z.infer<typeof HeldOutLook>;
