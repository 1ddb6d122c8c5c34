import { AirworthyError } from '../../kernel/errors.ts';
import type { RunLimits } from '../runtimes/runtime.ts';
import type { ServingConfig } from '../schema.ts';
import { findRefusal } from './batcher.ts';
import type { CostModel } from './cost-model.ts';

/** Who waits how urgently; under pressure the last of these is shed first. */
export type Priority = 'interactive' | 'batch' | 'shadow';

/** A request as it waits for its run. */
export interface WaitingRequest extends RunLimits {
  priority: Priority;
}

/** How much of the queue each may fill: what is left is for those before it. */
const SHARES: Record<Priority, number> = { interactive: 1, batch: 0.5, shadow: 0.25 };

export interface AdmissionOptions {
  limits: ServingConfig['queue'];
  cost: CostModel;
  /** How many runs at once, and most rows in one. */
  slots: number;
  maxRows: number;
  /** Is this thread so late that only who waits for an answer should be let in? */
  isLoopLate(): boolean;
}

/** Lets requests in while they can be answered in good time. */
export interface Admission {
  /** Takes rows in; each is to `leave` once. @throws OVERLOADED, DEADLINE_EXCEEDED, REQUEST_ABANDONED: before any work */
  enter(rows: number, request: WaitingRequest): void;
  leave(rows: number): void;
}

/**
 * Admission by what waits: in rows, and in the milliseconds that these will take. Shadows are shed first, then batches;
 * where nothing waits everything is let in.
 */
export function createAdmission(options: AdmissionOptions): Admission {
  const { limits, cost, slots, maxRows, isLoopLate } = options;
  let inside = 0;
  return {
    enter(rows, request) {
      const refusal = findRefusal(request, performance.now());
      if (refusal) throw refusal;
      if (inside > 0) {
        const all = inside + rows;
        const share = SHARES[request.priority];
        const waitMs = cost.estimate(all, Math.ceil(all / maxRows)) / slots;
        const { deadline } = request;
        if (deadline !== undefined && performance.now() + waitMs > deadline)
          throw tooLate(waitMs, deadline - performance.now());
        if (all > share * limits.records || waitMs > share * limits.waitMs)
          throw overloaded(inside, waitMs, request.priority);
      }
      if (request.priority !== 'interactive' && isLoopLate()) throw overloaded(inside, 0, request.priority);
      inside += rows;
    },
    leave(rows) {
      inside -= rows;
    },
  };
}

/** Sooner than this nothing will have changed, in ms. */
const SOONEST_MS = 50;

function overloaded(records: number, waitMs: number, priority: Priority): AirworthyError {
  const wait = Math.round(waitMs);
  return new AirworthyError('OVERLOADED', {
    message: `${records} records wait already, for about ${wait} ms; no more ${priority} requests are taken`,
    facts: { records, waitMs: wait, priority, retryAfterMs: Math.max(SOONEST_MS, wait) },
  });
}

function tooLate(waitMs: number, leftMs: number): AirworthyError {
  return new AirworthyError('DEADLINE_EXCEEDED', {
    message: `the answer would take about ${Math.round(waitMs)} ms, and ${Math.round(leftMs)} ms are left`,
    facts: { waitMs: Math.round(waitMs) },
  });
}
