import { AirworthyError } from '../../kernel/errors.ts';

/** A tensor that is not what it says it is, or not what the model takes: `input "INPUT0": …`. */
export function tensorProblem(message: string, at?: string): AirworthyError {
  return new AirworthyError('TENSOR_INVALID', { message, ...(at === undefined ? {} : { at }) });
}

/** A value in a message: short, whatever it is. */
export function shown(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return (JSON.stringify(value) ?? String(value)).slice(0, 60);
}
