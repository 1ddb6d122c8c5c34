import type { FastifyReply } from 'fastify';
import { AirworthyError, toAirworthyError } from '../../kernel/errors.ts';

/** An error as clients of OpenAI read it. */
export interface OpenaiError {
  error: { message: string; type: string; param: string | null; code: string | null };
}

const CODES: Partial<Record<string, { type: string; code: string }>> = {
  GATEWAY_BUDGET_SPENT: { type: 'insufficient_quota', code: 'insufficient_quota' },
  GATEWAY_RATE_LIMITED: { type: 'requests', code: 'rate_limit_exceeded' },
  GATEWAY_MODEL_UNKNOWN: { type: 'invalid_request_error', code: 'model_not_found' },
  ROUTE_NOT_FOUND: { type: 'invalid_request_error', code: 'unknown_url' },
  TOKEN_REFUSED: { type: 'invalid_request_error', code: 'invalid_api_key' },
};

export function openaiError(error: AirworthyError): OpenaiError {
  const { type, code } = CODES[error.code] ?? {
    type: error.status >= 500 ? 'server_error' : 'invalid_request_error',
    code: error.code.toLowerCase(),
  };
  return { error: { message: error.sentence, type, param: error.at ?? null, code } };
}

/** With what a client needs to know about trying again. */
export function sendOpenaiError(reply: FastifyReply, error: AirworthyError): FastifyReply {
  reply.header('x-request-id', reply.request.id);
  const { retryAfterMs } = error.facts;
  if (typeof retryAfterMs === 'number')
    reply.header('retry-after', Math.ceil(retryAfterMs / 1_000)).header('retry-after-ms', retryAfterMs);
  else if (error.status === 503 || error.status === 429) reply.header('retry-after', 1);
  // A budget comes back tomorrow.
  if (error.code === 'GATEWAY_BUDGET_SPENT') reply.header('x-should-retry', 'false');
  return reply.status(error.status).send(openaiError(error));
}

/** The last event of a stream that broke off. */
export function errorEvent(thrown: unknown): string {
  const error = AirworthyError.is(thrown)
    ? thrown
    : new AirworthyError('GATEWAY_UNAVAILABLE', {
        message: `the answer broke off: ${toAirworthyError(thrown).message}`,
      });
  return `data: ${JSON.stringify(openaiError(error))}\n\n`;
}
