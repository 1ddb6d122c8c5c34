import { list, name, read } from './reads.ts';
import { apiPath, post } from './request.ts';
import type {
  Adjudication,
  Annotation,
  AnnotationInput,
  Answers,
  HeldItem,
  ItemAnnotations,
  QueueItemsAnswer,
  QueuesAnswer,
  ReviewAgreement,
  ReviewQueueProgress,
} from './review-answers.ts';

const queuePath = (queue: string) => `/review/queues/${name(queue)}`;

/** Others review at the same time, and the server does not tell of it. */
const OTHERS = 15_000;

export const queues = () => ({ ...list<QueuesAnswer>('/review/queues', []), refetchInterval: OTHERS });
export const queue = (of: string) => ({
  ...read<ReviewQueueProgress>(queuePath(of), []),
  refetchInterval: OTHERS,
});
export const queueItems = (of: string, state: string | undefined) =>
  list<QueueItemsAnswer>(`${queuePath(of)}/items`, [], { state, limit: 100 });
/** What everybody said of an item that needs no more answers. */
export const itemAnnotations = (of: string, item: string) =>
  read<ItemAnnotations>(`${queuePath(of)}/items/${name(item)}/annotations`, []);
export const agreement = (of: string) => read<ReviewAgreement>(`${queuePath(of)}/agreement`, []);

/** The next item for a reviewer, held for them; null where nothing is left that they may judge. */
export async function takeNext(of: string, reviewer: string, skip?: string): Promise<HeldItem | null> {
  const body = { reviewer, ...(skip === undefined ? {} : { skip }) };
  const { held } = await post<{ held: HeldItem | null }>(apiPath(`${queuePath(of)}/next`), body);
  return held;
}

export const annotate = (of: string, item: string, body: AnnotationInput) =>
  post<Annotation>(apiPath(`${queuePath(of)}/items/${name(item)}/annotations`), body);

export const adjudicate = (of: string, item: string, body: { answers: Answers; reason: string }) =>
  post<Adjudication>(apiPath(`${queuePath(of)}/items/${name(item)}/adjudication`), body);
