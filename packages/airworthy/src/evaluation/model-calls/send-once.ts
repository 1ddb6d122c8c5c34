import { UpstreamFailure } from '../../kernel/outbound/upstream.ts';
import type { ModelRequest, Usage } from '../tasks/task.ts';
import type { CallCost } from './budget.ts';
import { costOfAnswer, type PriceCall } from './call-cost.ts';
import { callRefused, invalidAnswer } from './call-errors.ts';
import type { CallEnd } from './limiter.ts';
import { readAnswer } from './read-answer.ts';
import type { Connections } from './send-request.ts';
import type { Timekeeping } from './timekeeping.ts';

const TIMEOUT_MS = 600_000;
/** What is shorter is no secret, and may be a word of the answer. */
const SHORTEST_KEY = 8;
const KEY_HEADER = /authorization|key|token|secret|cookie/i;

/** A request as it is sent. */
export interface SentRequest {
  request: ModelRequest;
  address: URL;
  text: string;
  headers: Readonly<Record<string, string>>;
  signal: AbortSignal | undefined;
}

/** How one try went, unless what was asked is at fault. */
export type Try =
  | { kind: 'answered'; body: unknown; durationMs: number; usage: Usage }
  /** `overloaded`: the endpoint says so; `unreachable`: no whole answer came. */
  | {
      kind: 'overloaded' | 'unreachable';
      message: string;
      timedOut: boolean;
      retryAfterMs: number | undefined;
    };

/** A try, with what the limiter and the budget are to know of it. */
export interface Sent {
  tried: Try;
  end: CallEnd;
  taken: CallCost;
}

const NOTHING: CallCost = { tokens: 0, cost: 0 };

/** Sends a request once. Throws MODEL_CALL_REFUSED, MODEL_ANSWER_INVALID, or the signal's reason. */
export async function sendOnce(
  connections: Connections,
  { request, address, text, headers, signal }: SentRequest,
  { time, price }: { time: Timekeeping; price: PriceCall },
): Promise<Sent> {
  const began = time.now();
  try {
    const timeoutMs = request.timeoutMs ?? TIMEOUT_MS;
    const answer = await connections.post(address, text, { headers, timeoutMs, signal });
    const read = readAnswer({ ...answer, text: withoutKeys(answer.text, headers) }, Date.now());
    if (read.kind === 'refused') throw callRefused(request, read.message);
    if (read.kind === 'invalid') throw invalidAnswer(request, read.message);
    if (read.kind === 'broken') return unreachable(read.message);
    if (read.kind === 'overloaded') {
      const { retryAfterMs } = read;
      return {
        tried: { ...read, timedOut: false },
        end: { kind: 'overloaded', retryAfterMs },
        taken: NOTHING,
      };
    }
    const durationMs = Math.round((time.now() - began) * 1_000) / 1_000;
    const { taken, usage } = costOfAnswer(price, request.model, read.body);
    return {
      tried: { kind: 'answered', body: read.body, durationMs, usage },
      end: { kind: 'answered', tokens: taken.tokens },
      taken,
    };
  } catch (error) {
    if (error instanceof UpstreamFailure) return unreachable(error.message, error.timedOut);
    throw error;
  }
}

/** An endpoint may quote the key it was sent; whatever form that has, nobody reads it in an error, a row or a recording. */
function withoutKeys(text: string, headers: SentRequest['headers']): string {
  return Object.entries(headers)
    .filter(([name]) => KEY_HEADER.test(name))
    .map(([, value]) => value.replace(/^(?:Bearer|Basic) /i, ''))
    .filter((key) => key.length >= SHORTEST_KEY)
    .reduce((shown, key) => (shown.includes(key) ? shown.replaceAll(key, '<KEY>') : shown), text);
}

function unreachable(message: string, timedOut = false): Sent {
  const tried: Try = { kind: 'unreachable', message, timedOut, retryAfterMs: undefined };
  return { tried, end: { kind: 'overloaded' }, taken: NOTHING };
}
