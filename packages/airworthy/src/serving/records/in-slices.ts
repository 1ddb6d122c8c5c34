import { setImmediate as nextTurn } from 'node:timers/promises';

/** How long a large batch may hold the event loop at a stretch, in ms. */
const SLICE_MS = 5;
/** Records between two looks at the clock. */
const STRIDE = 16;

/**
 * Calls `work` for 0 … count-1 in order, letting other requests have their turn every few milliseconds. A few are done
 * at once, with nothing to wait for: most requests have one record.
 */
export function inSlices(count: number, work: (index: number) => void): void | Promise<void> {
  if (count >= STRIDE) return sliced(count, work);
  for (let index = 0; index < count; index++) work(index);
}

async function sliced(count: number, work: (index: number) => void): Promise<void> {
  let sliceEnd = performance.now() + SLICE_MS;
  for (let index = 0; index < count; index++) {
    if (index % STRIDE === STRIDE - 1 && performance.now() > sliceEnd) {
      await nextTurn();
      sliceEnd = performance.now() + SLICE_MS;
    }
    work(index);
  }
}
