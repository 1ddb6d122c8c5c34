import type { ErrorCode } from '../../kernel/error-catalogue.ts';
import { AirworthyError, toAirworthyError } from '../../kernel/errors.ts';

/** An error as it crosses a thread: a structured clone drops an error's class, code and facts. */
export interface JobError {
  code: ErrorCode;
  message: string;
  remedy: string;
  at: string | undefined;
  facts: Record<string, unknown>;
  stack: string | undefined;
}

export function encodeJobError(thrown: unknown): JobError {
  const error = toAirworthyError(thrown);
  const origin = error.cause instanceof Error ? error.cause : error;
  const { code, message, remedy, at, facts } = error;
  return { code, message, remedy, at, facts: cloneable(facts), stack: origin.stack };
}

/** The error as the job threw it; its stack is that of the thread, where the cause is. */
export function decodeJobError(sent: JobError): AirworthyError {
  const { code, message, remedy, at, facts, stack } = sent;
  const error = new AirworthyError(code, { message, remedy, facts, ...(at === undefined ? {} : { at }) });
  if (stack !== undefined) error.stack = stack;
  return error;
}

/** Facts are meant for JSON; one that holds a function or a socket must not hide the error it explains. */
function cloneable(facts: Record<string, unknown>): Record<string, unknown> {
  try {
    return structuredClone(facts);
  } catch {
    return {};
  }
}
