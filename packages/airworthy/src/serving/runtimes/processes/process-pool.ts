import type { RunLimits } from '../runtime.ts';
import { openProcessSeat, type ProcessAnswer, type SeatPlan } from './process-seat.ts';
import { residentBytes } from './resident-bytes.ts';
import { createTurns } from './turns.ts';
import { untilDeadline } from './until-deadline.ts';

/** Processes that answer questions, each one at a time. */
export interface ProcessPool {
  /**
   * @throws RUNTIME_FAILED with the process's own words; RUNTIME_TIMED_OUT, RUNTIME_DOWN, RUNTIME_MISSING;
   * DEADLINE_EXCEEDED and the signal's reason where the caller gives up: the process then finishes for nobody.
   */
  ask(question: Record<string, unknown>, limits: RunLimits): Promise<ProcessAnswer>;
  memoryBytes(): Promise<number | null>;
  close(): Promise<void>;
}

/** Starts `limits.concurrency` processes, and keeps as many. */
export function openProcessPool(plan: SeatPlan): ProcessPool {
  const seats = Array.from({ length: plan.limits.concurrency ?? 1 }, () => openProcessSeat(plan));
  const turns = createTurns(seats);
  return {
    async ask(question, caller) {
      const seat = await untilDeadline(turns.take(), caller, (late) => void late.then(turns.giveBack));
      const run = seat.ask(question).finally(() => turns.giveBack(seat));
      return untilDeadline(run, caller, (late) => void late.catch(() => {}));
    },
    async memoryBytes() {
      const held = await Promise.all(seats.map(({ pid }) => residentBytes(pid)));
      const known = held.filter((bytes) => bytes !== null);
      return known.length === 0 ? null : known.reduce((sum, bytes) => sum + bytes, 0);
    },
    async close() {
      await Promise.all(seats.map((seat) => seat.close()));
    },
  };
}
