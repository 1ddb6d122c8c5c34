import { z } from 'zod';

/** Where a baseline of a suite points, and who moved it there. */
export const Baseline = z.strictObject({
  suite: z.string(),
  name: z.string(),
  /** 1, 2, 3 … of this name; the last one counts. */
  sequence: z.int(),
  evaluation: z.string(),
  /** The number of the evaluation in its suite. */
  number: z.int().nullable(),
  task: z.string(),
  actor: z.string(),
  reason: z.string(),
  at: z.int(),
});
export type Baseline = z.infer<typeof Baseline>;

/** What a baseline is called where nothing else is said. */
export const MAIN_BASELINE = 'main';

export const BlessRequest = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]{0,99}$/i, 'letters, digits, dots, dashes')
    .default(MAIN_BASELINE)
    .describe('Of the baseline.'),
  evaluation: z
    .union([z.int().min(1), z.string().min(1)])
    .optional()
    .describe('Its number in the suite, or its id; the newest finished one where absent.'),
  task: z.string().min(1).optional().describe('Which of its tasks; may be left out where there is one.'),
  reason: z.string().trim().min(1).max(2_000).describe('Why, for the record.'),
  anyway: z.boolean().default(false).describe('Although its gates did not pass.'),
});
export type BlessRequest = z.input<typeof BlessRequest>;
