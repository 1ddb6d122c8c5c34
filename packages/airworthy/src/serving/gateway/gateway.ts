import type { Readable } from 'node:stream';
import type { BudgetState, GatewayUsage, RouteSummary, UsageQuery } from './schema.ts';

/** Calls that are understood: everything else is only passed on. */
export const CALL_PATHS = [
  'chat/completions',
  'completions',
  'embeddings',
  'responses',
  'audio/transcriptions',
  'audio/translations',
  'audio/speech',
] as const;
export type CallPath = (typeof CALL_PATHS)[number];

export type JsonObject = Record<string, unknown>;

/** A call as a client sent it. Members that nobody knows reach the provider as they are. */
export interface GatewayRequest {
  path: CallPath;
  /** What the client asked for: an alias, a route, `provider/model` or a provider's model. */
  model: string;
  /** The JSON that was sent; undefined where it is a form with a file. */
  body: JsonObject | undefined;
  /** The same in bytes; made from `body` where absent. */
  bytes?: Buffer | undefined;
  contentType?: string | undefined;
}

/** What is known of a call beside what is asked. */
export interface GatewayCall {
  /** The caller's own key for the provider, as `authorization` has it. */
  authorization?: string | undefined;
  /** Headers that reach the provider as they are, where no route chose it. */
  headers?: Readonly<Record<string, string>> | undefined;
  /** W3C trace context; the call is a child of it. */
  traceparent?: string | undefined;
  /** The call's trace, where it has been chosen already. */
  traceId?: string | undefined;
  /** The run that the call is a part of. */
  run?: string | undefined;
  /** Address of the provider that the caller has chosen itself: it answers in any case, and gets the caller's key alone. */
  upstream?: string | undefined;
  /** Does a command that is recorded ask, which is to notice nothing of it? */
  recorded?: boolean | undefined;
  user?: string | undefined;
  session?: string | undefined;
  /** Milliseconds until the answer is of no use. */
  timeoutMs?: number | undefined;
  signal?: AbortSignal | undefined;
  /** `off`: ask in any case; `force`: keep also what is drawn. */
  cache?: 'off' | 'force' | undefined;
  /** Name under which the call is counted and traced: the endpoint whose prompt asks. */
  endpoint?: string | undefined;
  prompt?: { name: string; version: string } | undefined;
  /** Is told in US dollars what the call cost, once its answer has been read to the end; null where nobody knows. */
  measured?: ((cost: number | null) => void) | undefined;
}

/** A client's turn at a prompt: its messages come after the prompt's, its other members count where the prompt says nothing. */
export interface ChatTurn {
  body: JsonObject;
  call: GatewayCall;
}

/** An answer, good or bad, as the provider gave it. */
export interface GatewayAnswer {
  status: number;
  headers: Record<string, string>;
  /** Whole, or as it comes; whoever does not read a stream to its end destroys it. */
  body: Buffer | Readable;
  /** Every target that was asked, the one that answered last: `openai/gpt-4o-mini`. */
  servedBy: string[];
  cached: boolean;
  traceId: string;
  /** Did no route and no name of a provider choose who answers? Then errors reach the client as they came. */
  direct: boolean;
}

export interface ListedModel {
  id: string;
  ownedBy: string;
}

/** Calls to language models: routed, retried, within budgets, each one counted and traced. */
export interface Gateway {
  /** The names that routes and providers give to clients. */
  models(): ListedModel[];
  /**
   * One call to whoever answers it. A refusal of a provider is an answer too.
   * @throws GATEWAY_UNAVAILABLE, GATEWAY_TIMED_OUT, GATEWAY_BUDGET_SPENT, GATEWAY_RATE_LIMITED, GATEWAY_KEY_MISSING,
   * GATEWAY_MODEL_UNKNOWN
   */
  send(request: GatewayRequest, call?: GatewayCall): Promise<GatewayAnswer>;
  /**
   * Passes on what is no call to a model to where it would have gone without us, with no key but the caller's, untouched
   * and uncounted.
   */
  forward(request: ForwardedRequest, call: GatewayCall): Promise<GatewayAnswer>;
  usage(query: UsageQuery): Promise<GatewayUsage>;
  budgets(): Promise<BudgetState[]>;
  routes(): RouteSummary[];
  /** Forgets the answers that are kept to be given again. */
  forgetAnswers(): Promise<void>;
  /** Resolves when every call so far is counted and traced on disk. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface ForwardedRequest {
  method: string;
  /** Below the provider's address, with its query: `files?limit=2`. */
  path: string;
  body: Readable | Buffer | undefined;
  /** As they came. */
  headers: NodeJS.ReadOnlyDict<string | string[]>;
}
