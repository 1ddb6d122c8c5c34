/** What a model is asked about, by the names of its fields. Times are ISO 8601 text. */
export type PredictionRecord = Readonly<Record<string, unknown>>;

/** An answer: `label` and `probability` (or `probabilities`) of a classifier, `value` of a regression. */
export interface Prediction {
  /** Labels and feedback name it. */
  predictionId: string;
  label?: string | boolean;
  probability?: number;
  probabilities?: Record<string, number>;
  value?: number;
  model: string;
  version: number;
}

/** What turned out to be true, of a prediction by its id or of whatever a key names. */
export type Label = (
  | { prediction: string; key?: never }
  | { key: Readonly<Record<string, string | number>>; prediction?: never }
) & {
  /** A class, true or false, or a number, as the model predicts it. */
  value: string | number | boolean;
  /** Since when it is known; when it is received where absent. */
  knownAt?: string | number | Date;
  /** Who says so. */
  source?: string;
};

/** What became of labels; every one of them counts once. */
export interface LabelReceipt {
  received: number;
  /** New, and their predictions are known. */
  matched: number;
  /** New; kept until their predictions are known. */
  waiting: number;
  /** New, and replaced what was held true before. */
  corrected: number;
  /** Known already. */
  unchanged: number;
  /** New, but about predictions that are no longer kept. */
  expired: number;
}

/** Feedback as it is kept. */
export interface Feedback {
  id: string;
  endpoint: string;
  prediction: string;
  kind: 'thumb' | 'comment' | 'correction';
  /** Of a thumb or a comment a text; of a correction what should have been. */
  value: unknown;
  source: string;
  actor: string;
  /** Milliseconds since the epoch. */
  at: number;
}

export interface CallOptions {
  /** Gives up when aborted. */
  signal?: AbortSignal;
}

export interface PredictOptions extends CallOptions {
  /** Whom the records are about, or who asks: kept as a pseudonym, so that all of a person can be erased. */
  subject?: string;
}

export interface FeedbackOptions extends CallOptions {
  /** Who says so, such as a pseudonym of the user: each has one thumb and one correction a prediction. */
  source?: string;
}

export interface LabelOptions extends CallOptions {
  /** Told after each batch what has become of all labels so far. */
  onProgress?: (soFar: LabelReceipt) => void;
}
