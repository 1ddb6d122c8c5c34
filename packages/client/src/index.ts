export { AirworthyClientError } from './client-error.ts';
export { type Client, type ClientOptions, createClient } from './create-client.ts';
export { track } from './tracking/track.ts';
export type {
  ArtifactContent,
  MetricMoment,
  RunDataset,
  RunStatus,
  TrackedRun,
  TrackingStatus,
  TrackOptions,
} from './tracking/types.ts';
export type {
  CallOptions,
  Feedback,
  FeedbackOptions,
  Label,
  LabelOptions,
  LabelReceipt,
  Prediction,
  PredictionRecord,
  PredictOptions,
} from './types.ts';
