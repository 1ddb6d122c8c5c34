import { z } from 'zod';

const Days = z.number().positive().max(36_500);

export const Trigger = z.discriminatedUnion('on', [
  z
    .strictObject({ on: z.literal('performance') })
    .describe('Matured performance is below what `monitoring.performance` demands.'),
  z
    .strictObject({ on: z.literal('estimated-performance') })
    .describe('Performance estimated without labels is below it.'),
  z
    .strictObject({ on: z.literal('estimate-disagrees') })
    .describe('Estimated and realised performance part: the relation itself has changed.'),
  z
    .strictObject({
      on: z.literal('labels'),
      count: z.int().min(1).describe('New labels since the last improvement.'),
    })
    .describe('Enough new labels.'),
  z
    .strictObject({ on: z.literal('schedule'), everyDays: Days.describe('Days between two improvements.') })
    .describe('Time has passed.'),
]);
export type Trigger = z.infer<typeof Trigger>;

/** The `feedback` key of a project. */
export const FeedbackConfig = z.strictObject({
  labelRetentionDays: Days.default(400).describe('Labels older than this go.'),
  labelsAhead: z
    .number()
    .min(0)
    .max(86_400)
    .default(300)
    .describe('Seconds a label’s time may lie ahead of this machine’s clock.'),
  curation: z
    .strictObject({
      sample: z
        .number()
        .gt(0)
        .max(1)
        .default(1)
        .describe('Share of the labelled predictions that becomes data, chosen by their ids.'),
      conflicts: z
        .enum(['drop', 'keep', 'review'])
        .default('keep')
        .describe('What becomes of predictions whose labels from different sources disagree.'),
    })
    .prefault({})
    .describe('How labelled predictions become data.'),
  improve: z
    .strictObject({
      triggers: z
        .array(Trigger)
        .default([{ on: 'performance' }, { on: 'estimate-disagrees' }])
        .describe('What begins an improvement. Input drift alone never does.'),
      base: z
        .boolean()
        .default(true)
        .describe('Train on the project’s own data too, not only on what was served and labelled.'),
      trainDays: Days.optional().describe(
        'Train on predictions of the last so many days; on all that were curated where absent.',
      ),
      judgeDays: Days.default(7).describe(
        'Judge on matured predictions of the last so many days, which neither model has seen.',
      ),
      minimumRows: z
        .int()
        .min(50)
        .default(500)
        .describe('Fewest labelled rows to judge on; below it an improvement waits.'),
      coolDownDays: z
        .number()
        .min(0)
        .max(36_500)
        .default(1)
        .describe('Days after an improvement in which no other begins.'),
      approve: z.boolean().default(false).describe('A person decides about each promotion.'),
    })
    .prefault({})
    .describe('When and how the model is improved from what was learnt in production.'),
});
export type FeedbackConfig = z.infer<typeof FeedbackConfig>;

/** 32 lower-case hex characters, as predictions are named. */
export const PredictionId = z
  .string()
  .regex(/^[0-9a-f]{32}$/, 'a prediction id is 32 lower-case hex characters');

/** Who or what said so: `call-centre`, `nightly-import`. */
export const Source = z
  .string()
  .min(1)
  .max(100)
  .refine((text) => !/\p{C}/u.test(text), { error: 'must be printable text' });

/** What turned out to be true of a prediction. */
export const LabelInput = z.strictObject({
  prediction: PredictionId.optional().describe('The prediction’s id.'),
  key: z
    .record(z.string(), z.unknown())
    .optional()
    .describe('Instead of the id: the record’s key, as `serving.key` declares it.'),
  value: z.unknown().describe('A class, true or false, or a number, as the model predicts it.'),
  knownAt: z
    .union([z.string(), z.number()])
    .optional()
    .describe('Since when it is known: ISO 8601 or milliseconds since the epoch; now where absent.'),
  source: Source.optional().describe('Who says so.'),
});
export type LabelInput = z.input<typeof LabelInput>;

/** The body of a request with labels. */
export const LabelsRequest = z.strictObject({ labels: z.array(LabelInput).min(1) });
export type LabelsRequest = z.infer<typeof LabelsRequest>;

/** What became of a request's labels; every one of them counts once. */
export const LabelReceipt = z.strictObject({
  received: z.int(),
  matched: z.int().describe('New, and their predictions are known.'),
  waiting: z.int().describe('New; kept until their predictions are known.'),
  corrected: z.int().describe('New, and replaced what was held true before.'),
  unchanged: z.int().describe('Known already.'),
  expired: z.int().describe('New, but about predictions that are no longer kept; kept, and of no effect.'),
});
export type LabelReceipt = z.infer<typeof LabelReceipt>;

/** A label in its normal form: the name of a class, or a number. */
export type LabelValue = string | number;

export const FeedbackKind = z.enum(['thumb', 'comment', 'correction']);
export type FeedbackKind = z.infer<typeof FeedbackKind>;

const longest = 10_000;

/** What a person who saw a prediction says about it. */
export const FeedbackInput = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('thumb'),
    prediction: PredictionId,
    value: z.enum(['up', 'down']),
    source: Source.optional(),
  }),
  z.strictObject({
    kind: z.literal('comment'),
    prediction: PredictionId,
    value: z
      .string()
      .trim()
      .min(1)
      .max(longest, `a comment has at most ${longest.toLocaleString('en-US')} characters`),
    source: Source.optional(),
  }),
  z.strictObject({
    kind: z.literal('correction'),
    prediction: PredictionId,
    value: z
      .unknown()
      .describe(
        'What is true instead. Of a class or a number it is recorded as a label too; of any other answer it may be any JSON.',
      ),
    source: Source.optional(),
  }),
]);
export type FeedbackInput = z.input<typeof FeedbackInput>;

/** Feedback on record. Time in milliseconds since the epoch. */
export const Feedback = z.strictObject({
  id: z.string(),
  endpoint: z.string(),
  prediction: z.string(),
  kind: FeedbackKind,
  value: z.unknown().describe('Of a thumb or a comment a text; of a correction what should have been.'),
  source: z.string(),
  actor: z.string(),
  at: z.number(),
});
export type Feedback = z.infer<typeof Feedback>;

/** A prediction that a person should look at. */
export const ReviewItem = z.strictObject({
  id: z.string(),
  endpoint: z.string(),
  prediction: z.string(),
  reason: z.string(),
  probability: z.number().describe('With which a prediction such as this one was chosen.'),
  state: z.enum(['open', 'done', 'dropped']),
  createdAt: z.number(),
  endedAt: z.number().nullable(),
});
export type ReviewItem = z.infer<typeof ReviewItem>;

/** PostgreSQL has no place for the character NUL. */
const Reason = z
  .string()
  .trim()
  .min(1)
  .max(1_000)
  .refine((text) => !text.includes('\0'), { error: 'must not hold the character NUL' });

/** Predictions that someone wants looked at, with why. */
export const ReviewRequest = z.strictObject({
  items: z
    .array(z.strictObject({ prediction: PredictionId, reason: Reason }))
    .min(1)
    .max(1_000),
});
export type ReviewRequest = z.infer<typeof ReviewRequest>;

/** `done` gives the true value; `dropped` keeps the prediction out of the data. */
export const ReviewDecision = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('done'), value: z.unknown() }),
  z.strictObject({ state: z.literal('dropped') }),
]);
export type ReviewDecision = z.input<typeof ReviewDecision>;
