import type { EvaluationCase } from '../suites/evaluation-case.ts';

/** A call that a model wanted made. */
export interface ToolCall {
  name: string;
  /** As parsed; with a `code`, the text as the model gave it: nothing is repaired. */
  arguments: unknown;
  code?: 'arguments-not-json';
}

/** One step of a trajectory, in the order they happened. */
export interface TrajectoryStep {
  kind: 'message' | 'tool-call' | 'tool-result' | 'retrieval';
  name?: string;
  arguments?: unknown;
  content?: unknown;
}

export interface Usage {
  inputTokens?: number;
  outputTokens?: number;
  /** In the currency of the price table. */
  cost?: number;
}

/** What a task gave for a case: all that a scorer may look at. */
export interface TaskOutput {
  /** Text, or any JSON value. For a packed model: its prediction. */
  value: unknown;
  toolCalls?: readonly ToolCall[];
  steps?: readonly TrajectoryStep[];
  /** Ids or texts of what was retrieved, best first. */
  retrieved?: readonly unknown[];
  usage?: Usage;
  /** Set by the engine where the task does not say. */
  latencyMs?: number;
  finishReason?: string;
  /** The provider itself says that the model declined. */
  refusal?: string;
  traceId?: string;
}

/** What a task may use while it answers one case. */
export interface TaskContext {
  trial: number;
  seed: number;
  signal: AbortSignal;
  /** The clock of the case's timeout: it stands while the case waits for its turn. */
  deadline?: { pause(): void; resume(): void } | undefined;
  /** Calls that are kept and counted: through the cache, the limiter and the budgets of this evaluation. */
  models: ModelCaller;
}

/** One call to a model's HTTP API. */
export interface ModelRequest {
  /** Base address without secrets: `http://127.0.0.1:8000/v1`. */
  endpoint: string;
  /** `chat/completions`, `embeddings`, or any path below the endpoint. */
  path: string;
  model: string;
  body: unknown;
  /** Name of the environment variable that has the key; the key itself is in no record. */
  keyVariable?: string;
  headers?: Readonly<Record<string, string>>;
  timeoutMs?: number;
  /** Part of the key: tells apart calls that are equal and must not share an answer. */
  salt?: string;
  /** `recorded`: an answer may come from recordings, never from the cache, as what answers may change unseen. */
  reuse?: 'recorded';
}

export interface ModelResponse {
  body: unknown;
  /** How long it took, and how often it was tried; of a cached answer what it took when it was made. */
  durationMs: number;
  attempts: number;
  cached: boolean;
  key: string;
  usage: Usage;
}

/** Throws an AirworthyError: MODEL_CALL_FAILED, MODEL_CALL_TIMED_OUT, RECORDING_MISSING, EVALUATION_BUDGET_SPENT … */
export interface ModelCaller {
  call(request: ModelRequest): Promise<ModelResponse>;
}

/** What is evaluated: a function, a bundle, an endpoint, a model with a prompt, a command. */
export interface Task {
  name: string;
  /** All that decides what it answers (code, prompt, model, parameters), by content. */
  digest: string;
  /** For records and reports; never secrets. */
  spec: Readonly<Record<string, unknown>>;
  run(each: EvaluationCase, context: TaskContext): Promise<TaskOutput>;
  /** Many cases at once, in their order, where that is cheaper: packed models. */
  runBatch?(cases: readonly EvaluationCase[], context: TaskContext): Promise<TaskOutput[]>;
  close?(): Promise<void>;
}
