import { z } from 'zod';

const Name = z
  .string()
  .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a name is kebab-case')
  .max(100);
export const ReviewerName = z.string().trim().min(1).max(100);
/** 32 hex characters. */
export const ItemId = z.string().regex(/^[0-9a-f]{32}$/, 'an item’s id is 32 hex characters');
const Probability = z.number().gt(0).max(1);

const asked = {
  name: Name.describe('What its answers are called.'),
  text: z
    .string()
    .max(2_000)
    .optional()
    .describe('The question as reviewers read it; its name where absent.'),
};

export const Question = z.discriminatedUnion('kind', [
  z.strictObject({
    ...asked,
    kind: z.literal('rating'),
    scale: z
      .tuple([z.int(), z.int()])
      .refine(
        ([low, high]) => high > low && high - low <= 100,
        'the second is above the first, by at most 100',
      )
      .default([1, 5])
      .describe('The lowest and the highest.'),
    required: z.boolean().default(true),
  }),
  z.strictObject({
    ...asked,
    kind: z.literal('choice'),
    options: z.array(z.string().min(1).max(200)).min(2).max(50),
    required: z.boolean().default(true),
  }),
  z
    .strictObject({ ...asked, kind: z.literal('pairwise'), required: z.boolean().default(true) })
    .describe('Which of two answers is better: left, right, tie or both-bad. Who gave which is hidden.'),
  z
    .strictObject({ ...asked, kind: z.literal('correction'), required: z.boolean().default(false) })
    .describe('What the answer should have been.'),
  z
    .strictObject({
      ...asked,
      kind: z.literal('span'),
      options: z
        .array(z.string().min(1).max(200))
        .min(1)
        .max(50)
        .describe('What a stretch of the answer can be.'),
      required: z.boolean().default(false),
    })
    .describe('Stretches of the answer, each with what is said of it.'),
  z.strictObject({ ...asked, kind: z.literal('text'), required: z.boolean().default(false) }),
]);
export type Question = z.infer<typeof Question>;

export const SIDES = ['left', 'right', 'tie', 'both-bad'] as const;

export const Span = z
  .strictObject({
    start: z.int().min(0).describe('First character of the answer’s text, from 0.'),
    end: z.int().min(1).describe('The character after the last.'),
    label: z.string(),
  })
  .refine(({ start, end }) => end > start, 'a span ends after it starts');
export type Span = z.infer<typeof Span>;

/** Answers by the names of the questions. */
export const Answers = z.record(
  z.string(),
  z.union([z.string().max(20_000), z.number(), z.array(Span).max(1_000)]),
);
export type Answers = z.infer<typeof Answers>;

/** Which units of an evaluation are reviewed. Whatever is not chosen evenly keeps its probability. */
export const ReviewSample = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('all') }),
  z.strictObject({ kind: z.literal('random'), n: z.int().positive() }),
  z
    .strictObject({
      kind: z.literal('disagreement'),
      n: z.int().positive(),
      metrics: z
        .array(z.string().min(1))
        .min(1)
        .max(20)
        .optional()
        .describe('All of the evaluation where absent.'),
      between: z
        .enum(['answers', 'metrics'])
        .default('answers')
        .describe(
          '`answers`: scores of one metric over tasks and trials; `metrics`: of one answer by several judges.',
        ),
    })
    .describe('The likelier, the more the scores of a case differ.'),
  z
    .strictObject({ kind: z.literal('uncertainty'), n: z.int().positive(), metric: z.string().min(1) })
    .describe('The likelier, the nearer the score is to the middle of its range, over votes and trials.'),
]);
export type ReviewSample = z.infer<typeof ReviewSample>;

export const ReviewSource = z.strictObject({
  evaluation: z.string().min(1).describe('Its id, or SUITE#NUMBER.'),
  tasks: z.array(z.string().min(1)).min(1).max(20).optional().describe('All of the evaluation where absent.'),
  trial: z.int().min(0).default(0),
  against: z
    .strictObject({ evaluation: z.string().min(1), task: z.string().min(1) })
    .optional()
    .describe('For pairs: the second answer is of this task of another evaluation, such as the baseline’s.'),
  slice: z
    .string()
    .regex(/^[^=]+=.*$/s, 'a slice is `column=value`')
    .optional(),
  cases: z.array(z.string()).min(1).max(100_000).optional().describe('Only these, by their ids.'),
  sample: ReviewSample.default({ kind: 'all' }),
});
export type ReviewSource = z.infer<typeof ReviewSource>;

/** An answer by whoever gave it; the name is never shown to reviewers. */
const GivenAnswer = z.strictObject({ task: z.string().min(1).max(200), value: z.unknown() });

export const ReviewItemInput = z.strictObject({
  case: z.string().min(1).max(200).optional().describe('Id of the case that it is of.'),
  input: z.unknown(),
  expected: z.unknown().optional(),
  output: z.unknown().optional(),
  outputs: z
    .tuple([GivenAnswer, GivenAnswer])
    .optional()
    .describe('The two answers of a pair, in place of `output`.'),
  probability: Probability.default(1).describe('With which it was chosen.'),
});
export type ReviewItemInput = z.input<typeof ReviewItemInput>;

const GoldItem = ReviewItemInput.omit({ probability: true }).extend({
  answers: Answers.describe('What is right; what it does not name is not checked.'),
});

export const ReviewQueueInput = z
  .strictObject({
    name: Name,
    questions: z
      .array(Question)
      .min(1)
      .max(20)
      .refine(
        (list) => new Set(list.map(({ name }) => name)).size === list.length,
        'two questions have the same name',
      ),
    guideline: z.string().max(100_000).default('').describe('How to judge, in Markdown.'),
    reviewers: z.int().min(1).max(20).default(1).describe('How many people answer each item.'),
    leaseSeconds: z
      .int()
      .min(5)
      .max(604_800)
      .default(600)
      .describe('How long an item is held for a reviewer.'),
    showExpected: z.boolean().default(true).describe('Whether reviewers see what is expected.'),
    seed: z.union([z.int(), z.string().min(1).max(100)]).default(1),
    source: ReviewSource.optional(),
    items: z.array(ReviewItemInput).max(100_000).default([]),
    gold: z
      .array(GoldItem)
      .max(1_000)
      .default([])
      .describe(
        'Items whose answers are known: every reviewer gets them, unmarked, to see how well they judge.',
      ),
  })
  .refine(({ source, items }) => source !== undefined || items.length > 0, 'give a source or items');
export type ReviewQueueInput = z.input<typeof ReviewQueueInput>;
export type ReviewQueueSpec = z.output<typeof ReviewQueueInput>;

export const ReviewQueue = z.strictObject({
  name: z.string(),
  questions: z.array(Question),
  guideline: z.string(),
  guidelineVersion: z.int(),
  reviewers: z.int(),
  leaseSeconds: z.int(),
  showExpected: z.boolean(),
  source: ReviewSource.nullable(),
  seed: z.string(),
  state: z.enum(['open', 'closed']),
  actor: z.string(),
  createdAt: z.int(),
});
export type ReviewQueue = z.infer<typeof ReviewQueue>;

export const ReviewerProgress = z.strictObject({
  reviewer: z.string(),
  submitted: z.int(),
  discarded: z.int(),
  drafts: z.int(),
  /** Of submitted ones, where it is known. */
  medianSeconds: z.number().nullable(),
});

export type ReviewerProgress = z.infer<typeof ReviewerProgress>;

/** How far a queue is; gold items are not counted among the items. */
export const ReviewQueueProgress = ReviewQueue.extend({
  items: z.strictObject({
    total: z.int(),
    open: z.int(),
    done: z.int(),
    adjudicated: z.int(),
    leased: z.int(),
  }),
  gold: z.int(),
  /** Submitted, of those that the items need in all. */
  annotations: z.strictObject({ submitted: z.int(), needed: z.int() }),
  byReviewer: z.array(ReviewerProgress),
});
export type ReviewQueueProgress = z.infer<typeof ReviewQueueProgress>;

export const Annotation = z.strictObject({
  item: z.string(),
  reviewer: z.string(),
  state: z.enum(['draft', 'submitted', 'discarded']),
  answers: Answers,
  guidelineVersion: z.int(),
  seconds: z.number().nullable(),
  at: z.int(),
});
export type Annotation = z.infer<typeof Annotation>;

export const AnnotationInput = z.strictObject({
  reviewer: ReviewerName,
  state: Annotation.shape.state.default('submitted'),
  answers: Answers.default({}),
  seconds: z.number().min(0).max(1e6).optional().describe('Time spent on it.'),
});
export type AnnotationInput = z.input<typeof AnnotationInput>;

/** What a reviewer sees: never who answered, what others said, how it was scored, or that it is gold. */
export const ShownItem = z.strictObject({
  id: z.string(),
  input: z.unknown(),
  expected: z.unknown().optional(),
  output: z.unknown().optional(),
  left: z.unknown().optional(),
  right: z.unknown().optional(),
});
export type ShownItem = z.infer<typeof ShownItem>;

/** An item that a reviewer holds, with their draft. */
export const HeldItem = z.strictObject({
  item: ShownItem,
  leaseExpiresAt: z.int(),
  guidelineVersion: z.int(),
  own: Annotation.nullable(),
});
export type HeldItem = z.infer<typeof HeldItem>;

export const Adjudication = z.strictObject({
  answers: Answers,
  reason: z.string(),
  actor: z.string(),
  guidelineVersion: z.int(),
  at: z.int(),
});
export type Adjudication = z.infer<typeof Adjudication>;

export const AdjudicationInput = z.strictObject({
  answers: Answers,
  reason: z.string().min(1).max(10_000),
  by: ReviewerName.optional().describe('Who settles it; the actor of the request where absent.'),
});
export type AdjudicationInput = z.input<typeof AdjudicationInput>;

/** What others said of an item, once it may be seen. */
export const ItemAnnotations = z.strictObject({
  item: z.string(),
  state: z.enum(['open', 'done', 'adjudicated']),
  /** Not all is shown: the reviewer has not answered yet, or the item is still open. */
  hidden: z.boolean(),
  annotations: z.array(Annotation),
  adjudication: Adjudication.nullable(),
});
export type ItemAnnotations = z.infer<typeof ItemAnnotations>;

export const QueueItem = ShownItem.extend({
  position: z.int(),
  state: z.enum(['open', 'done', 'adjudicated']),
  submitted: z.int(),
  /** Questions that its reviewers answered differently; of an item that is no longer open. */
  disputed: z.array(z.string()),
});
export type QueueItem = z.infer<typeof QueueItem>;
