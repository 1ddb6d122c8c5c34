import { toAirworthyError } from '../../kernel/errors.ts';
import type { Output } from '../../models/to-prediction.ts';
import type { JsonRecord } from '../records/check-records.ts';
import { requireFinite, requireValid } from '../records/predict-records.ts';
import type { Chosen } from './choose-arm.ts';
import type { ShadowedRecord } from './router.ts';

/** Requests that wait for their shadow: what is older is worth less. */
const MOST_WAITING = 1_000;
/** A shadow that takes longer is given up, in ms. */
const LONGEST_MS = 10_000;
/** It waited for a machine that had better things to do, and so tells nothing of the arm. */
const NO_ROOM: ReadonlySet<string> = new Set(['OVERLOADED', 'DEADLINE_EXCEEDED']);

/** What was answered, to be answered again by the shadow arm. */
export interface Answered {
  endpoint: string;
  shadow: NonNullable<Chosen['shadow']>;
  records: readonly JsonRecord[];
  answers: readonly Output[];
  ids: readonly string[];
  unit: string;
  at: number;
  answeredUs: number;
}

/**
 * Repeats answered requests with a shadow arm, one after the other, once their answers have gone. The oldest is dropped
 * and counted where too many wait.
 */
export function createShadowQueue(mostWaiting = MOST_WAITING) {
  const waiting: Answered[] = [];
  let working: Promise<void> | undefined;

  async function work(): Promise<void> {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      // The answer leaves first, and requests that have arrived have their turn.
      await new Promise(setImmediate);
      await askShadow(next).catch(() => next.shadow.router.shadowDropped(1));
      next.shadow.handle.release();
    }
    working = undefined;
  }

  return {
    add(answered: Answered): void {
      if (waiting.length >= mostWaiting) {
        const dropped = waiting.shift();
        dropped?.shadow.handle.release();
        dropped?.shadow.router.shadowDropped(1);
      }
      answered.shadow.handle.hold();
      waiting.push(answered);
      working ??= work();
    },
    /** Resolves when nothing waits any more. */
    idle: async (): Promise<void> => working,
  };
}

export type ShadowQueue = ReturnType<typeof createShadowQueue>;

async function askShadow({ shadow, endpoint, records, answers, ids, unit, at, answeredUs }: Answered) {
  const { check, queue } = shadow.handle.loaded;
  const began = performance.now();
  let outcome: (index: number) => ShadowedRecord['shadow'];
  try {
    const valid = await requireValid(endpoint, check, records);
    const limits = { deadline: began + LONGEST_MS, priority: 'shadow' as const };
    const { answers: shadowed } = await queue.predict(valid, limits);
    await requireFinite(endpoint, shadowed);
    outcome = (index) => ({ output: shadowed[index] });
  } catch (error) {
    const { code } = toAirworthyError(error);
    if (NO_ROOM.has(code)) return shadow.router.shadowDropped(1);
    outcome = () => ({ code });
  }
  const shadowUs = Math.round((performance.now() - began) * 1_000);
  const told = answers.map((answered, index) => ({ id: ids[index], answered, shadow: outcome(index) }));
  shadow.router.shadowed({ unit, at, answeredUs, shadowUs, records: told });
}
