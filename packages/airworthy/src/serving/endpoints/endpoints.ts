import type { Signature } from '../../models/signature.ts';
import type { Table } from '../../models/table.ts';
import type { Output } from '../../models/to-prediction.ts';
import type { Priority } from '../batching/admission.ts';
import type { ChatTurn } from '../gateway/gateway.ts';
import type { PredictionLogCounts } from '../prediction-log/prediction-log.ts';
import type { GeneratedPiece, RuntimeKind, Tensor } from '../runtimes/runtime.ts';
import type { Deployment, EndpointStatus, LoggedPrediction, Release } from '../schema.ts';
import type { Router } from './router.ts';

/** What a door knows of a request beside what is to be predicted. */
export interface PredictOptions {
  /** Names the predictions, so that a request sent again is not counted twice. */
  traceId?: string | undefined;
  /** The caller's span in that trace. */
  parentSpanId?: string | undefined;
  /** What a rollout assigns to an arm and keeps there: a person, a session, an order; the request's id where absent. */
  unit?: string | undefined;
  /** Whom the records are about, or who asks: kept as a pseudonym, so that everything of a person can be erased. */
  subject?: string | undefined;
  /** Answers with this arm, whatever the rollout says; such predictions count for no rollout. */
  arm?: string | undefined;
  /** Answers with this version, which must be loaded. */
  version?: string | undefined;
  /** Milliseconds from now until the answer is of no use. */
  timeoutMs?: number | undefined;
  priority?: Priority | undefined;
  /** Aborted when nobody waits any more; a function where it costs something and is only asked of releases that take their time. */
  signal?: AbortSignal | (() => AbortSignal) | undefined;
  /** Asks for each prediction's Shapley values as well. */
  explain?: 'shap' | undefined;
  /** The same key within the retention gives the same answer, computed once. */
  idempotencyKey?: string | undefined;
  /** Of `generate`: how the text is to be made, in the words of chat completions: temperature, top_p, max_tokens, stop. */
  sampling?: Readonly<Record<string, unknown>> | undefined;
  /** Of `generate`, at a prompt: the conversation that goes on after it. */
  chat?: ChatTurn | undefined;
  /** Told as the request's latency instead of the one measured: for rehearsals. */
  latencyUs?: number | undefined;
}

/** Who answered a request. */
export interface AnsweredBy {
  model: string;
  modelVersion: number;
  arm: string;
}

/** The answer to one request: a prediction and its id for each record, in the records' order. */
export interface PredictResult extends AnsweredBy {
  predictions: Output[];
  ids: string[];
  /** Computed before, for the same idempotency key. */
  replayed?: boolean;
  /** One a record, where asked for: what each field adds to the score, and the score with nothing known. */
  explanations?: { baseline: number[]; contributions: Record<string, number[]> }[];
}

/** As `PredictResult`, of a table: scores row-major, as wide as the task is. */
export interface PredictTableResult extends AnsweredBy {
  scores: Float64Array;
  width: number;
  /** Binary: the label is the positive class from this probability on. */
  threshold: number;
  ids: string[];
}

export interface InferResult extends AnsweredBy {
  outputs: Tensor[];
  ids: string[];
}

export interface GenerateResult extends AnsweredBy {
  pieces: AsyncIterable<GeneratedPiece>;
  id: string;
}

/** What an endpoint takes and gives. */
export interface EndpointDescription {
  deployment: Deployment;
  signature: Signature;
  kind: RuntimeKind;
  /** Does `generate` answer? */
  generates: boolean;
  /** Versions that are loaded and would answer if asked for by number: what serves first. */
  versions: string[];
}

/** A release in memory that answers at an endpoint's arm, and what it has to do now. */
export interface ResidentRelease {
  endpoint: string;
  arm: string;
  model: string;
  version: number;
  kind: RuntimeKind;
  /** Held for it, as well as that is known; null where it is not. */
  memoryBytes: number | null;
  /** Requests that wait to be run. */
  waiting: number;
  /** Requests that are being run. */
  running: number;
}

/** Everything that serves in this process. */
export interface Endpoints {
  /**
   * Loads and proves a release, then puts it in the former one's place: no request is dropped, those in flight
   * finish on the release they began with. Durable, and idempotent by bundle. One that is loaded already (it was
   * there before, or is an arm) takes no loading.
   * @throws WARM_UP_FAILED, or what opening the bundle raises; the former release then goes on.
   */
  deploy(endpoint: string, release: Release): Promise<Deployment>;
  /** Ends what an endpoint serves, once requests in flight are answered; on record, with an audit entry. @throws ENDPOINT_NOT_FOUND */
  undeploy(endpoint: string, reason: string): Promise<void>;
  /** @throws ENDPOINT_NOT_FOUND, ENDPOINT_NOT_READY, RECORD_INVALID, BATCH_TOO_LARGE, OVERLOADED, DEADLINE_EXCEEDED */
  predict(endpoint: string, records: readonly unknown[], options?: PredictOptions): Promise<PredictResult>;
  /** As `predict`, for columns: of releases that have a task, else CALL_UNSUITABLE. Missing values as tables have them. */
  predictTable(endpoint: string, table: Table, options?: PredictOptions): Promise<PredictTableResult>;
  /** Tensors in, tensors out: of releases whose signature has no fields. */
  infer(endpoint: string, inputs: readonly Tensor[], options?: PredictOptions): Promise<InferResult>;
  /** Text as it is made: of releases that generate. */
  generate(endpoint: string, record: unknown, options?: PredictOptions): Promise<GenerateResult>;
  /** What an endpoint takes and gives now. @throws ENDPOINT_NOT_FOUND, ENDPOINT_NOT_READY, MODEL_VERSION_NOT_FOUND */
  describe(endpoint: string, version?: string): EndpointDescription;
  /** Is there an endpoint of that name, ready or not? */
  has(endpoint: string): boolean;
  /** What serves, since when, on what evidence; by endpoint name. */
  status(): EndpointStatus[];
  /** Loads and proves a release beside what serves; the same release again changes nothing. */
  addArm(endpoint: string, arm: string, release: Release): Promise<void>;
  /** Unloads an arm once nobody uses it; none of that name is fine. */
  removeArm(endpoint: string, arm: string): Promise<void>;
  /** Who answers which request from now on; null: what is deployed answers all. */
  setRouter(endpoint: string, router: Router | null): void;
  /** Loads what the record says is served; problems are kept in `status()`, not thrown. */
  restore(): Promise<void>;
  /** True once restored, while every endpoint has a release. */
  ready(): boolean;
  /** What is in memory and what waits for it, for those who watch; by endpoint and arm. */
  resident(): Promise<ResidentRelease[]>;
  /** A logged prediction, written or still waiting to be. @throws PREDICTION_NOT_FOUND */
  findPrediction(id: string): Promise<LoggedPrediction>;
  predictionCounts(): PredictionLogCounts;
  /** Resolves when every prediction given so far is on disk and told to the observer, or one write has failed. */
  flush(): Promise<void>;
  /** Waits for requests in flight, then flushes the prediction log. */
  close(): Promise<void>;
}
