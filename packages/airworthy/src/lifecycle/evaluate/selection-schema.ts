import { z } from 'zod';
import { CASES_SHOWN, Question } from '../../evaluation/index.ts';

/** What becomes of cases of an evaluation that are worth keeping together. */
export const SaveSelection = z
  .strictObject({
    task: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('By whose answers; the first of the suite where absent.'),
    metric: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe('By which a case is right or wrong; the first of the suite where absent.'),
    show: z.enum(CASES_SHOWN).optional().describe('Only cases that failed, regressed …'),
    rule: z
      .string()
      .min(1)
      .max(1000)
      .optional()
      .describe('Conditions on cases: `lang = de AND length > 40`.'),
    ids: z.array(z.string().min(1)).min(1).max(100_000).optional().describe('These cases.'),
    to: z
      .enum(['suite', 'review', 'dataset'])
      .describe('A suite beside the one evaluated, a review queue, or a dataset version.'),
    name: z
      .string()
      .max(100)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a name is kebab-case')
      .describe('Of the suite, the queue or the dataset.'),
    questions: z
      .array(Question)
      .min(1)
      .max(20)
      .optional()
      .describe('For reviewers; whether the answer is right, and what it should be, where absent.'),
    reviewers: z
      .int()
      .min(1)
      .max(20)
      .default(1)
      .describe('How many people answer each item of a review queue.'),
  })
  .refine(({ show, rule, ids }) => show !== undefined || rule !== undefined || ids !== undefined, {
    message: 'say which cases: show, rule or ids',
    path: ['rule'],
  });
export type SaveSelection = z.input<typeof SaveSelection>;
export type CheckedSelection = z.output<typeof SaveSelection>;

/** Where the cases are now. */
export const SavedSelection = z.strictObject({
  to: z.enum(['suite', 'review', 'dataset']),
  name: z.string(),
  cases: z.int(),
  /** Of a suite: its files, below the project's folder. */
  files: z.array(z.string()).optional(),
  /** Of a dataset: number and digest of the version. */
  version: z.strictObject({ number: z.int(), digest: z.string() }).optional(),
});
export type SavedSelection = z.infer<typeof SavedSelection>;
