import { z } from 'zod';
import { METRIC_NAMES } from '../../stats/metric-names.ts';

export const EXPLANATION_METHODS = ['shap', 'permutation', 'pdp', 'ice', 'ale', 'lime', 'lime-text'] as const;
export const ExplanationMethod = z.enum(EXPLANATION_METHODS);
export type ExplanationMethod = z.infer<typeof ExplanationMethod>;

/** How Shapley values are computed; `auto` is the first of these that is exact for the model. */
export const SHAP_ALGORITHMS = [
  'tree-interventional',
  'tree-path-dependent',
  'linear',
  'exact',
  'kernel',
  'permutation',
] as const;
export const ShapAlgorithm = z.enum(SHAP_ALGORITHMS);
export type ShapAlgorithm = z.infer<typeof ShapAlgorithm>;

/** What is to be explained, and how. */
export const ExplanationSpec = z.strictObject({
  method: ExplanationMethod.default('shap').describe('How the model is looked into.'),
  algorithm: z
    .enum(['auto', ...SHAP_ALGORITHMS])
    .default('auto')
    .describe('Of method `shap`: how the values are computed.'),
  rows: z
    .array(z.int().min(0))
    .min(1)
    .max(1_000)
    .optional()
    .describe(
      'Which of the held-back rows, from 0; a seeded sample of them where neither rows nor records are given.',
    ),
  records: z
    .array(z.record(z.string(), z.unknown()))
    .min(1)
    .max(1_000)
    .optional()
    .describe('Records of one’s own instead of held-back rows.'),
  sample: z.int().min(1).max(10_000).optional().describe('How many held-back rows, where none are named.'),
  fields: z.array(z.string().min(1)).min(1).max(100).optional().describe('Which fields; all where absent.'),
  groups: z
    .array(z.array(z.string().min(1)).min(1))
    .max(100)
    .optional()
    .describe('Of method `permutation`: fields that are shuffled together, since they say the same.'),
  class: z.string().optional().describe('Of many classes the one whose probability is explained.'),
  metric: z
    .enum(METRIC_NAMES)
    .optional()
    .describe('Of method `permutation`: what is measured; the task’s first metric where absent.'),
  background: z.int().min(1).max(1_000).default(100).describe('With how many rows a prediction is compared.'),
  repeats: z
    .int()
    .min(2)
    .max(100)
    .default(10)
    .describe('Of method `permutation`: how often each field is shuffled.'),
  budget: z
    .int()
    .min(16)
    .max(100_000)
    .optional()
    .describe('Of `kernel` and `permutation`: how many sets of fields are tried a row.'),
  seed: z.int().min(0).default(1).describe('The same seed gives the same answer.'),
  maxCalls: z
    .int()
    .min(1)
    .optional()
    .describe(
      'How many predictions the explanation may ask the model for; more is refused before the first.',
    ),
});
export type ExplanationSpec = z.output<typeof ExplanationSpec>;
export type ExplanationSpecInput = z.input<typeof ExplanationSpec>;

/** What the numbers are in: log-odds or another margin before the link, a probability, or the target's own unit. */
export const ExplanationUnits = z.enum(['margin', 'probability', 'value']);
export type ExplanationUnits = z.infer<typeof ExplanationUnits>;

const Value = z.union([z.number(), z.string(), z.boolean(), z.null()]);
const RecordShown = z.record(z.string(), Value);

export const ShapResult = z.strictObject({
  kind: z.literal('shap'),
  algorithm: ShapAlgorithm,
  units: ExplanationUnits,
  /** The mean output over the background: what the values are added to. */
  base: z.number(),
  /** The record's fields, in the order of `values`; `derived` are the columns the model makes of a field. */
  features: z.array(z.strictObject({ name: z.string(), derived: z.array(z.string()) })),
  rows: z.array(
    z.strictObject({
      /** Which held-back row, from 0; null for a record that was given. */
      row: z.int().nullable(),
      record: RecordShown,
      /** In `units`: base + the sum of values. */
      output: z.number(),
      /** The same as a probability, where units are margins. */
      probability: z.number().nullable(),
      values: z.array(z.number()),
      /** Standard error of each value; absent where the algorithm is exact. */
      errors: z.array(z.number()).optional(),
      /** By feature the values of its derived columns; absent where the algorithm works on fields alone. */
      derived: z.array(z.array(z.number())).optional(),
    }),
  ),
  /** By field the mean of |value| over the rows, largest first. */
  importance: z.array(z.strictObject({ name: z.string(), meanAbsolute: z.number(), mean: z.number() })),
  /** The largest |base + sum of values - output| over the rows; above the tolerance nothing is shown at all. */
  residual: z.number(),
  tolerance: z.number(),
});
export type ShapResult = z.infer<typeof ShapResult>;

export const ImportanceResult = z.strictObject({
  kind: z.literal('permutation'),
  metric: z.string(),
  better: z.enum(['higher', 'lower']),
  /** The metric on the rows as they are. */
  score: z.number(),
  n: z.int(),
  repeats: z.int(),
  /** Largest first. `importance`: by how much the metric gets worse, on average over the repeats, `sd` among them. */
  features: z.array(
    z.strictObject({
      name: z.string(),
      fields: z.array(z.string()),
      importance: z.number(),
      sd: z.number(),
      values: z.array(z.number()),
    }),
  ),
});
export type ImportanceResult = z.infer<typeof ImportanceResult>;

const curveBasics = {
  field: z.string(),
  /** `number`: between grid points lies something; `category`: nothing; `time`: milliseconds since the epoch. */
  scale: z.enum(['number', 'category', 'time']),
  grid: z.array(z.union([z.number(), z.string()])),
};

export const PdpResult = z.strictObject({
  kind: z.literal('pdp'),
  units: ExplanationUnits,
  n: z.int(),
  fields: z.array(
    z.strictObject({
      ...curveBasics,
      /** Mean prediction with the field set to each value of the grid; `low`, `high` bound the middle 80 % of the rows. */
      average: z.array(z.number()),
      low: z.array(z.number()),
      high: z.array(z.number()),
    }),
  ),
});
export type PdpResult = z.infer<typeof PdpResult>;

export const IceResult = z.strictObject({
  kind: z.literal('ice'),
  units: ExplanationUnits,
  n: z.int(),
  fields: z.array(
    z.strictObject({
      ...curveBasics,
      /** Mean of the curves, centred as they are. */
      average: z.array(z.number()),
      /** One a row, less its own value at the first grid point (`start`). */
      curves: z.array(
        z.strictObject({ row: z.int().nullable(), start: z.number(), values: z.array(z.number()) }),
      ),
    }),
  ),
});
export type IceResult = z.infer<typeof IceResult>;

export const AleResult = z.strictObject({
  kind: z.literal('ale'),
  units: ExplanationUnits,
  n: z.int(),
  fields: z.array(
    z.strictObject({
      ...curveBasics,
      /** Accumulated local effect at each grid point; its mean over the rows is 0. */
      effect: z.array(z.number()),
      /** Rows between each grid point and the one before; one fewer than the grid. */
      counts: z.array(z.int()),
    }),
  ),
  /** Fields that have no order to accumulate along. */
  skipped: z.array(z.strictObject({ field: z.string(), reason: z.string() })),
});
export type AleResult = z.infer<typeof AleResult>;

export const LimeResult = z.strictObject({
  kind: z.literal('lime'),
  of: z.enum(['fields', 'words']),
  units: ExplanationUnits,
  rows: z.array(
    z.strictObject({
      row: z.int().nullable(),
      record: RecordShown,
      output: z.number(),
      /** False: `reason` says why the local model cannot be trusted, and `terms` is empty. */
      shown: z.boolean(),
      reason: z.string().nullable(),
      /** How well the local model fits the samples, weighted by nearness. */
      r2: z.number(),
      localPrediction: z.number(),
      intercept: z.number(),
      /** Share of the strongest terms that a second seed names too, with the same sign. */
      stability: z.number(),
      /** Strongest first: `distance between 500 and 800`, or the word. */
      terms: z.array(z.strictObject({ name: z.string(), field: z.string(), weight: z.number() })),
    }),
  ),
});
export type LimeResult = z.infer<typeof LimeResult>;

export const ExplanationResult = z.discriminatedUnion('kind', [
  ShapResult,
  ImportanceResult,
  PdpResult,
  IceResult,
  AleResult,
  LimeResult,
]);
export type ExplanationResult = z.infer<typeof ExplanationResult>;

/** How many predictions were asked for: planned before the first, never above the cap. */
export const ExplanationCalls = z.strictObject({ planned: z.int(), made: z.int(), cap: z.int() });
export type ExplanationCalls = z.infer<typeof ExplanationCalls>;

/** A model looked into, with all it takes to do it again. */
export const Explanation = z.strictObject({
  id: z.string(),
  model: z.string(),
  version: z.int(),
  bundle: z.string(),
  spec: ExplanationSpec,
  /** The class whose probability is explained; null for regression. */
  class: z.string().nullable(),
  /** Unit of the target, where units are values and it has one. */
  unit: z.string().nullable(),
  /** Dataset version of background and held-back rows. */
  dataset: z.strictObject({ name: z.string(), version: z.string() }),
  backgroundRows: z.int(),
  calls: ExplanationCalls,
  /** What a reader should know before believing it, in sentences. */
  caveats: z.array(z.string()),
  result: ExplanationResult,
  createdAt: z.int(),
});
export type Explanation = z.infer<typeof Explanation>;

/** An explanation in a list. */
export const ExplanationItem = z.strictObject({
  id: z.string(),
  model: z.string(),
  version: z.int(),
  bundle: z.string(),
  method: ExplanationMethod,
  spec: ExplanationSpec,
  createdAt: z.int(),
});
export type ExplanationItem = z.infer<typeof ExplanationItem>;
