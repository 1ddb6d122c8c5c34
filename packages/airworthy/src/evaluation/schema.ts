import { z } from 'zod';
import { METRIC_NAMES } from '../stats/metric-names.ts';

export const Metric = z.enum(METRIC_NAMES);

const Confidence = z.number().min(0.5).max(0.9999);

const gateBasics = {
  name: z
    .string()
    .min(1)
    .max(100)
    .optional()
    .describe('How the gate is called in reports; metric and rule where absent.'),
  metric: Metric.describe('What is compared.'),
  confidence: Confidence.default(0.95).describe(
    'Confidence of the interval; two-sided, so that `0.95` leaves 2.5 % on each side.',
  ),
};

const MARGIN = 'In the metric’s own unit.';

/** What a candidate must show. */
export const Gate = z.discriminatedUnion('rule', [
  z
    .strictObject({
      ...gateBasics,
      rule: z.literal('better'),
      margin: z.number().min(0).default(0).describe(MARGIN),
    })
    .describe('Better than the baseline by more than the margin.'),
  z
    .strictObject({
      ...gateBasics,
      rule: z.literal('no-worse'),
      margin: z.number().positive().describe(MARGIN),
    })
    .describe('Worse than the baseline by less than the margin.'),
  z
    .strictObject({
      ...gateBasics,
      rule: z.literal('equivalent'),
      margin: z.number().positive().describe(MARGIN),
    })
    .describe('Neither better nor worse than the baseline by the margin.'),
  z
    .strictObject({
      ...gateBasics,
      rule: z.literal('at-least'),
      value: z.number().describe('A floor, or a ceiling for metrics where lower is better.'),
    })
    .describe('At least as good as `value`, whatever the baseline.'),
]);
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
    .optional()
    .describe('What a candidate must show to be promoted; to be better in the primary metric where absent.'),
});
export type EvaluationConfig = z.output<typeof EvaluationConfig>;

/** A metric with its uncertainty. `value` is null where it is not defined, `low` and `high` where no interval can be given; `reason` says why. */
export const MetricResult = z.strictObject({
  name: Metric,
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  n: z.int(),
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
});
export type EvaluationReport = z.infer<typeof EvaluationReport>;

/** The answer of a gate, with its evidence. */
export const Verdict = z.strictObject({
  id: z.string(),
  run: z.string(),
  gate: z.string(),
  metric: Metric,
  rule: z.enum(['better', 'no-worse', 'equivalent', 'at-least']),
  /** The gate's margin; for `at-least` its value. */
  margin: z.number(),
  baseline: z.strictObject({ kind: z.enum(['champion', 'majority']), bundle: z.string().optional() }),
  outcome: z.enum(['pass', 'fail', 'undecided']),
  /**
   * By how much the candidate is better (negative: worse), whichever way the metric runs; for `at-least` the
   * candidate's metric itself. Null where not defined.
   */
  estimate: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  confidence: z.number(),
  n: z.int(),
  method: z.string(),
  /** p-value of a second, assumption-free test, where one was made. */
  p: z.number().optional(),
  candidateValue: z.number().nullable(),
  baselineValue: z.number().nullable(),
  /** Undecided only: about how many rows would decide, if the estimate stayed what it is. */
  neededN: z.int().optional(),
  sentence: z.string(),
});
export type Verdict = z.infer<typeof Verdict>;
