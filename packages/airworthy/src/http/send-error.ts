import { STATUS_CODES } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AirworthyError, toAirworthyError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';

/** What is needed of a request to say what is wrong with it. */
type FailedRequest = Pick<FastifyRequest, 'headers' | 'id' | 'url'>;

/** What Fastify itself refuses, in our words. */
const FRAMEWORK_ERRORS: Record<string, (error: Error, request: FailedRequest) => AirworthyError> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: (_error, request) => {
    const type = request.headers['content-type'];
    return new AirworthyError('MEDIA_TYPE_UNSUPPORTED', {
      message:
        type === undefined ? 'the body has no content-type' : `"${type.slice(0, 100)}" is not taken here`,
    });
  },
  FST_ERR_CTP_BODY_TOO_LARGE: () =>
    new AirworthyError('BODY_TOO_LARGE', { message: 'the body is larger than this server takes' }),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () =>
    new AirworthyError('REQUEST_MALFORMED', {
      message: 'the body is not as long as its content-length says',
    }),
  FST_ERR_MAX_PARAM_LENGTH: () =>
    new AirworthyError('REQUEST_MALFORMED', { message: 'a part of the address is too long' }),
  FST_ERR_BAD_URL: () =>
    new AirworthyError('REQUEST_MALFORMED', { message: 'the address is not well-formed percent-encoding' }),
};

/** Any failure of a request as a catalogued error; what was not foreseen goes to the log, not to the caller. */
export function toRequestError(thrown: unknown, request: FailedRequest, log: Logger): AirworthyError {
  const code = (thrown as { code?: unknown }).code;
  const known = typeof code === 'string' ? FRAMEWORK_ERRORS[code] : undefined;
  if (known) return known(thrown as Error, request);
  const error = toAirworthyError(thrown);
  if (error.status < 500) return error;
  log.error({ err: thrown, request: request.id, url: withoutSecret(request.url) }, error.message);
  if (error.code !== 'INTERNAL') return error;
  return new AirworthyError('INTERNAL', {
    message: `something failed that Airworthy did not foresee; the server's log has it as request ${request.id}`,
  });
}

/** The address of a recorded command's gateway has its secret in it. */
function withoutSecret(url: string): string {
  return url.replace(/^(\/run\/[^/]*\/)[^/]*/, '$1***');
}

/** `{error: {code, message, remedy, at, docs}}` with the catalogue's status. */
export function sendError(reply: FastifyReply, error: AirworthyError): FastifyReply {
  return reply.headers(retryHeaders(error)).status(error.status).send({ error: error.toJSON() });
}

/** `Retry-After` in seconds, and in milliseconds for clients that know it, where it is worth trying again. */
export function retryHeaders({ status, facts }: AirworthyError): Record<string, string | number> {
  const { retryAfterMs } = facts;
  if (typeof retryAfterMs === 'number')
    return { 'retry-after': Math.ceil(retryAfterMs / 1_000), 'retry-after-ms': retryAfterMs };
  return status === 503 ? { 'retry-after': 1 } : {};
}

export function routeNotFound({ method, url }: FastifyRequest): AirworthyError {
  const path = url.split('?', 1)[0].slice(0, 200);
  return new AirworthyError('ROUTE_NOT_FOUND', { message: `nothing is at ${method} ${path}` });
}

/** What could not even be read as HTTP: answered by hand, as there is no request to reply to. */
export function malformedRequestText(status: number): string {
  const body = JSON.stringify({
    error: new AirworthyError('REQUEST_MALFORMED', { message: 'this is not an HTTP request' }).toJSON(),
  });
  return (
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-type: application/json\r\n` +
    `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}
