import { setTimeout as sleep } from 'node:timers/promises';
import { AirworthyError } from '../../../kernel/errors.ts';

/** Jobs for the tests of the local executor. */
export const double = (input: number): number => input * 2;

export function fillShared(values: Float64Array): number {
  values.fill(7);
  return values.length;
}

export async function reportThrice(_input: null, report: (message: unknown) => void): Promise<string> {
  for (const step of [1, 2, 3]) report({ step });
  return 'done';
}

export function refuse(field: string): never {
  throw new AirworthyError('BAD_ARGUMENT', { message: `no field ${field}`, at: field, facts: { field } });
}

export function breakDown(): never {
  throw new RangeError('out of range');
}

export function spinForever(_input: null, report: (message: unknown) => void): never {
  report('spinning');
  for (;;);
}

export const nap = (milliseconds: number): Promise<void> => sleep(milliseconds);

export function eatMemory(): number {
  const kept: number[][] = [];
  for (;;) kept.push(Array.from({ length: 10_000 }, (_, index) => index / 3));
}

export const leave = (): never => process.exit(3);

export const nodeOptions = (): readonly string[] => process.execArgv;
