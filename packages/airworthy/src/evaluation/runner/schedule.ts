import { createRandom } from '../../stats/random.ts';

/** One answer wanted: a case and which of its trials. */
export interface Unit {
  position: number;
  trial: number;
}

/** All cases, all trials, in an order that only the seed decides. Four bytes a unit. */
export interface Schedule {
  units: number;
  at(index: number): Unit;
}

/**
 * Cases and trials are interleaved, so that a slow hour or a warm cache falls on all of them alike, and so that the first
 * n are a random sample of the suite: what sequential gates look at.
 *
 * @example
 * scheduleUnits({ cases: 2, trials: 2, seed: '1' }).at(0); // { position: 1, trial: 0 }
 */
export function scheduleUnits({
  cases,
  trials,
  seed,
}: {
  cases: number;
  trials: number;
  seed: string;
}): Schedule {
  const order = Int32Array.from({ length: cases }, (_, index) => index);
  const random = createRandom(seed).fork('schedule');
  // A trial of every case before the next trial of any.
  const rounds = Array.from({ length: trials }, () => {
    random.shuffle(order);
    return order.slice();
  });
  return {
    units: cases * trials,
    at(index) {
      const trial = Math.floor(index / cases);
      return { position: rounds[trial][index % cases], trial };
    },
  };
}
