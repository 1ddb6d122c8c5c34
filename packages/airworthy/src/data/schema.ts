import { z } from 'zod';
import { fieldSchema } from '../models/model-schema.ts';

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
    parts: z
      .array(z.enum(['hour', 'minute-of-day', 'weekday', 'day', 'month', 'day-of-year']))
      .min(1)
      .optional()
      .describe(
        'Parts of a timestamp that a model may learn from; all that vary where absent. Name those that come again, such as `hour` and `weekday`, where the future is predicted: days that are past do not.',
      ),
    format: z.string().optional().describe('How dates are written in text, as strptime has it: `%d/%m/%Y`.'),
  })
  .refine(({ kind, format }) => format === undefined || kind === undefined || kind === 'timestamp', {
    error: '`format` says how dates are written; the kind must be timestamp',
    path: ['format'],
  })
  .refine(({ kind, parts }) => parts === undefined || kind === undefined || kind === 'timestamp', {
    error: '`parts` are those of a date; the kind must be timestamp',
    path: ['parts'],
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
  z
    .strictObject({ rule: z.literal('missing-class'), severity })
    .describe('Classes of the target that no test row has, or no training row.'),
]);
export type QualityRule = z.infer<typeof QualityRule>;
/** A rule as a person writes it, before defaults. */
export type QualityRuleInput = z.input<typeof QualityRule>;

const test = fraction.default(0.2).describe('Share of the rows that is held back to judge the model.');

const whole = <By extends 'template' | 'author' | 'speaker'>(by: By, meaning: string) =>
  z.strictObject({ by: z.literal(by), test, seed }).describe(meaning);

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
      by: z.literal('moment'),
      column: column.describe('A timestamp; rows without it are for training.'),
      from: z.iso.datetime({ offset: true }).describe('The first moment of the test, ISO 8601.'),
    })
    .describe('Rows from a moment on are the test.'),
  z
    .strictObject({
      by: z.literal('group'),
      column: column.describe('What may not be on both sides, such as a customer.'),
      test,
      seed,
    })
    .describe('No value of the column on both sides.'),
  whole('template', 'No value of the column `template` on both sides: are new phrasings understood?'),
  whole('author', 'No value of the column `author` on both sides: are new people understood?'),
  whole('speaker', 'No value of the column `speaker` on both sides: are new voices understood?'),
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
export const DatasetSchema = z.strictObject({
  fields: z.array(fieldSchema),
  target: fieldSchema.exactOptional(),
  /** The positive class, where the configuration names one. */
  positive: z.string().exactOptional(),
  features: z.array(z.string()),
});
export type DatasetSchema = z.infer<typeof DatasetSchema>;

/** Where a version came from, with what was left out on the way. */
export const SourceRecord = z.strictObject({
  /** Digest of the configuration that made it; see source_file in the store. */
  recipe: z.string(),
  source: z.array(z.string()),
  format: DataFormat,
  files: z.array(z.strictObject({ path: z.string(), bytes: z.number() })),
  /** Rows in the files. */
  rowsRead: z.int(),
  sample: z.strictObject({ fraction: z.number(), seed: z.int(), rows: z.int() }).exactOptional(),
  filters: z.array(z.strictObject({ keep: z.string(), because: z.string(), excluded: z.int() })),
  target: z.strictObject({ name: z.string(), from: z.string().exactOptional() }).exactOptional(),
  /** How many parts the version consists of, where it shares its rows with others instead of having a file of its own. */
  parts: z.int().exactOptional(),
});
export type SourceRecord = z.infer<typeof SourceRecord>;

/** A value as profiles and findings show it: timestamps as ISO 8601 text. */
export const ShownValue = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type ShownValue = z.infer<typeof ShownValue>;

const ShownRow = z.strictObject({ row: z.int(), values: z.record(z.string(), ShownValue) });

export const Finding = z.strictObject({
  rule: z.enum(QualityRule.options.map((option) => option.shape.rule.value)),
  severity: Severity,
  column: z.string().exactOptional(),
  /** One sentence that names the thing and the figures. */
  message: z.string(),
  /** Rows (or columns, for rules about a column) concerned. */
  count: z.int(),
  /** Out of how many. */
  of: z.int(),
  /** Up to five rows, each with its number in the version, from 1. */
  examples: z.array(ShownRow),
  remedy: z.string().exactOptional(),
  /** Seen while the source was read: the stored content no longer shows it, so a later check carries it over. */
  fromReading: z.literal(true).exactOptional(),
});
export type Finding = z.infer<typeof Finding>;

/**
 * How well the column alone predicts the target, 0 (not at all) to 1 (fully), on rows other than those it was
 * fitted on (two halves in turn). Target of classes: 2 * AUC - 1, averaged over classes one against the rest. Target
 * that is a number: R². Predictions are the rates or means by text, or by neighbourhood of numbers.
 */
export const Association = z.strictObject({ measure: z.enum(['auc', 'r2']), value: z.number() });
export type Association = z.infer<typeof Association>;

/** One column in figures. */
export const ColumnProfile = z.strictObject({
  name: z.string(),
  kind: fieldSchema.shape.kind,
  missing: z.int(),
  /** Different values; above about 10,000 an estimate, a few per cent off (HyperLogLog). */
  distinct: z.strictObject({ count: z.int(), approximate: z.boolean() }),
  /** Numbers, integers, timestamps (ms since the epoch), booleans as 0 and 1. */
  minimum: z.number().exactOptional(),
  maximum: z.number().exactOptional(),
  mean: z.number().exactOptional(),
  /** Sample standard deviation. */
  sd: z.number().exactOptional(),
  /** Exact up to about 10,000 different values; above, interpolated in bins of 1/256 of the interquartile range, wider in the tails. */
  quantiles: z.array(z.strictObject({ p: z.number(), value: z.number() })).exactOptional(),
  /** Rows in bins [edges[i], edges[i+1]), the last one closed. */
  histogram: z.strictObject({ edges: z.array(z.number()), counts: z.array(z.int()) }).exactOptional(),
  /** The 20 most frequent values, ties in value order; empty for numbers and timestamps with more than about 10,000 different ones. */
  top: z.array(z.strictObject({ value: ShownValue, count: z.int() })),
  association: Association.exactOptional(),
});
export type ColumnProfile = z.infer<typeof ColumnProfile>;

export const Profile = z.strictObject({ rows: z.int(), columns: z.array(ColumnProfile) });
export type Profile = z.infer<typeof Profile>;

export const DatasetVersion = z.strictObject({
  dataset: z.string(),
  number: z.int(),
  /** sha256 of the canonical content and the schema. */
  digest: z.string(),
  rows: z.int(),
  schema: DatasetSchema,
  source: SourceRecord,
  profile: Profile,
  findings: z.array(Finding),
  /** Digests of what it was made from, beyond files. */
  madeFrom: z.array(z.string()),
  /** Canonical Parquet; where `source.parts` is set, the list of parts. */
  blob: z.string(),
  /** Its content is gone: it held rows of a person who was erased. */
  erased: z
    .strictObject({
      at: z.number(),
      /** Rows of that person. */
      rows: z.int(),
      /** Digest of the dataset’s version without them. */
      successor: z.string().nullable(),
    })
    .exactOptional(),
  actor: z.string(),
  createdAt: z.number(),
});
export type DatasetVersion = z.infer<typeof DatasetVersion>;

/** How many findings of each severity. */
export const FindingCounts = z.strictObject({ error: z.int(), warning: z.int(), info: z.int() });
export type FindingCounts = z.infer<typeof FindingCounts>;

/** A version in a list. */
export const VersionSummary = DatasetVersion.pick({
  dataset: true,
  number: true,
  digest: true,
  rows: true,
  actor: true,
  createdAt: true,
}).extend({ findings: FindingCounts });
export type VersionSummary = z.infer<typeof VersionSummary>;

/** A dataset in a list, with its newest version. */
export const DatasetSummary = z.strictObject({
  name: z.string(),
  /** How many. */
  versions: z.int(),
  latest: VersionSummary,
});
export type DatasetSummary = z.infer<typeof DatasetSummary>;

/** Which row has which role. The blob holds one byte a row: 0 train, 1 test, 255 neither (no target). */
export const Split = z.strictObject({
  digest: z.string(),
  version: z.string(),
  spec: SplitSpec,
  roles: z.strictObject({ train: z.int(), test: z.int() }),
  /** How many groups, templates, authors or speakers are on each side, where these are kept whole. */
  groups: z.strictObject({ train: z.int(), test: z.int() }).exactOptional(),
  /** Rows without a target value. */
  excluded: z.int(),
  blob: z.string(),
});
export type Split = z.infer<typeof Split>;

export const SPLIT_CODES = { train: 0, test: 1, excluded: 255 } as const;

/** How far a column's distribution moved. */
export const ColumnShift = z.strictObject({
  column: z.string(),
  /** Population stability index on the older version's deciles or 20 most frequent values, less what chance alone gives; at least 0. */
  psi: z.number(),
  /** Two-sample chi-square on the same bins: how likely chance alone gives such a difference. */
  p: z.number(),
  missingFrom: z.int(),
  missingTo: z.int(),
});
export type ColumnShift = z.infer<typeof ColumnShift>;

/** What changed from one version to another. */
export const DatasetDiff = z.strictObject({
  /** Digests. */
  from: z.string(),
  to: z.string(),
  /** `changed` only where rows are told apart by a key; else a changed row is one removed and one added. */
  rows: z.strictObject({ added: z.int(), removed: z.int(), changed: z.int(), unchanged: z.int() }),
  /** Columns that identify a row; absent where rows were compared by their content in all common columns. */
  key: z.array(z.string()).exactOptional(),
  columnsAdded: z.array(z.string()),
  columnsRemoved: z.array(z.string()),
  columnsChanged: z.array(
    z.strictObject({ name: z.string(), from: fieldSchema.partial(), to: fieldSchema.partial() }),
  ),
  featuresAdded: z.array(z.string()),
  featuresRemoved: z.array(z.string()),
  /** Common columns, the most shifted first. */
  distributions: z.array(ColumnShift),
  /** Up to five rows of each kind; of a changed row its newer form. */
  examples: z.array(ShownRow.extend({ change: z.enum(['added', 'removed', 'changed']) })),
});
export type DatasetDiff = z.infer<typeof DatasetDiff>;
