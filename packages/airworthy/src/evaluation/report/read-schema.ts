import { z } from 'zod';
import { Outcome } from '../gates/schema.ts';

const figure = z.number().nullable();

/** An evaluation in a list. */
export const EvaluationItem = z.strictObject({
  id: z.string(),
  suite: z.string(),
  number: z.int(),
  state: z.enum(['running', 'finished', 'stopped']),
  outcome: Outcome.nullable(),
  sentence: z.string(),
  role: z.enum(['dev', 'regression', 'held-out']),
  cases: z.int(),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
  /** The first metric of the first task. */
  primary: z
    .strictObject({
      task: z.string(),
      name: z.string(),
      label: z.string(),
      value: figure,
      low: figure,
      high: figure,
      n: z.int(),
    })
    .nullable(),
});
export type EvaluationItem = z.infer<typeof EvaluationItem>;

export const SuiteItem = z.strictObject({
  name: z.string(),
  evaluations: z.int(),
  newest: EvaluationItem,
  /** The newest first. */
  trend: z.array(EvaluationItem),
});
export type SuiteItem = z.infer<typeof SuiteItem>;

export const CaseScore = z.strictObject({
  status: z.enum(['scored', 'skipped', 'unscorable', 'error']),
  /** Over trials: their mean. */
  value: figure,
  label: z.string().nullable().optional(),
  code: z.string().nullable().optional(),
});
export type CaseScore = z.infer<typeof CaseScore>;

const CaseScores = z.record(z.string(), CaseScore);

/** A case of one task in a list, beside what it is compared with. */
export const CaseItem = z.strictObject({
  position: z.int(),
  id: z.string(),
  input: z.unknown(),
  expected: z.unknown().optional(),
  /** Of the first trial. */
  output: z.unknown(),
  /** Of its worst trial; null before there is any. */
  status: z.enum(['ok', 'error', 'timeout']).nullable(),
  message: z.string().nullable().optional(),
  scores: CaseScores,
  baseline: z.strictObject({ output: z.unknown(), scores: CaseScores }).nullable().optional(),
});
export type CaseItem = z.infer<typeof CaseItem>;

export const CaseTrial = z.strictObject({
  task: z.string(),
  trial: z.int(),
  status: z.enum(['ok', 'error', 'timeout']),
  output: z.unknown(),
  code: z.string().nullable().optional(),
  message: z.string().nullable().optional(),
  latencyMs: figure,
  cached: z.boolean(),
  tokens: z.strictObject({ input: z.int(), output: z.int() }).nullable(),
  cost: figure,
  /** Keys of the model calls made for it. */
  calls: z.array(z.string()),
  scores: z.record(
    z.string(),
    CaseScore.extend({
      rationale: z.string().nullable().optional(),
      evidence: z.unknown().optional(),
      reason: z.string().nullable().optional(),
    }),
  ),
});
export type CaseTrial = z.infer<typeof CaseTrial>;

/** A case with everything that is known of it. */
export const CaseDetails = z.strictObject({
  evaluation: z.string(),
  suite: z.string(),
  number: z.int(),
  position: z.int(),
  cases: z.int(),
  id: z.string(),
  cluster: z.string().nullable(),
  parent: z.string().nullable(),
  input: z.unknown(),
  expected: z.unknown().optional(),
  metadata: z.record(z.string(), z.unknown()),
  results: z.array(CaseTrial),
  baseline: z
    .strictObject({ evaluation: z.string(), task: z.string(), results: z.array(CaseTrial) })
    .nullable()
    .optional(),
});
export type CaseDetails = z.infer<typeof CaseDetails>;

export const CASES_SHOWN = ['all', 'failed', 'regressed', 'improved', 'errors', 'flaky'] as const;
