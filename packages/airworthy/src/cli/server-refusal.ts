import { AirworthyError } from '../kernel/errors.ts';

/** A server's refusal in its own words, with its code among the facts. */
export function serverRefusal(url: string, status: number, answer: unknown): AirworthyError {
  const error = ((answer as { error?: unknown }).error ?? {}) as Record<string, unknown>;
  return new AirworthyError('SERVER_REFUSED', {
    message: `${url} answered ${status}: ${error.message ?? 'no reason given'}`,
    ...(typeof error.remedy === 'string' ? { remedy: error.remedy } : {}),
    ...(typeof error.at === 'string' ? { at: error.at } : {}),
    facts: { status, ...error },
  });
}
