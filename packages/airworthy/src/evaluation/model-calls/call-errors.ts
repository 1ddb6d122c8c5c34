import { AirworthyError } from '../../kernel/errors.ts';
import { redact } from '../../tracking/recording.ts';
import type { ModelRequest } from '../tasks/task.ts';
import { bareAddress } from './call-key.ts';

/** What no further try would change about a whole evaluation: the budget, a key, a price, an address. */
const FATAL = new Set<string>([
  'EVALUATION_BUDGET_SPENT',
  'MODEL_KEY_MISSING',
  'MODEL_PRICE_UNKNOWN',
  'RECORDINGS_INVALID',
  'TASK_INVALID',
]);

/** Is an error not of one case but of all, so that the evaluation is to stop? */
export function stopsEvaluation(error: unknown): boolean {
  return AirworthyError.is(error) && FATAL.has(error.code);
}

export function callFailed(
  request: ModelRequest,
  {
    message,
    timedOut,
    retryAfterMs,
  }: { message: string; timedOut: boolean; retryAfterMs: number | undefined },
  attempts: number,
): AirworthyError {
  const later =
    retryAfterMs === undefined ? '' : `; it asks to come back in ${Math.ceil(retryAfterMs / 1_000)} s`;
  const tries = attempts === 1 ? '' : ` (tried ${attempts} times)`;
  return callError(
    timedOut ? 'MODEL_CALL_TIMED_OUT' : 'MODEL_CALL_FAILED',
    request,
    `${message}${later}${tries}`,
    {
      attempts,
    },
  );
}

export function callRefused(request: ModelRequest, message: string): AirworthyError {
  return callError('MODEL_CALL_REFUSED', request, message);
}

export function invalidAnswer(request: ModelRequest, message: string): AirworthyError {
  return callError('MODEL_ANSWER_INVALID', request, message);
}

/** An answer may quote the request with all that is in it, keys too. */
function callError(
  code: 'MODEL_CALL_FAILED' | 'MODEL_CALL_TIMED_OUT' | 'MODEL_CALL_REFUSED' | 'MODEL_ANSWER_INVALID',
  { endpoint, model }: ModelRequest,
  message: string,
  facts: Record<string, unknown> = {},
): AirworthyError {
  const address = bareAddress(endpoint);
  const who = model === '' ? address : `${model} at ${address}`;
  return new AirworthyError(code, {
    message: `${who}: ${redact(message).text}`,
    facts: { endpoint: address, model, ...facts },
  });
}
