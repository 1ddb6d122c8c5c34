import type { Datatype, Signature, TensorNumbers } from '../../models/signature.ts';
import type { Table } from '../../models/table.ts';
import type { Output } from '../../models/to-prediction.ts';
import type { ChatTurn } from '../gateway/gateway.ts';
import type { JsonRecord } from '../records/check-records.ts';

/** What computes a release's answers. */
export type RuntimeKind = 'native' | 'onnx' | 'function' | 'command' | 'remote' | 'prompt';

/** How far a piece of work may go. */
export interface RunLimits {
  /** By when, on the clock of `performance.now()`; what comes later is of no use to the caller. */
  deadline?: number | undefined;
  /** Aborted when nobody waits for the answer any more. */
  signal?: AbortSignal | undefined;
  /** The trace of the one request that is run: what is asked of others on its behalf belongs to it. */
  traceId?: string | undefined;
  /** Of `generate`: how the text is to be made, in the words of chat completions: temperature, top_p, max_tokens, stop. */
  sampling?: Readonly<Record<string, unknown>> | undefined;
  /** Of `generate`, at a prompt: the conversation that goes on after it. */
  chat?: ChatTurn | undefined;
}

/**
 * A tensor as the doors and the runtimes hand it on: elements flat and row-major. BOOL is a Uint8Array of 0 and 1, FP16
 * and BF16 are the bits in a Uint16Array, BYTES are buffers.
 */
export interface Tensor {
  name: string;
  datatype: Datatype;
  shape: number[];
  data: TensorData;
}

export type TensorData = TensorNumbers | Buffer[];

/** One piece of generated text. The last one says why it ended. */
export interface GeneratedPiece {
  text: string;
  finishReason?: 'stop' | 'length' | 'tool_calls' | 'content_filter';
  usage?: { inputTokens: number; outputTokens: number };
  /** What the whole text cost in US dollars. */
  cost?: number;
  /** Why nothing is said, as far as it has come. */
  refusal?: string;
  /** What it was read from, for the door that speaks the provider’s language. */
  chunk?: Record<string, unknown>;
}

/** A release in memory: everything that any door may ask of it. */
export interface Runtime {
  readonly kind: RuntimeKind;
  readonly signature: Signature;
  /** Answers at once, in this thread: waiting for others to share a run with would only cost time. */
  readonly immediate: boolean;
  /** How many runs at once, and how many records a run, it is given where it is not immediate; 1, and as many as wait, where absent. */
  readonly runs?: { atOnce: number; records: number };
  /** Binary models: the label is the positive class from this probability on; 0.5 where absent. */
  readonly threshold?: number;
  /** Bytes held for this release, as well as it is known; null where it is not (another machine's). */
  memoryBytes(): Promise<number | null>;
  /** The answers for checked records, in their order. */
  predict(records: readonly JsonRecord[], limits: RunLimits): Promise<Output[]>;
  /** Scores row-major, as wide as the task is: of models, for which columns need not become records first. */
  scoreTable?(table: Table, limits: RunLimits): Promise<Float64Array>;
  /** Tensors in, tensors out: of releases whose signature has no fields. */
  infer?(inputs: readonly Tensor[], limits: RunLimits): Promise<Tensor[]>;
  /** The answer to one record as it is made: of releases that generate text. */
  generate?(record: JsonRecord, limits: RunLimits): AsyncIterable<GeneratedPiece>;
  /** Ends what computes; no one may be using it. */
  close(): Promise<void>;
}
