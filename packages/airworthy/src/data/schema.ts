import { z } from 'zod';
import type { Field } from '../models/table.ts';

const name = z.string().min(1);
const seed = z.int().nonnegative().default(1);
const fraction = z.number().gt(0).lt(1);

export const DataFormat = z.enum(['csv', 'tsv', 'json', 'jsonl', 'parquet']);
export type DataFormat = z.infer<typeof DataFormat>;

export const TextEncoding = z.enum(['utf-8', 'latin-1', 'utf-16']);
export type TextEncoding = z.infer<typeof TextEncoding>;

export const Severity = z.enum(['info', 'warning', 'error']);
export type Severity = z.infer<typeof Severity>;

/** What a person knows about a column; what is not said is inferred. */
export const ColumnConfig = z
  .strictObject({
    kind: z.enum(['number', 'integer', 'boolean', 'category', 'timestamp']).optional(),
    description: z.string().optional(),
    unit: z.string().optional(),
    /** Accepted range: checked in the data, and at serving time. Timestamps as ISO 8601 text. */
    minimum: z.union([z.number(), z.string()]).optional(),
    maximum: z.union([z.number(), z.string()]).optional(),
    /** The only values a category may have. */
    allowed: z.array(z.string()).min(1).optional(),
    /** How dates are written in text, as strptime has it: `%d/%m/%Y`. */
    format: z.string().optional(),
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

/** Keeps the rows for which the SQL expression is true; how many it excluded is recorded. */
export const FilterConfig = z.strictObject({ keep: name, because: name });
export type FilterConfig = z.infer<typeof FilterConfig>;

export const TargetConfig = z.strictObject({
  name,
  /** SQL expression over the columns; without it, the column of that name. */
  from: z.string().min(1).optional(),
  /** The class whose probability a binary model predicts. */
  positive: z.string().optional(),
  description: z.string().optional(),
  unit: z.string().optional(),
});
export type TargetConfig = z.infer<typeof TargetConfig>;

const severity = Severity.optional();

export const QualityRule = z.discriminatedUnion('rule', [
  /** Missing values in at most this share of the rows. Without `column`: every column. */
  z.strictObject({
    rule: z.literal('missing'),
    column: name.optional(),
    maximum: z.number().min(0).max(1).default(0),
    severity,
  }),
  z.strictObject({
    rule: z.literal('range'),
    column: name,
    minimum: z.union([z.number(), z.string()]).optional(),
    maximum: z.union([z.number(), z.string()]).optional(),
    severity,
  }),
  z.strictObject({
    rule: z.literal('allowed'),
    column: name,
    values: z.array(z.union([z.string(), z.number(), z.boolean()])).min(1),
    severity,
  }),
  /** No two rows with the same values in these columns together. */
  z.strictObject({ rule: z.literal('unique'), columns: z.array(name).min(1), severity }),
  /** Text columns whose values are nearly all numbers or dates. */
  z.strictObject({ rule: z.literal('type'), column: name.optional(), severity }),
  /** The newest timestamp is at most so many days old. */
  z.strictObject({ rule: z.literal('freshness'), column: name, days: z.number().positive(), severity }),
  /** Rows equal in every column, as a share of all rows. */
  z.strictObject({ rule: z.literal('duplicates'), maximum: z.number().min(0).max(1).default(0), severity }),
  /** Rows with the same features and different targets, as a share of all rows. */
  z.strictObject({
    rule: z.literal('conflicting-labels'),
    maximum: z.number().min(0).max(1).default(0),
    severity,
  }),
  z.strictObject({ rule: z.literal('constant'), severity }),
  /** A feature that alone predicts the target; `association` as the profile has it. */
  z.strictObject({
    rule: z.literal('leakage'),
    association: z.number().gt(0).max(1).default(0.99),
    severity,
  }),
  /** Test rows whose features and target also occur in the training rows, as a share of the test rows. */
  z.strictObject({
    rule: z.literal('split-overlap'),
    maximum: z.number().min(0).max(1).default(0),
    severity,
  }),
  /** What always predicting the most frequent class would score; a finding above `maximum`. */
  z.strictObject({
    rule: z.literal('majority-baseline'),
    maximum: z.number().gt(0).max(1).default(0.9),
    severity,
  }),
]);
export type QualityRule = z.infer<typeof QualityRule>;
/** A rule as a person writes it, before defaults. */
export type QualityRuleInput = z.input<typeof QualityRule>;

const test = fraction.default(0.2);

export const SplitSpec = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('random'), test, seed }),
  /** The classes of the target in the same shares on both sides. */
  z.strictObject({ by: z.literal('stratified'), test, seed }),
  /** The latest rows are the test; rows of one moment stay together. */
  z.strictObject({ by: z.literal('time'), column: name, test }),
  /** No value of the column on both sides: a customer, a patient, an aircraft. */
  z.strictObject({ by: z.literal('group'), column: name, test, seed }),
]);
export type SplitSpec = z.infer<typeof SplitSpec>;

/** The `data` section of a project. */
export const DataConfig = z.strictObject({
  /** Paths or globs relative to the project folder, or `npm:package/path/in/it`. */
  source: z.union([name, z.array(name).min(1)]),
  /** By the file's ending where absent. */
  format: DataFormat.optional(),
  encoding: TextEncoding.default('utf-8'),
  /** Texts that mean "no value" in CSV and TSV. */
  missing: z.array(z.string()).min(1).default(['']),
  sample: z.strictObject({ fraction: z.number().gt(0).max(1), seed }).optional(),
  columns: z.record(name, ColumnConfig).default({}),
  filters: z.array(FilterConfig).default([]),
  target: TargetConfig.optional(),
  /** Default: all columns but the target and those that `target.from` uses. */
  features: z.array(name).min(1).optional(),
  quality: z.array(QualityRule).default([]),
  split: SplitSpec.default({ by: 'random', test: 0.2, seed: 1 }),
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
}

/** One column in figures. */
export interface ColumnProfile {
  name: string;
  kind: Field['kind'];
  missing: number;
  /** Different values; `approximate` within about 2 % (HyperLogLog) above 65,536. */
  distinct: { count: number; approximate: boolean };
  /** Numbers, integers, timestamps (ms since the epoch), booleans as 0 and 1. */
  minimum?: number;
  maximum?: number;
  mean?: number;
  /** Sample standard deviation. */
  sd?: number;
  /** Exact up to 65,536 distinct values; above, interpolated in bins narrower than 1/128 of the interquartile range. */
  quantiles?: { p: number; value: number }[];
  /** Rows in bins [edges[i], edges[i+1]), the last one closed. */
  histogram?: { edges: number[]; counts: number[] };
  /** The most frequent values, most frequent first; ties in value order. */
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
