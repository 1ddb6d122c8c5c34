import { Metadata, type ServiceError, status } from '@grpc/grpc-js';
import type { ErrorCode } from '../kernel/error-catalogue.ts';
import { AirworthyError, toAirworthyError } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';

/** Where the HTTP status says less than gRPC can. */
const BY_CODE: Partial<Record<ErrorCode, status>> = {
  PROTOCOL_UNSUPPORTED: status.UNIMPLEMENTED,
  CALL_UNSUITABLE: status.FAILED_PRECONDITION,
  REQUEST_ABANDONED: status.CANCELLED,
};

const BY_STATUS: Readonly<Record<number, status>> = {
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  409: status.FAILED_PRECONDITION,
  429: status.RESOURCE_EXHAUSTED,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
};

/** Any failure as gRPC's: its status, and our code in the metadata. What was not foreseen goes to the log, not to the caller. */
export function toServiceError(thrown: unknown, log: Logger): ServiceError {
  const error = shownToCaller(toAirworthyError(thrown), thrown, log);
  const metadata = new Metadata();
  metadata.set('airworthy-code', error.code);
  const { retryAfterMs } = error.facts;
  if (typeof retryAfterMs === 'number') metadata.set('retry-after-ms', String(Math.ceil(retryAfterMs)));
  const details = error.sentence;
  return Object.assign(new Error(details), { code: statusOf(error), details, metadata });
}

function statusOf({ code, status: http }: AirworthyError): status {
  return BY_CODE[code] ?? BY_STATUS[http] ?? (http < 500 ? status.INVALID_ARGUMENT : status.INTERNAL);
}

function shownToCaller(error: AirworthyError, thrown: unknown, log: Logger): AirworthyError {
  if (error.status < 500) return error;
  log.error({ err: thrown }, error.message);
  if (error.code !== 'INTERNAL') return error;
  return new AirworthyError('INTERNAL', {
    message: 'something failed that Airworthy did not foresee; the server’s log has it',
  });
}
