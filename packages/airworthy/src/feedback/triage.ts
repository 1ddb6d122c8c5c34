import {
  collectErrors,
  createReviewQueue,
  type ErrorAnalysis,
  type ReviewQueueInput,
} from '../evaluation/index.ts';
import { isRecord } from '../kernel/is-record.ts';
import type { Context } from '../store/ports.ts';
import { complaintsOf } from './complaints.ts';
import { servedSince } from './served-since.ts';

export interface TriageQuery {
  endpoint: string;
  /** Predictions of this time on, in ms since the epoch. */
  since: number;
}

/** What people complained of, and what is alike in it. */
export interface Triage {
  /** Predictions looked at. */
  predictions: number;
  /** Those of them that someone complained of, the newest first. */
  failures: Failure[];
  /** Groups that read alike, and rules about records by which complaints are more frequent. */
  analysis: ErrorAnalysis;
}

export interface Failure {
  prediction: string;
  record: unknown;
  output: unknown;
  /** What it should have been, where somebody said so. */
  correction?: unknown;
  version: number;
}

/**
 * Groups the predictions that people complained of, by a thumb down or a correction, by the words of record and answer, and finds
 * rules about records by which complaints are more frequent than elsewhere. The same records give the same groups.
 *
 * @example
 * const { analysis } = await triageFeedback(context, { endpoint: 'assistant', since: Date.now() - 7 * 86_400_000 });
 * analysis.clusters; // [{ terms: ['lights', 'dark'], cases: 14, exemplars: [...] }]
 */
export async function triageFeedback(context: Context, { endpoint, since }: TriageQuery): Promise<Triage> {
  const complaints = await complaintsOf(context, endpoint, since);
  const errors = collectErrors({ metric: 'complaints', seed: endpoint });
  const failures: Failure[] = [];
  let predictions = 0;
  for await (const { id, record, output, version } of servedSince(context, endpoint, since)) {
    predictions++;
    const complaint = complaints.get(id);
    const metadata = { ...(isRecord(record) ? record : {}), version };
    errors.add({ id, failed: complaint !== undefined, input: record, output, metadata });
    if (complaint !== undefined) failures.push({ prediction: id, record, output, ...complaint, version });
  }
  return { predictions, failures: failures.toReversed(), analysis: errors.finish() };
}

/** The questions that a person is asked of each failure. */
const QUESTIONS: ReviewQueueInput['questions'] = [
  { name: 'right', kind: 'choice', options: ['yes', 'no'], text: 'Was the answer right after all?' },
  { name: 'should-be', kind: 'correction' },
];

/**
 * A review queue of failures; `expected` is what somebody said it should have been. What reviewers settle on becomes a dataset
 * version by `exportReviewQueue`. The same failures give the same queue.
 *
 * @throws REVIEW_QUEUE_EMPTY, REVIEW_QUEUE_EXISTS
 */
export function queueFailures(
  context: Context,
  { name, guideline, failures }: { name: string; guideline?: string; failures: readonly Failure[] },
): ReturnType<typeof createReviewQueue> {
  return createReviewQueue(context, {
    ...(guideline === undefined ? {} : { guideline }),
    name,
    questions: QUESTIONS,
    items: failures.map(({ prediction, record, output, correction }) => ({
      ...{ case: prediction, input: record, output },
      ...(correction === undefined ? {} : { expected: correction }),
    })),
  });
}
