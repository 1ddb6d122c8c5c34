export { AirworthyClientError } from './client-error.ts';
export { type Client, type ClientOptions, createClient } from './create-client.ts';
export type {
  CallOptions,
  Feedback,
  FeedbackOptions,
  Label,
  LabelOptions,
  LabelReceipt,
  Prediction,
  PredictionRecord,
} from './types.ts';
