import { z } from 'zod';
import { Alert } from '../../monitoring/index.ts';

/** What to replay, and how. Plain JSON: the same plan is the same replay. */
export const ReplayPlan = z.strictObject({
  dataset: z
    .string()
    .min(1)
    .describe('Files, as data.source has them, or a version of a dataset: NAME, NAME@NUMBER, NAME@DIGEST.'),
  endpoint: z.string().min(1),
  time: z.string().min(1).describe('The column that says when a request came.'),
  labelDelay: z
    .string()
    .min(1)
    .describe('A duration such as `2h`, or an SQL expression in minutes over the columns.'),
  keep: z.string().min(1).optional().describe('SQL expression: only rows for which it is true.'),
  from: z.number().optional().describe('Milliseconds since the epoch.'),
  to: z.number().optional().describe('Milliseconds since the epoch; not in it.'),
  seed: z.int().nonnegative().default(1),
  inject: z.array(z.string()).default([]).describe('Faults, as `FAULT@FROM[..TO]`.'),
  decideEveryDays: z
    .int()
    .min(1)
    .optional()
    .describe('Ask each so many virtual days whether to improve the model; never where absent.'),
});
export type ReplayPlan = z.output<typeof ReplayPlan>;
export type ReplayPlanInput = z.input<typeof ReplayPlan>;

/** What was asked about the model at a moment of the replay, and what came of it. Times in ms since the epoch. */
export const ReplayDecision = z.strictObject({
  at: z.number(),
  /** `promoted`, `kept` … of the improvement; `waited` where none was begun. */
  state: z.string(),
  /** The number of the improvement; null where none was begun. */
  improvement: z.int().nullable(),
  reason: z.string(),
});
export type ReplayDecision = z.infer<typeof ReplayDecision>;

/** What was sent. */
export const ReplayCounts = z.strictObject({
  /** Requests' records that were answered. */
  predictions: z.int(),
  /** Refused, by error code. */
  refused: z.record(z.string(), z.int()),
  /** Labels delivered, and rows that never get one because the target or its delay is missing. */
  labels: z.int(),
  unlabelled: z.int(),
});
export type ReplayCounts = z.infer<typeof ReplayCounts>;

/** How far a replay is. */
export const ReplayProgress = z.strictObject({
  state: z.enum(['running', 'done']),
  /** Digest of the version that is replayed. */
  dataset: z.string(),
  /** The hour of the first request. */
  began: z.number(),
  /** Everything before this moment is on record; ms since the epoch. */
  time: z.number(),
  counts: ReplayCounts,
  decisions: z.array(ReplayDecision),
});
export type ReplayProgress = z.infer<typeof ReplayProgress>;

/** What a replay did. Times in ms since the epoch. */
export const ReplayReport = ReplayCounts.extend({
  /** The folder it was rehearsed in, which `--data` opens. */
  rehearsal: z.string(),
  endpoint: z.string(),
  from: z.number(),
  to: z.number(),
  windows: z.strictObject({ closed: z.int(), matured: z.int() }),
  alerts: z.array(
    Alert.pick({ tier: true, kind: true, title: true, version: true, openedAt: true, resolvedAt: true }),
  ),
  /** Alerts opened, by tier, in each week from its Monday on. */
  weeks: z.array(z.strictObject({ start: z.number(), page: z.int(), ticket: z.int(), digest: z.int() })),
  decisions: z.array(ReplayDecision),
});
export type ReplayReport = z.infer<typeof ReplayReport>;
