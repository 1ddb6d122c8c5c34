import { assembleStream, readTokens } from '../../evaluation/calling.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { SpanPricer } from '../../tracking/index.ts';
import type { CallPath, JsonObject } from './gateway.ts';
import type { CallScopes } from './rate-limits.ts';

/** What came back, as far as it is kept for the record. */
export interface AnswerText {
  text: string;
  /** Server-sent events, not one JSON text. */
  events: boolean;
}

/** A call that has ended. Times in microseconds. */
export interface EndedCall {
  path: CallPath;
  /** What the client asked for. */
  asked: string;
  body: JsonObject | undefined;
  scopes: CallScopes;
  provider: string;
  model: string;
  route: string;
  user: string | undefined;
  session: string | undefined;
  run: string | undefined;
  endpoint: string | undefined;
  prompt: { name: string; version: string } | undefined;
  trace: { traceId: string; spanId: string; parentId: string };
  /** 0 where nobody answered. */
  status: number;
  /** A catalogue code or what the provider said; undefined where it was answered. */
  error: { code: string; message: string } | undefined;
  answer: AnswerText | undefined;
  cached: boolean;
  attempts: number;
  servedBy: string[];
  startedUs: number;
  durationUs: number;
  firstByteUs: number | undefined;
}

/** The same with what it took. */
export interface MeasuredCall extends EndedCall {
  /** The answer as one JSON value, where it is one. */
  answered: unknown;
  inputTokens: number | null;
  outputTokens: number | null;
  cachedTokens: number | null;
  /** Null where the model has no price, or nobody counted. */
  cost: number | null;
}

/** Reads from an answer what the call took. What came from the cache took nothing. */
export function measureCall(call: EndedCall, price: SpanPricer): MeasuredCall {
  const answered = call.answer === undefined ? undefined : readAnswer(call.answer);
  const { input, output, cached } = readTokens(answered);
  const usage = { inputTokens: input, outputTokens: output, cachedTokens: cached };
  const model = modelOf(answered) ?? call.model;
  // A provider may answer with a name that nobody has a price for, such as that of a deployment.
  const cost = price({ ...usage, model })?.cost ?? price({ ...usage, model: call.model })?.cost ?? null;
  return { ...call, answered, ...usage, cost: call.cached ? 0 : cost };
}

function modelOf(answered: unknown): string | undefined {
  const model = (answered as { model?: unknown } | undefined)?.model;
  return typeof model === 'string' && model !== '' ? model : undefined;
}

function readAnswer({ text, events }: AnswerText): unknown {
  if (!events) return parseJson(text);
  const assembled = assembleStream(text);
  if (assembled.kind === 'answered') return assembled.body;
  return lastUsage(text);
}

/** Of streams that are no chat: the last event that counts says what the call took, and may hold the whole answer. */
function lastUsage(text: string): unknown {
  const at = text.lastIndexOf('"usage"');
  if (at === -1) return undefined;
  const from = text.lastIndexOf('\ndata:', at);
  const start = text.indexOf('{', from === -1 ? 0 : from);
  const end = text.indexOf('\n', at);
  const event = parseJson(text.slice(start, end === -1 ? text.length : end)) as
    | { response?: unknown; usage?: unknown }
    | undefined;
  return event?.response ?? event;
}
