import type { Runtime } from './runtime.ts';

/** A runtime that has not shown yet that it answers as it did. */
export interface UnprovenRuntime {
  runtime: Runtime;
  /** The first golden case it answers otherwise, in words; null where all are as packed. */
  replay(): Promise<string | null>;
}
