import { z } from 'zod';
import {
  Adjudication,
  AdjudicationInput,
  Annotation,
  AnnotationInput,
  adjudicateItem,
  annotateItem,
  calibrateFromQueue,
  changeReviewQueue,
  createReviewQueue,
  exportReviewQueue,
  getReviewQueue,
  HeldItem,
  ItemAnnotations,
  ItemId,
  listCalibrations,
  listQueueItems,
  listReviewQueues,
  measureAgreement,
  nextReviewItem,
  QueueItem,
  RecordedCalibration,
  ReviewAgreement,
  ReviewerName,
  ReviewQueue,
  ReviewQueueInput,
  ReviewQueueProgress,
  readAnnotations,
} from '../../evaluation/index.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readCursor, readNumberCursor, toPage, writeCursor } from './query.ts';
import { pageOf } from './schema.ts';

const QueueParams = z.strictObject({ queue: z.string().min(1).max(100) });
const ItemParams = QueueParams.extend({ item: ItemId });
const Place = z.strictObject({ at: z.number(), judge: z.string(), sequence: z.int() });
const Estimate = z.strictObject({
  value: z.number(),
  standardError: z.number(),
  low: z.number(),
  high: z.number(),
});

const readQueues = operation({
  method: 'GET',
  path: '/review/queues',
  id: 'listReviewQueues',
  summary: 'Queues of answers that people judge, by name.',
  query: z.strictObject(paging),
  answer: pageOf(ReviewQueue),
  async run({ context }, { query: { limit, after } }) {
    const found = await listReviewQueues(context, { after, limit: limit + 1 });
    return toPage(found, limit, ({ name }) => name);
  },
});

const createQueue = operation({
  method: 'POST',
  path: '/review/queues',
  id: 'createReviewQueue',
  summary:
    'Makes a queue from an evaluation or from items as given; the same again is the same queue. Cases are drawn with known probabilities.',
  body: ReviewQueueInput,
  answer: z.strictObject({ queue: ReviewQueue, items: z.int(), reused: z.boolean() }),
  run: ({ context }, { body }) => createReviewQueue(context, body),
});

const readQueue = operation({
  method: 'GET',
  path: '/review/queues/:queue',
  id: 'getReviewQueue',
  summary: 'A queue, its questions and how far it is, by reviewer too.',
  params: QueueParams,
  answer: ReviewQueueProgress,
  run: ({ context }, { params }) => getReviewQueue(context, params.queue),
});

const changeQueue = operation({
  method: 'POST',
  path: '/review/queues/:queue/change',
  id: 'changeReviewQueue',
  summary: 'Gives a queue the next version of its guideline, closes or opens it.',
  params: QueueParams,
  body: z.strictObject({
    guideline: z.string().max(100_000).optional(),
    state: ReviewQueue.shape.state.optional(),
    reason: z.string().min(1).max(10_000),
  }),
  answer: ReviewQueue,
  run: ({ context }, { params, body }) => changeReviewQueue(context, params.queue, body),
});

const takeNext = operation({
  method: 'POST',
  path: '/review/queues/:queue/next',
  id: 'nextReviewItem',
  summary:
    'Hands a reviewer the next item and holds it for them; `held` is null where there is nothing to do. `skip` gives one back for later.',
  params: QueueParams,
  body: z.strictObject({ reviewer: ReviewerName, skip: ItemId.optional() }),
  answer: z.strictObject({ held: HeldItem.nullable() }),
  async run({ context }, { params, body }) {
    return { held: (await nextReviewItem(context, { ...params, ...body })) ?? null };
  },
});

const readItems = operation({
  method: 'GET',
  path: '/review/queues/:queue/items',
  id: 'listQueueItems',
  summary: 'Items as reviewers see them and how many have answered, without what they said.',
  params: QueueParams,
  query: z.strictObject({ ...paging, state: QueueItem.shape.state.optional() }),
  answer: pageOf(QueueItem),
  async run({ context }, { params, query: { limit, after, state } }) {
    const found = await listQueueItems(context, {
      ...{ ...params, state, limit: limit + 1 },
      after: readNumberCursor(after),
    });
    return toPage(found, limit, ({ position }) => position);
  },
});

const readItemAnnotations = operation({
  method: 'GET',
  path: '/review/queues/:queue/items/:item/annotations',
  id: 'listAnnotations',
  summary:
    'What was said of an item: to a reviewer their own, and that of others once they have answered; without one only where no more answers are needed.',
  params: ItemParams,
  query: z.strictObject({ reviewer: ReviewerName.optional() }),
  answer: ItemAnnotations,
  run: ({ context }, { params, query }) => readAnnotations(context, { ...params, ...query }),
});

const annotate = operation({
  method: 'POST',
  path: '/review/queues/:queue/items/:item/annotations',
  id: 'annotateItem',
  summary:
    'A reviewer’s draft, answers, or word that an item cannot be judged. The same again changes nothing.',
  params: ItemParams,
  body: AnnotationInput,
  answer: Annotation,
  run: ({ context }, { params, body }) => annotateItem(context, { ...params, ...body }),
});

const adjudicate = operation({
  method: 'POST',
  path: '/review/queues/:queue/items/:item/adjudication',
  id: 'adjudicateItem',
  summary: 'Settles an item whatever its reviewers said; with the reason, for the record.',
  params: ItemParams,
  body: AdjudicationInput,
  answer: Adjudication,
  run: ({ context }, { params, body }) => adjudicateItem(context, { ...params, ...body }),
});

const readAgreement = operation({
  method: 'GET',
  path: '/review/queues/:queue/agreement',
  id: 'getReviewAgreement',
  summary:
    'How far reviewers agree, by question and by reviewer, with intervals; of pairs the order of the tasks.',
  params: QueueParams,
  answer: ReviewAgreement,
  run: ({ context }, { params }) => measureAgreement(context, params.queue),
});

const exportQueue = operation({
  method: 'POST',
  path: '/review/queues/:queue/export',
  id: 'exportReviewQueue',
  summary: 'What people settled on, as a dataset version. The same answers give the same version.',
  params: QueueParams,
  body: z.strictObject({
    dataset: z
      .string()
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'a dataset’s name is kebab-case')
      .optional(),
  }),
  answer: z.strictObject({
    dataset: z.string(),
    number: z.int(),
    digest: z.string(),
    rows: z.int(),
    unsettled: z.int(),
  }),
  async run({ context }, { params, body }) {
    const { version, rows, unsettled } = await exportReviewQueue(context, { ...params, ...body });
    const { dataset, number, digest } = version;
    return { dataset, number, digest, rows, unsettled };
  },
});

const calibrate = operation({
  method: 'POST',
  path: '/review/queues/:queue/calibrate',
  id: 'calibrateJudge',
  summary: 'Holds a judge’s scores against what people settled on, and keeps the record that gates ask for.',
  params: QueueParams,
  body: z.strictObject({
    question: z.string().min(1),
    metric: z.string().min(1),
    positive: z.array(z.string()).min(1).optional(),
    atLeast: z.number().optional(),
    threshold: z.number().optional(),
  }),
  answer: z.strictObject({
    calibration: RecordedCalibration,
    corrected: z.array(
      z.strictObject({
        task: z.string(),
        judged: z.strictObject({ passed: z.int(), n: z.int(), rate: z.number() }),
        roganGladen: Estimate.nullable(),
        predictionPowered: Estimate.extend({ lambda: z.number() }).nullable(),
      }),
    ),
  }),
  run: ({ context }, { params, body }) => calibrateFromQueue(context, { ...params, ...body }),
});

const readJudges = operation({
  method: 'GET',
  path: '/judges',
  id: 'listJudgeCalibrations',
  summary: 'What judges have shown on answers that people judged, newest first.',
  query: z.strictObject(paging),
  answer: pageOf(RecordedCalibration),
  async run({ context }, { query: { limit, after } }) {
    const found = await listCalibrations(context, { after: readCursor(after, Place), limit: limit + 1 });
    return toPage(found, limit, ({ at, judge, sequence }) => writeCursor({ at, judge, sequence }));
  },
});

export const REVIEW_OPERATIONS: readonly Operation[] = [
  readQueues,
  createQueue,
  readQueue,
  changeQueue,
  takeNext,
  readItems,
  readItemAnnotations,
  annotate,
  adjudicate,
  readAgreement,
  exportQueue,
  calibrate,
  readJudges,
];
