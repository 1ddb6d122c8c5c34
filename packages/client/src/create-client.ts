import { sendLabels } from './send-labels.ts';
import { type Connection, sendRequest } from './send-request.ts';
import type {
  Feedback,
  FeedbackOptions,
  Label,
  LabelOptions,
  LabelReceipt,
  Prediction,
  PredictionRecord,
  PredictOptions,
} from './types.ts';

export interface ClientOptions {
  /** Where the server is: `http://127.0.0.1:4400`. */
  baseUrl: string;
  /** AIRWORTHY_TOKEN of the server, where it asks for one. Not for a public web page: everyone can read it there. */
  token?: string | undefined;
  /** In place of the global one. */
  fetch?: typeof fetch;
  /** How often a request that failed for a reason that may pass is sent again; 5 where absent. */
  retries?: number;
  /** Milliseconds for one attempt; 30,000 where absent. */
  timeoutMs?: number;
}

/** Predictions, labels and feedback of one server. Every call rejects with AirworthyClientError. */
export interface Client {
  /** One record gets one prediction, a list of records a list. */
  predict(endpoint: string, record: PredictionRecord, options?: PredictOptions): Promise<Prediction>;
  predict(
    endpoint: string,
    records: readonly PredictionRecord[],
    options?: PredictOptions,
  ): Promise<Prediction[]>;
  /** What turned out to be true, any number at a time. The same labels again change nothing. */
  sendLabels(
    endpoint: string,
    labels: Iterable<Label> | AsyncIterable<Label>,
    options?: LabelOptions,
  ): Promise<LabelReceipt>;
  thumbsUp(endpoint: string, prediction: string, options?: FeedbackOptions): Promise<Feedback>;
  thumbsDown(endpoint: string, prediction: string, options?: FeedbackOptions): Promise<Feedback>;
  /** At most 10,000 characters. */
  comment(endpoint: string, prediction: string, text: string, options?: FeedbackOptions): Promise<Feedback>;
  /** What would have been right: a class or a number, which is recorded as a label too, or whatever JSON the endpoint gives. */
  correct(endpoint: string, prediction: string, value: unknown, options?: FeedbackOptions): Promise<Feedback>;
}

/**
 * A client of an Airworthy server, for browsers and Node 20 or newer.
 *
 * @example
 * const client = createClient({ baseUrl: 'http://127.0.0.1:4400' });
 * const { predictionId, label } = await client.predict('flight-delays', record);
 * await client.sendLabels('flight-delays', [{ prediction: predictionId, value: true }]);
 */
export function createClient(options: ClientOptions): Client {
  const connection: Connection = {
    baseUrl: options.baseUrl,
    token: options.token,
    // Called without its window, a browser's fetch refuses.
    fetch: options.fetch ?? ((...request) => globalThis.fetch(...request)),
    retries: options.retries ?? 5,
    timeoutMs: options.timeoutMs ?? 30_000,
  };

  function sendFeedback(
    endpoint: string,
    feedback: { kind: string; prediction: string; value: unknown },
    { source, signal }: FeedbackOptions = {},
  ): Promise<Feedback> {
    return sendRequest(connection, {
      path: `api/v1/endpoints/${encodeURIComponent(endpoint)}/feedback`,
      body: { ...feedback, ...(source === undefined ? {} : { source }) },
      signal,
    });
  }

  return {
    predict: ((endpoint: string, records: PredictionRecord | readonly PredictionRecord[], call) =>
      predict(connection, endpoint, records, call)) as Client['predict'],
    sendLabels: (endpoint, labels, labelOptions = {}) =>
      sendLabels(connection, endpoint, labels, labelOptions),
    thumbsUp: (endpoint, prediction, feedback) =>
      sendFeedback(endpoint, { kind: 'thumb', prediction, value: 'up' }, feedback),
    thumbsDown: (endpoint, prediction, feedback) =>
      sendFeedback(endpoint, { kind: 'thumb', prediction, value: 'down' }, feedback),
    comment: (endpoint, prediction, text, feedback) =>
      sendFeedback(endpoint, { kind: 'comment', prediction, value: text }, feedback),
    correct: (endpoint, prediction, value, feedback) =>
      sendFeedback(endpoint, { kind: 'correction', prediction, value }, feedback),
  };
}

async function predict(
  connection: Connection,
  endpoint: string,
  records: PredictionRecord | readonly PredictionRecord[],
  { signal, subject }: PredictOptions = {},
): Promise<Prediction | Prediction[]> {
  const answer = await sendRequest<Prediction & { predictions: Omit<Prediction, 'model' | 'version'>[] }>(
    connection,
    {
      path: `predict/${encodeURIComponent(endpoint)}`,
      body: records,
      // Sent again, the request names the same predictions, so that they are counted once.
      headers: {
        traceparent: newTraceparent(),
        ...(subject === undefined ? {} : { 'x-airworthy-subject': subject }),
      },
      signal,
    },
  );
  if (!Array.isArray(records)) return answer;
  const { model, version } = answer;
  return answer.predictions.map((prediction) => ({ ...prediction, model, version }));
}

/** W3C trace context. Its id begins with the time, as those do that the server makes. */
function newTraceparent(): string {
  const time = Date.now().toString(16).padStart(12, '0');
  return `00-${time}${randomHex(10)}-${randomHex(8)}-01`;
}

function randomHex(bytes: number): string {
  const random = crypto.getRandomValues(new Uint8Array(bytes));
  return [...random].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
