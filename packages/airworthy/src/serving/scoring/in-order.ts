/** How one piece of work is begun and, in the order of the pieces, ended. */
export interface OrderedWork<Item, Begun> {
  start(item: Item): Promise<Begun>;
  end(item: Item, begun: Begun): Promise<void>;
}

/**
 * Begins pieces one after the other, at most `slots` at a time, and ends them in their order. Beginnings and ends
 * never overlap, so that they may share a connection.
 */
export async function inOrder<Item, Begun>(
  items: AsyncIterable<Item> | Iterable<Item>,
  slots: number,
  { start, end }: OrderedWork<Item, Begun>,
): Promise<void> {
  const open: { item: Item; begun: Begun }[] = [];
  const endFirst = async () => {
    const { item, begun } = open.shift()!;
    await end(item, begun);
  };
  for await (const item of items) {
    if (open.length === slots) await endFirst();
    open.push({ item, begun: await start(item) });
  }
  while (open.length > 0) await endFirst();
}
