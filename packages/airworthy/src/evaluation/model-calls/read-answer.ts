import { parseJson } from '../../kernel/parse-json.ts';
import { assembleStream } from './assemble-stream.ts';
import type { RawAnswer } from './send-request.ts';

/** What an answer is worth. */
export type ReadAnswer =
  | { kind: 'answered'; body: unknown }
  /** Worth another try: 408, 409, 425, 429, 5xx. */
  | { kind: 'overloaded'; message: string; retryAfterMs: number | undefined }
  /** A stream that ended before its end. */
  | { kind: 'broken'; message: string }
  /** What was asked is at fault. */
  | { kind: 'refused'; message: string }
  /** Said to be an answer, and none. */
  | { kind: 'invalid'; message: string };

const TRY_AGAIN = new Set([408, 409, 425, 429]);
const SHOWN = 500;

export function readAnswer(raw: RawAnswer, nowMs: number): ReadAnswer {
  const { status, headers, text } = raw;
  if (status >= 200 && status < 300) return readBody(raw);
  const message = `HTTP ${status}${described(text)}`;
  if (status >= 300 && status < 400) {
    return {
      kind: 'refused',
      message: `${message}; redirects are not followed: give the address it leads to`,
    };
  }
  const final = headers['x-should-retry'] === 'false' || /"insufficient_quota"/.test(text);
  if (!final && (status >= 500 || TRY_AGAIN.has(status))) {
    return { kind: 'overloaded', message, retryAfterMs: retryAfter(headers, nowMs) };
  }
  return { kind: 'refused', message };
}

function readBody({ headers, text }: RawAnswer): ReadAnswer {
  if (/^text\/event-stream/i.test(headers['content-type'] ?? '')) {
    return assembleStream(text);
  }
  const body = parseJson(text);
  if (body !== undefined) return { kind: 'answered', body };
  const start = text.trim() === '' ? 'nothing' : JSON.stringify(text.slice(0, 80));
  return { kind: 'invalid', message: `the answer is not JSON: ${start}` };
}

/** What an API says of its refusal, in the forms that are common. */
function described(text: string): string {
  const body = parseJson(text) as Record<string, unknown> | null | undefined;
  const error = body?.error ?? body?.detail ?? body?.message;
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : error;
  const shown = message === undefined ? (body === undefined ? text.trim() : '') : message;
  if (shown === '' || shown === undefined) return '';
  return `: ${(typeof shown === 'string' ? shown : JSON.stringify(shown)).slice(0, SHOWN)}`;
}

/** Retry-After is seconds or a date; OpenAI's servers also say it in milliseconds. */
function retryAfter(headers: RawAnswer['headers'], nowMs: number): number | undefined {
  const exact = Number.parseFloat(String(headers['retry-after-ms'] ?? ''));
  if (exact >= 0) return exact;
  const text = headers['retry-after'];
  if (text === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(text)) return Number(text) * 1_000;
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
