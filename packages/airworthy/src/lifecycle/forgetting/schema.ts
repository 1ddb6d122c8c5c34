import { z } from 'zod';

/** How much of what, by kind. */
export const ErasedCounts = z.strictObject({
  traces: z.int(),
  spans: z.int(),
  assessments: z.int(),
  predictions: z.int(),
  /** Answers kept for requests that named themselves. */
  answers: z.int(),
  labels: z.int(),
  outcomes: z.int(),
  feedback: z.int(),
  reviewItems: z.int(),
  datasetVersions: z.int(),
  datasetRows: z.int(),
  /** Evaluated cases whose texts are gone, with what was answered. */
  cases: z.int(),
  cachedAnswers: z.int(),
  queueItems: z.int(),
  annotations: z.int(),
  /** Of evaluation datasets. */
  records: z.int(),
  /** Windows, reports and alerts that named a value. */
  windowNames: z.int(),
  /** Hours of use of language models that belong to nobody now. */
  usage: z.int(),
  blobs: z.int(),
  /** Copies of the records in the data folder: from before migrations, and rehearsals. */
  copies: z.int(),
});
export type ErasedCounts = z.infer<typeof ErasedCounts>;

const ErasedDataset = z.strictObject({
  dataset: z.string(),
  number: z.int(),
  digest: z.string(),
  rows: z.int(),
  /** Digest of the version without them. */
  successor: z.string().nullable(),
});

/** A model that learnt from rows of the person. */
const TrainedOnErased = z.strictObject({
  bundle: z.string(),
  run: z.string(),
  versions: z.array(z.strictObject({ model: z.string(), version: z.int(), aliases: z.array(z.string()) })),
  endpoints: z.array(z.string()),
  todo: z.string(),
});

/** What is still there, and why. */
const Kept = z.strictObject({ what: z.string(), why: z.string() });

/** What an erasure did; of a dry run, what it would do. No personal data. */
export const ErasureReport = z.strictObject({
  id: z.string(),
  project: z.string(),
  /** Of this erasure and the person: tells whose it was to who knows the person and has the data folder’s key. */
  person: z.string(),
  reason: z.string(),
  actor: z.string(),
  startedAt: z.int(),
  endedAt: z.int(),
  erased: ErasedCounts,
  /** The ids of traces and predictions: how many, and the sha256 of them, sorted, a line each. */
  ids: z.strictObject({ count: z.int(), sha256: z.string() }),
  datasets: z.array(ErasedDataset),
  models: z.array(TrainedOnErased),
  kept: z.array(Kept),
});
export type ErasureReport = z.infer<typeof ErasureReport>;

/** A report and what proves it: the statement in a DSSE envelope, signed with the data folder’s key. */
export const Erasure = z.strictObject({
  dryRun: z.boolean(),
  report: ErasureReport,
  /** Null of a dry run. */
  receipt: z.strictObject({ file: z.string(), sha256: z.string() }).nullable(),
});
export type Erasure = z.infer<typeof Erasure>;

/** An erasure in a list. */
export const ErasureItem = z.strictObject({
  id: z.string(),
  state: z.enum(['collecting', 'erasing', 'compacting', 'done']),
  actor: z.string(),
  reason: z.string(),
  startedAt: z.int(),
  endedAt: z.int().nullable(),
});
export type ErasureItem = z.infer<typeof ErasureItem>;

export const ForgetInput = z.strictObject({
  subject: z
    .string()
    .min(1)
    .max(256)
    .refine((text) => text.trim() !== '', 'is blank')
    .describe('The person’s id as callers send it, or the pseudonym.'),
  reason: z.string().max(1_000).default('').describe('Why, for the record; names nobody.'),
  dryRun: z.boolean().default(false).describe('Only counts; nothing is changed.'),
});
export type ForgetInput = z.input<typeof ForgetInput>;

/** What is found of a receipt. */
export const ReceiptCheck = z.strictObject({
  ok: z.literal(true),
  /** Id of the key that signed it. */
  key: z.string(),
  /** Is it about the person asked for? Null where nobody was named. */
  isOfPerson: z.boolean().nullable(),
  report: ErasureReport,
});
export type ReceiptCheck = z.infer<typeof ReceiptCheck>;
