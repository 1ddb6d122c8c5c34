import { z } from 'zod';
import type { Field } from '../models/table.ts';

const name = z.string().min(1);
const seed = z.int().nonnegative().default(1).describe('The same seed gives the same choice of rows.');
const fraction = z.number().gt(0).lt(1);
const limit = z.union([z.number(), z.string()]);
const column = name.describe('The column it is about.');
const rowShare = z.number().min(0).max(1).default(0).describe('Largest share of the rows that may be so.');

export const DataFormat = z.enum(['csv', 'tsv', 'json', 'jsonl', 'parquet']);
export type DataFormat = z.infer<typeof DataFormat>;

export const TextEncoding = z.enum(['utf-8', 'latin-1', 'utf-16']);
export type TextEncoding = z.infer<typeof TextEncoding>;

export const Severity = z.enum(['info', 'warning', 'error']);
export type Severity = z.infer<typeof Severity>;

/** What a person knows about a column; what is not said is inferred. */
export const ColumnConfig = z
  .strictObject({
    kind: z
      .enum(['number', 'integer', 'boolean', 'category', 'timestamp'])
      .optional()
      .describe('What the values are; inferred from all rows where absent.'),
    description: z.string().optional().describe('What the column means, for readers of the signature.'),
    unit: z.string().optional().describe('Unit of the values, such as `miles`.'),
    minimum: limit
      .optional()
      .describe('Smallest value accepted, in the data and in requests; timestamps as ISO 8601 text.'),
    maximum: limit.optional().describe('Largest value accepted, likewise.'),
    allowed: z.array(z.string()).min(1).optional().describe('The only values a category may have.'),
    format: z.string().optional().describe('How dates are written in text, as strptime has it: `%d/%m/%Y`.'),
  })
  .refine(({ kind, format }) => format === undefined || kind === undefined || kind === 'timestamp', {
    error: '`format` says how dates are written; the kind must be timestamp',
    path: ['format'],
  })
  .refine(({ kind, allowed }) => allowed === undefined || kind === undefined || kind === 'category', {
    error: '`allowed` lists the values of a category; the kind must be category',
    path: ['allowed'],
  });
export type ColumnConfig = z.infer<typeof ColumnConfig>;

export const FilterConfig = z.strictObject({
  keep: name.describe('SQL expression over the columns: rows for which it is true are kept.'),
  because: name.describe('The reason, for the record.'),
});
export type FilterConfig = z.infer<typeof FilterConfig>;

export const TargetConfig = z.strictObject({
  name: name.describe('Name of the target: a column, or what `from` computes.'),
  from: z.string().min(1).optional().describe('SQL expression over the columns, such as `delay > 15`.'),
  positive: z
    .string()
    .optional()
    .describe(
      'The class whose probability a binary model predicts; true, 1 or the second in order where absent.',
    ),
  description: z.string().optional().describe('What the target means.'),
  unit: z.string().optional().describe('Unit of a target that is a number.'),
});
export type TargetConfig = z.infer<typeof TargetConfig>;

const severity = Severity.optional().describe(
  'How bad it is, `warning` where absent; an `error` stops `ship`.',
);

export const QualityRule = z.discriminatedUnion('rule', [
  z
    .strictObject({
      rule: z.literal('missing'),
      column: column.optional().describe('The column it is about; every column where absent.'),
      maximum: rowShare,
      severity,
    })
    .describe('Missing values.'),
  z
    .strictObject({
      rule: z.literal('range'),
      column,
      minimum: limit.optional().describe('Smallest value; timestamps as ISO 8601 text.'),
      maximum: limit.optional().describe('Largest value.'),
      severity,
    })
    .describe('Values out of a range.'),
  z
    .strictObject({
      rule: z.literal('allowed'),
      column,
      values: z
        .array(z.union([z.string(), z.number(), z.boolean()]))
        .min(1)
        .describe('All values there may be.'),
      severity,
    })
    .describe('Values that are not listed.'),
  z
    .strictObject({
      rule: z.literal('unique'),
      columns: z.array(name).min(1).describe('Columns that together tell rows apart.'),
      severity,
    })
    .describe('Rows with the same values in these columns.'),
  z
    .strictObject({
      rule: z.literal('type'),
      column: column.optional().describe('The column it is about; every text column where absent.'),
      severity,
    })
    .describe('Text columns whose values are nearly all numbers or dates.'),
  z
    .strictObject({
      rule: z.literal('freshness'),
      column,
      days: z.number().positive().describe('Greatest age of the newest timestamp, in days.'),
      severity,
    })
    .describe('Data that is too old.'),
  z
    .strictObject({ rule: z.literal('duplicates'), maximum: rowShare, severity })
    .describe('Rows equal to an earlier one in every column.'),
  z
    .strictObject({ rule: z.literal('conflicting-labels'), maximum: rowShare, severity })
    .describe('Rows with the same features and different targets.'),
  z.strictObject({ rule: z.literal('constant'), severity }).describe('Columns with one value in every row.'),
  z
    .strictObject({
      rule: z.literal('leakage'),
      association: z
        .number()
        .gt(0)
        .max(1)
        .default(0.99)
        .describe('Weakest association with the target that counts, as the profile measures it.'),
      severity,
    })
    .describe('Features that alone predict the target.'),
  z
    .strictObject({
      rule: z.literal('split-overlap'),
      maximum: rowShare.describe('Largest share of the test rows that may be so.'),
      severity,
    })
    .describe('Test rows whose features and target also occur in the training rows.'),
  z
    .strictObject({
      rule: z.literal('majority-baseline'),
      maximum: z.number().gt(0).max(1).default(0.9).describe('Largest share that class may have.'),
      severity,
    })
    .describe('What always predicting the most frequent class would score.'),
]);
export type QualityRule = z.infer<typeof QualityRule>;
/** A rule as a person writes it, before defaults. */
export type QualityRuleInput = z.input<typeof QualityRule>;

const test = fraction.default(0.2).describe('Share of the rows that is held back to judge the model.');

export const SplitSpec = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('random'), test, seed }).describe('Any rows.'),
  z
    .strictObject({ by: z.literal('stratified'), test, seed })
    .describe('The classes of the target in the same shares on both sides.'),
  z
    .strictObject({ by: z.literal('time'), column: column.describe('A timestamp or a number.'), test })
    .describe('The latest rows are the test; rows of one moment stay together.'),
  z
    .strictObject({
      by: z.literal('group'),
      column: column.describe('What may not be on both sides, such as a customer.'),
      test,
      seed,
    })
    .describe('No value of the column on both sides.'),
]);
export type SplitSpec = z.infer<typeof SplitSpec>;

/** The `data` section of a project. */
export const DataConfig = z.strictObject({
  source: z
    .union([name, z.array(name).min(1)])
    .describe('Files to read: paths or globs relative to the project folder, or `npm:package/path/in/it`.'),
  format: DataFormat.optional().describe('Format of the files; by their ending where absent.'),
  encoding: TextEncoding.default('utf-8').describe('Encoding of text files.'),
  missing: z.array(z.string()).min(1).default(['']).describe('Texts that mean "no value" in CSV and TSV.'),
  sample: z
    .strictObject({
      fraction: z.number().gt(0).max(1).describe('Share of the rows to keep, such as `0.1`.'),
      seed,
    })
    .optional()
    .describe('Keeps some of the rows, chosen at random before any filter.'),
  columns: z
    .record(name, ColumnConfig)
    .default({})
    .describe('What you know about columns, by their names; the rest is inferred.'),
  filters: z
    .array(FilterConfig)
    .default([])
    .describe('Which rows to keep; how many each filter excluded is recorded.'),
  target: TargetConfig.optional().describe('What the model predicts.'),
  features: z
    .array(name)
    .min(1)
    .optional()
    .describe('Columns of a record; all but the target and those that `target.from` uses where absent.'),
  quality: z.array(QualityRule).default([]).describe('What to look for in the data.'),
  split: SplitSpec.default({ by: 'random', test: 0.2, seed: 1 }).describe(
    'Which rows are held back to judge the model.',
  ),
});
export type DataConfig = z.infer<typeof DataConfig>;
/** The section as a person writes it, before defaults. */
export type DataConfigInput = z.input<typeof DataConfig>;

/** Columns of one version. `fields` holds every stored column, the target among them, in the order of the source. */
export interface DatasetSchema {
  fields: Field[];
  target?: Field;
  /** The positive class, where the configuration names one. */
  positive?: string;
  features: string[];
}

/** Where a version came from, with what was left out on the way. */
export interface SourceRecord {
  /** Digest of the configuration that made it; see source_file in the store. */
  recipe: string;
  source: string[];
  format: DataFormat;
  files: { path: string; bytes: number }[];
  /** Rows in the files. */
  rowsRead: number;
  sample?: { fraction: number; seed: number; rows: number };
  filters: { keep: string; because: string; excluded: number }[];
  target?: { name: string; from?: string };
}

/** A value as profiles and findings show it: timestamps as ISO 8601 text. */
export type ShownValue = string | number | boolean | null;

export interface Finding {
  rule: QualityRule['rule'];
  severity: Severity;
  column?: string;
  /** One sentence that names the thing and the figures. */
  message: string;
  /** Rows (or columns, for rules about a column) concerned. */
  count: number;
  /** Out of how many. */
  of: number;
  /** Up to five rows, each with its number in the version, from 1. */
  examples: { row: number; values: Record<string, ShownValue> }[];
  remedy?: string;
  /** Seen while the source was read: the stored content no longer shows it, so a later check carries it over. */
  fromReading?: true;
}

/** One column in figures. */
export interface ColumnProfile {
  name: string;
  kind: Field['kind'];
  missing: number;
  /** Different values; above about 10,000 an estimate, a few per cent off (HyperLogLog). */
  distinct: { count: number; approximate: boolean };
  /** Numbers, integers, timestamps (ms since the epoch), booleans as 0 and 1. */
  minimum?: number;
  maximum?: number;
  mean?: number;
  /** Sample standard deviation. */
  sd?: number;
  /** Exact up to about 10,000 different values; above, interpolated in bins of 1/256 of the interquartile range, wider in the tails. */
  quantiles?: { p: number; value: number }[];
  /** Rows in bins [edges[i], edges[i+1]), the last one closed. */
  histogram?: { edges: number[]; counts: number[] };
  /** The 20 most frequent values, ties in value order; empty for numbers and timestamps with more than about 10,000 different ones. */
  top: { value: ShownValue; count: number }[];
  association?: Association;
}

/**
 * How well the column alone predicts the target, 0 (not at all) to 1 (fully), on rows other than those it was
 * fitted on (two halves in turn). Target of classes: 2 * AUC - 1, averaged over classes one against the rest. Target
 * that is a number: R². Predictions are the rates or means by text, or by neighbourhood of numbers.
 */
export interface Association {
  measure: 'auc' | 'r2';
  value: number;
}

export interface Profile {
  rows: number;
  columns: ColumnProfile[];
}

export interface DatasetVersion {
  dataset: string;
  number: number;
  /** sha256 of the canonical content and the schema. */
  digest: string;
  rows: number;
  schema: DatasetSchema;
  source: SourceRecord;
  profile: Profile;
  findings: Finding[];
  /** Digests of what it was made from, beyond files. */
  madeFrom: string[];
  /** Canonical Parquet. */
  blob: string;
  actor: string;
  createdAt: number;
}

/** Which row has which role. The blob holds one byte a row: 0 train, 1 test, 255 neither (no target). */
export interface Split {
  digest: string;
  version: string;
  spec: SplitSpec;
  roles: { train: number; test: number };
  /** Rows without a target value. */
  excluded: number;
  blob: string;
}

export const SPLIT_CODES = { train: 0, test: 1, excluded: 255 } as const;

/** What changed from one version to another. */
export interface DatasetDiff {
  /** Digests. */
  from: string;
  to: string;
  /** `changed` only where rows are told apart by a key; else a changed row is one removed and one added. */
  rows: { added: number; removed: number; changed: number; unchanged: number };
  /** Columns that identify a row; absent where rows were compared by their content in all common columns. */
  key?: string[];
  columnsAdded: string[];
  columnsRemoved: string[];
  columnsChanged: { name: string; from: Partial<Field>; to: Partial<Field> }[];
  featuresAdded: string[];
  featuresRemoved: string[];
  /** Common columns, the most shifted first. */
  distributions: ColumnShift[];
  /** Up to five rows of each kind; of a changed row its newer form. */
  examples: { change: 'added' | 'removed' | 'changed'; row: number; values: Record<string, ShownValue> }[];
}

/** How far a column's distribution moved. */
export interface ColumnShift {
  column: string;
  /** Population stability index on the older version's deciles or 20 most frequent values, less what chance alone gives; at least 0. */
  psi: number;
  /** Two-sample chi-square on the same bins: how likely chance alone gives such a difference. */
  p: number;
  missingFrom: number;
  missingTo: number;
}
