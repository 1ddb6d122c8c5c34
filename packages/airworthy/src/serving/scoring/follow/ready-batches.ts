import { setImmediate as nextTurn } from 'node:timers/promises';

/** Items in the batches they come in: what is there at once goes together, and nobody waits for a batch to fill. */
export async function* readyBatches<Item>(
  items: AsyncIterable<Item>,
  most: number,
  signal: AbortSignal,
): AsyncGenerator<Item[]> {
  const iterator = items[Symbol.asyncIterator]();
  const stopped = new Promise<undefined>((settle) => {
    if (signal.aborted) settle(undefined);
    signal.addEventListener('abort', () => settle(undefined), { once: true });
  });
  let next = iterator.next();
  for (;;) {
    const first = await Promise.race([next, stopped]);
    if (first === undefined || first.done) break;
    const batch = [first.value];
    next = iterator.next();
    while (batch.length < most) {
      const more = await Promise.race([next, nextTurn(undefined)]);
      if (more === undefined || more.done) break;
      batch.push(more.value);
      next = iterator.next();
    }
    yield batch;
  }
  // Of one that was stopped an item may still be on its way, which nobody waits for.
  next.catch(() => {});
}
