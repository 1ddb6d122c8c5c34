export { countLabels } from './count-labels.ts';
export { type Curated, type Curation, curate } from './curate.ts';
export { PREDICTED_AT } from './curation/curated-schema.ts';
export {
  curatedName,
  curatedVersion,
  ID_COLUMNS,
  type LeftOut,
  type Lineage,
  type LineagePart,
  readLineage,
} from './curation/lineage.ts';
export { renewLineage } from './curation/renew-lineage.ts';
export { type ErasedFeedback, eraseFeedback } from './erase-feedback.ts';
export { endpointTask, feedbackRules, labelRules } from './label-rules.ts';
export { type FeedbackQuery, listFeedback } from './list-feedback.ts';
export { matchServed, matchWaiting } from './match-waiting.ts';
export { pruneFeedback } from './prune-feedback.ts';
export type { LabelRules } from './read-label.ts';
export { type FeedbackRules, recordFeedback } from './record-feedback.ts';
export { type LabelSettings, type LabelsToRecord, MOST_LABELS, recordLabels } from './record-labels.ts';
export {
  addReviewItems,
  type ItemsToReview,
  listReviewItems,
  REVIEWER,
  type ReviewQuery,
  resolveReviewItem,
} from './review-items.ts';
export {
  Feedback,
  FeedbackConfig,
  FeedbackInput,
  FeedbackKind,
  LabelInput,
  LabelReceipt,
  LabelsRequest,
  type LabelValue,
  PredictionId,
  ReviewDecision,
  ReviewItem,
  ReviewRequest,
  Source,
  Trigger,
} from './schema.ts';
export { type Failure, queueFailures, type Triage, type TriageQuery, triageFeedback } from './triage.ts';
