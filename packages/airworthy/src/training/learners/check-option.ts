import { AirworthyError } from '../../kernel/errors.ts';

// Each returns the option's value, or throws BAD_ARGUMENT with its name.

/** A whole number from `least`. */
export function atLeast(name: string, value: number, least: number): number {
  if (!Number.isInteger(value) || value < least)
    refuse(name, `is ${value}; it takes a whole number from ${least}`);
  return value;
}

/** A number from `least`. */
export function from(name: string, value: number, least: number): number {
  if (!(value >= least && Number.isFinite(value)))
    refuse(name, `is ${value}; it takes a number from ${least}`);
  return value;
}

/** A number above `bound`. */
export function above(name: string, value: number, bound: number): number {
  if (!(value > bound && Number.isFinite(value)))
    refuse(name, `is ${value}; it takes a number above ${bound}`);
  return value;
}

/** A share above 0 and up to 1. */
export function share(name: string, value: number): number {
  if (!(value > 0 && value <= 1)) refuse(name, `is ${value}; it takes a share above 0 and up to 1`);
  return value;
}

export function refuse(name: string, reason: string): never {
  throw new AirworthyError('BAD_ARGUMENT', { message: `${name} ${reason}`, at: name });
}
