import { z } from 'zod';
import { ErrorAnalysis } from '../../evaluation/index.ts';
import {
  addReviewItems,
  Feedback,
  FeedbackInput,
  FeedbackKind,
  feedbackRules,
  LabelReceipt,
  LabelsRequest,
  labelRules,
  listFeedback,
  listReviewItems,
  PredictionId,
  queueFailures,
  ReviewDecision,
  ReviewItem,
  ReviewRequest,
  recordFeedback,
  recordLabels,
  resolveReviewItem,
  triageFeedback,
} from '../../feedback/index.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Task } from '../../models/table.ts';
import type { Project } from '../../project/load-project.ts';
import type { Context } from '../../store/ports.ts';
import type { DoorDependencies } from '../door.ts';
import { EndpointParams } from './endpoint-operations.ts';
import { type Operation, operation } from './operation.ts';
import { paging, readCursor, toPage, writeCursor } from './query.ts';
import { pageOf } from './schema.ts';

const ItemParams = EndpointParams.extend({ item: PredictionId });
const DAY_MS = 86_400_000;
/** Where a page of feedback ended. */
const Said = z.strictObject({ at: z.int(), id: z.string() });

const sendLabels = operation({
  method: 'POST',
  path: '/endpoints/:endpoint/labels',
  id: 'recordLabels',
  summary:
    'What turned out to be true, by prediction id or key: at most 10,000 labels, all kept or none. Idempotent, in any order, before or after the predictions.',
  params: EndpointParams,
  body: LabelsRequest,
  answer: LabelReceipt,
  async run(dependencies, { params: { endpoint }, body }) {
    const settings = await rulesOf(dependencies, endpoint, labelRules);
    return recordLabels(dependencies.context, { ...settings, labels: body.labels });
  },
});

const sendFeedback = operation({
  method: 'POST',
  path: '/endpoints/:endpoint/feedback',
  id: 'recordFeedback',
  summary:
    'A thumb, a comment or a correction of a prediction; a correction of a class or a number is a label too.',
  params: EndpointParams,
  body: FeedbackInput,
  answer: Feedback,
  async run(dependencies, { params: { endpoint }, body }) {
    const { context, endpoints } = dependencies;
    const rules = await rulesOf(dependencies, endpoint, feedbackRules);
    // One that was just made may still be waiting to be written.
    return recordFeedback(context, rules, body, (id) => endpoints.findPrediction(id));
  },
});

const readFeedback = operation({
  method: 'GET',
  path: '/endpoints/:endpoint/feedback',
  id: 'listFeedback',
  summary: 'What people said of an endpoint’s predictions, newest first.',
  params: EndpointParams,
  query: z.strictObject({
    ...paging,
    kind: FeedbackKind.optional(),
    prediction: PredictionId.optional(),
  }),
  answer: pageOf(Feedback),
  async run({ context }, { params, query: { limit, after, ...query } }) {
    const before = readCursor(after, Said);
    const found = await listFeedback(context, { ...params, ...query, before, limit: limit + 1 });
    return toPage(found, limit, ({ at, id }) => writeCursor({ at, id }));
  },
});

const sendToReview = operation({
  method: 'POST',
  path: '/endpoints/:endpoint/review',
  id: 'addReviewItems',
  summary: 'Asks for a person’s word on predictions; while it is awaited they are kept out of curated data.',
  params: EndpointParams,
  body: ReviewRequest,
  answer: z.strictObject({ items: z.int() }),
  async run({ context }, { params: { endpoint }, body }) {
    // Chosen by hand, so there is no probability to weight them by: each stands for itself.
    const items = body.items.map((item) => ({ ...item, probability: 1 }));
    await addReviewItems(context, { endpoint, items });
    return { items: items.length };
  },
});

const readReview = operation({
  method: 'GET',
  path: '/endpoints/:endpoint/review',
  id: 'listReviewItems',
  summary: 'Predictions that a person should look at, oldest first.',
  params: EndpointParams,
  query: z.strictObject({
    ...paging,
    after: PredictionId.optional(),
    state: ReviewItem.shape.state.default('open'),
  }),
  answer: pageOf(ReviewItem),
  async run({ context }, { params, query: { limit, ...query } }) {
    const found = await listReviewItems(context, { ...params, ...query, limit: limit + 1 });
    return toPage(found, limit, ({ id }) => id);
  },
});

const decideReview = operation({
  method: 'POST',
  path: '/endpoints/:endpoint/review/:item/decision',
  id: 'resolveReviewItem',
  summary: 'A reviewer’s decision: the true value, or to leave the prediction out of the data.',
  params: ItemParams,
  body: ReviewDecision,
  answer: ReviewItem,
  async run(dependencies, { params: { endpoint, item }, body }) {
    const settings = await rulesOf(dependencies, endpoint, labelRules);
    return resolveReviewItem(dependencies.context, settings, { id: item, decision: body });
  },
});

const Days = z.coerce.number().positive().max(3_650);

const readTriage = operation({
  method: 'GET',
  path: '/endpoints/:endpoint/triage',
  id: 'triageFeedback',
  summary:
    'What people complained of by a thumb down or a correction, grouped by what reads alike, and where complaints are more frequent.',
  params: EndpointParams,
  query: z.strictObject({ days: Days.default(7).describe('Predictions of so many days.') }),
  answer: z.strictObject({
    predictions: z.int().describe('Predictions looked at.'),
    failures: z.int(),
    analysis: ErrorAnalysis,
  }),
  async run({ context }, { params: { endpoint }, query: { days } }) {
    const triage = await triageFeedback(context, { endpoint, since: context.clock.now() - days * DAY_MS });
    return { ...triage, failures: triage.failures.length };
  },
});

const queueTriage = operation({
  method: 'POST',
  path: '/endpoints/:endpoint/triage/queue',
  id: 'queueFailures',
  summary: 'Puts what people complained of into a review queue, with what they said it should have been.',
  params: EndpointParams,
  body: z.strictObject({
    name: z.string().min(1).max(100),
    days: Days.default(7),
    guideline: z.string().max(100_000).optional(),
  }),
  answer: z.strictObject({ queue: z.string(), items: z.int() }),
  async run({ context }, { params: { endpoint }, body: { name, days, guideline } }) {
    const since = context.clock.now() - days * DAY_MS;
    const { failures } = await triageFeedback(context, { endpoint, since });
    const { queue, items } = await queueFailures(context, {
      name,
      failures,
      ...(guideline ? { guideline } : {}),
    });
    return { queue: queue.name, items };
  },
});

export const FEEDBACK_OPERATIONS: readonly Operation[] = [
  sendLabels,
  sendFeedback,
  readFeedback,
  sendToReview,
  readReview,
  decideReview,
  readTriage,
  queueTriage,
];

/** By the model in memory; labels are taken too while none could be loaded. */
async function rulesOf<Rules>(
  { context, endpoints, project }: DoorDependencies,
  endpoint: string,
  read: (context: Context, endpoint: string, config: Project['config'], task?: Task | null) => Promise<Rules>,
): Promise<Rules> {
  const { config } = project;
  try {
    const { task } = endpoints.describe(endpoint).signature;
    return read(context, endpoint, config, task);
  } catch (error) {
    if (AirworthyError.is(error) && error.code === 'ENDPOINT_NOT_READY')
      return read(context, endpoint, config);
    throw error;
  }
}
