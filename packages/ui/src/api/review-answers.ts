/** The server's own types of review queues, by name: nothing of the server is bundled. */

import type { z } from 'zod';
import type { Question as QuestionSchema } from '../../../airworthy/src/evaluation/review/schema.ts';
import type { Page } from './answers.ts';

export type {
  AgreementFigure,
  PairwiseRanking,
  QuestionAgreement,
  ReviewAgreement,
  ReviewerAgreement,
} from '../../../airworthy/src/evaluation/review/agreement-schema.ts';
export type {
  Adjudication,
  Annotation,
  AnnotationInput,
  Answers,
  HeldItem,
  ItemAnnotations,
  QueueItem,
  ReviewQueue,
  ReviewQueueProgress,
  ShownItem,
} from '../../../airworthy/src/evaluation/review/schema.ts';

import type { Answers, QueueItem, ReviewQueue } from '../../../airworthy/src/evaluation/review/schema.ts';

export type Question = z.infer<typeof QuestionSchema>;
export type AnswerValue = Answers[string];
export type Span = Extract<AnswerValue, unknown[]>[number];
export type QueuesAnswer = Page<ReviewQueue>;
export type QueueItemsAnswer = Page<QueueItem>;
