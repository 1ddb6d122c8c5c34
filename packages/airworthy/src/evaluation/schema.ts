import { z } from 'zod';
import { higherIsBetter, METRIC_NAMES } from '../stats/metric-names.ts';
import { FAIRNESS_GAPS, FairnessConfig, FairnessReport } from './fairness/schema.ts';
import { gatesOver, Rule } from './gates/schema.ts';

export { defineEval } from './suites/define-eval.ts';

export const Metric = z.enum(METRIC_NAMES);

/** What gates may name: a metric of the task, or a gap between groups where `fairness` is configured. */
export const GateMetric = z.enum([...METRIC_NAMES, ...FAIRNESS_GAPS]);
export type GateMetric = z.infer<typeof GateMetric>;

/** What a candidate must show. */
export const Gate = gatesOver(GateMetric);
export type Gate = z.output<typeof Gate>;
export type GateInput = z.input<typeof Gate>;

export const Slice = z.union([
  z.string().min(1),
  z.strictObject({
    column: z.string().min(1).describe('The column.'),
    bins: z
      .int()
      .min(2)
      .max(20)
      .default(5)
      .describe('Numbers and times: into how many ranges with equally many rows.'),
  }),
]);
export type Slice = z.output<typeof Slice>;

/** Floors under what should be low, and waiting for rows that do not come. */
function refuseSenseless(gates: readonly Gate[], issues: z.RefinementCtx): void {
  for (const [place, { metric, rule, onUndecided }] of gates.entries()) {
    if (rule === 'at-least' && METRIC_NAMES.some((name) => name === metric && !higherIsBetter(name))) {
      const message = `of "${metric}" lower is better: a floor under it says nothing, use at-most for a ceiling`;
      issues.addIssue({ code: 'custom', message, path: [place, 'rule'] });
    }
    if (onUndecided === 'extend') {
      const message =
        'a model is judged on all held-back rows at once, there are no more to extend by: use fail or warn';
      issues.addIssue({ code: 'custom', message, path: [place, 'onUndecided'] });
    }
  }
}

/** The `evaluation` section of a project's config. */
export const EvaluationConfig = z.strictObject({
  metrics: z
    .array(Metric)
    .min(1)
    .optional()
    .describe('What is reported, the primary metric first; all metrics of the task where absent.'),
  slices: z
    .array(Slice)
    .max(20)
    .default([])
    .describe(
      'Columns by whose values results are broken down; of texts the 20 commonest, the rest together.',
    ),
  gates: z
    .array(Gate)
    .min(1)
    .max(50)
    .superRefine(refuseSenseless)
    .optional()
    .describe('What a candidate must show to be promoted; to be better in the primary metric where absent.'),
  cluster: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A column whose equal values make rows that belong together (a customer, a patient): intervals and gates then count groups and not rows. The column that the split keeps whole where absent.',
    ),
  fairness: FairnessConfig.optional().describe('Groups between which results are compared.'),
});
export type EvaluationConfig = z.output<typeof EvaluationConfig>;

/** A metric with its uncertainty. `value` is null where it is not defined, `low` and `high` where no interval can be given; `reason` says why. */
export const MetricResult = z.strictObject({
  name: Metric,
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.int(),
  /** Groups of rows that the interval is made over; absent where rows are independent. */
  clusters: z.int().optional(),
  /** How the interval was made, such as `DeLong (logit)`. */
  method: z.string(),
  higherIsBetter: z.boolean(),
  reason: z.string().optional(),
});
export type MetricResult = z.infer<typeof MetricResult>;

/** Results for some of the rows: those with one value of the column, or in one range of it. */
export const SliceResult = z.strictObject({
  column: z.string(),
  /** The category, `from … to` of a range, `missing`, or `other (N values)`. */
  value: z.string(),
  n: z.int(),
  /** `too-few`: below 30 rows nothing is said. */
  status: z.enum(['measured', 'too-few']),
  metrics: z.array(MetricResult),
});
export type SliceResult = z.infer<typeof SliceResult>;

/** One bin of the reliability table: what was predicted and what happened, with the interval of the latter. */
export const CalibrationBin = z.strictObject({
  from: z.number(),
  to: z.number(),
  n: z.int(),
  predicted: z.number(),
  observed: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export type CalibrationBin = z.infer<typeof CalibrationBin>;

/** A quantile of target - prediction. */
export const ResidualQuantile = z.strictObject({
  quantile: z.number(),
  value: z.number(),
  low: z.number(),
  high: z.number(),
});
export type ResidualQuantile = z.infer<typeof ResidualQuantile>;

/** How a model did on rows it was not trained on. */
export const EvaluationReport = z.strictObject({
  id: z.string(),
  run: z.string(),
  datasetVersion: z.string(),
  split: z.string(),
  role: z.string(),
  task: z.enum(['binary', 'multiclass', 'regression']),
  n: z.int(),
  /** Groups of rows that intervals are made over, and the column that says who belongs together; absent where rows are independent. */
  clusters: z.strictObject({ column: z.string(), count: z.int() }).optional(),
  confidence: z.number(),
  primary: Metric,
  metrics: z.array(MetricResult),
  /** The same metrics of the trivial model: class frequencies, or the mean. */
  baseline: z.strictObject({
    kind: z.enum(['majority', 'mean']),
    /** What it predicts for every row. */
    output: z.array(z.number()),
    /** Where its output comes from. */
    from: z.enum(['training', 'test']),
    metrics: z.array(MetricResult),
  }),
  slices: z.array(SliceResult),
  calibration: z.strictObject({
    /** What the bins hold: the positive class's probability, the predicted class's, or the value. */
    of: z.enum(['positive-class', 'predicted-class', 'value']),
    equalWidth: z.array(CalibrationBin),
    equalMass: z.array(CalibrationBin),
  }),
  /** Classification: rows by true class (outer) and predicted class. */
  confusion: z.strictObject({ classes: z.array(z.string()), counts: z.array(z.array(z.int())) }).optional(),
  /** Binary: the probability from which on the label is positive. */
  threshold: z.number().optional(),
  /** Regression only. */
  residuals: z.array(ResidualQuantile).optional(),
  /** Where `evaluation.fairness` names groups. */
  fairness: FairnessReport.optional(),
});
export type EvaluationReport = z.infer<typeof EvaluationReport>;

/** Rules as verdicts before 0.5 named them: bundles are signed with what was said then. */
const OLDER_RULES: Readonly<Record<string, Rule>> = { better: 'better-than', 'no-worse': 'no-worse-than' };

/** The answer of a gate, with its evidence. */
export const Verdict = z.strictObject({
  id: z.string(),
  run: z.string(),
  gate: z.string(),
  metric: GateMetric,
  rule: z.preprocess((rule) => OLDER_RULES[String(rule)] ?? rule, Rule),
  /** The gate's margin; for `at-least` and `at-most` its value. */
  margin: z.number(),
  /** `carrier=AA`, or the groups' column of a fairness gap; absent where all rows are judged. */
  slice: z.string().optional(),
  baseline: z.strictObject({ kind: z.enum(['champion', 'majority']), bundle: z.string().optional() }),
  outcome: z.enum(['pass', 'fail', 'undecided']),
  /** Why it is undecided, where not for the interval: `insufficient` (a slice of too few rows). */
  reason: z.string().optional(),
  /**
   * By how much the candidate is better (negative: worse), whichever way the metric runs; for `at-least` and `at-most` the
   * candidate's metric itself. Null where not defined.
   */
  estimate: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  confidence: z.number(),
  n: z.int(),
  /** Groups of rows that the interval is made over; absent where rows are independent. */
  clusters: z.int().optional(),
  method: z.string(),
  /** `Holm over 4 slices` */
  correction: z.string().optional(),
  /** p-value of a second, assumption-free test, where one was made. */
  p: z.number().optional(),
  candidateValue: z.number().nullable(),
  baselineValue: z.number().nullable(),
  /** Undecided only: about how many rows would decide, if the estimate stayed what it is. */
  neededN: z.int().optional(),
  /** Undecided is let through where it says `warn`. */
  onUndecided: z.enum(['fail', 'warn']).optional(),
  sentence: z.string(),
});
export type Verdict = z.infer<typeof Verdict>;
