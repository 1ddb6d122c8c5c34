import { z } from 'zod';

/** The `evaluation.fairness` section of a project's config. */
export const FairnessConfig = z.strictObject({
  groups: z
    .array(z.string().min(1))
    .min(1)
    .max(10)
    .describe('Columns that say who a row is about; the model need not know them.'),
  minimum: z
    .int()
    .min(2)
    .max(100_000)
    .default(30)
    .describe('Groups of fewer rows are named and counted, but not measured or compared.'),
});
export type FairnessConfig = z.output<typeof FairnessConfig>;

/** Measures of one group, by task. */
export const BINARY_GROUP_METRICS = ['selection-rate', 'tpr', 'fpr', 'ppv', 'accuracy', 'ece'] as const;
export const REGRESSION_GROUP_METRICS = ['mean-error', 'mean-absolute-error'] as const;

export const GroupMetricName = z.enum([...BINARY_GROUP_METRICS, ...REGRESSION_GROUP_METRICS]);
export type GroupMetricName = z.infer<typeof GroupMetricName>;

/** Figures that compare groups; those that gates may name. */
export const FAIRNESS_GAPS = [
  'selection-rate-gap',
  'selection-rate-ratio',
  'tpr-gap',
  'fpr-gap',
  'ppv-gap',
  'accuracy-gap',
  'equalised-odds-gap',
  'equalised-odds-mean-gap',
  'mean-error-gap',
  'mean-absolute-error-gap',
] as const;
export const FairnessGapName = z.enum(FAIRNESS_GAPS);
export type FairnessGapName = z.infer<typeof FairnessGapName>;

const figure = z.number().nullable();

/** A figure of one group with its uncertainty; null where it has none, `reason` says why. `n` rows it is a share or mean of. */
export const GroupMetric = z.strictObject({
  name: GroupMetricName,
  value: figure,
  low: figure,
  high: figure,
  n: z.int(),
  method: z.string(),
  reason: z.string().optional(),
});
export type GroupMetric = z.infer<typeof GroupMetric>;

export const FairnessGroup = z.strictObject({
  /** The value of the column, or `missing`. */
  value: z.string(),
  n: z.int(),
  /** Rows whose true class is the positive one; null unless the task is binary. */
  positives: z.int().nullable(),
  /** `too-few`: nothing is said of the group, and no gap counts it. `few-positives`: nor of its TPR. */
  status: z.enum(['measured', 'few-positives', 'too-few']),
  metrics: z.array(GroupMetric),
});
export type FairnessGroup = z.infer<typeof FairnessGroup>;

/** How far groups lie apart: the largest less the smallest (a ratio: the smallest over the largest). */
export const FairnessGap = z.strictObject({
  name: FairnessGapName,
  column: z.string(),
  value: figure,
  low: figure,
  high: figure,
  /** Rows of the groups compared. */
  n: z.int(),
  method: z.string(),
  /** Between which groups; null where there is no gap to give. */
  lowest: z.string().nullable(),
  highest: z.string().nullable(),
  better: z.enum(['lower', 'higher']),
  reason: z.string().optional(),
});
export type FairnessGap = z.infer<typeof FairnessGap>;

export const FairnessTable = z.strictObject({
  column: z.string(),
  groups: z.array(FairnessGroup),
  /** The same figures of all rows together. */
  overall: z.array(GroupMetric),
  gaps: z.array(FairnessGap),
});
export type FairnessTable = z.infer<typeof FairnessTable>;

/** How a model did by group: a part of the evaluation report. */
export const FairnessReport = z.strictObject({
  minimum: z.int(),
  confidence: z.number(),
  /** Clusters the intervals are made over; null where rows are taken as independent. */
  clusters: z.int().nullable(),
  tables: z.array(FairnessTable),
});
export type FairnessReport = z.infer<typeof FairnessReport>;
