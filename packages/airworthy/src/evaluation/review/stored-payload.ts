import type { ShownItem } from './schema.ts';

/** Where an item is from. */
export interface ItemOrigin {
  evaluation?: string;
  suite?: string;
  position?: number;
  trial?: number;
  case?: string;
  /** Of a pair against another evaluation: who is compared with it. */
  candidate?: string;
}

/** An item as it is stored: two outputs are a pair, the left one first. */
export interface StoredPayload {
  origin: ItemOrigin;
  input: unknown;
  expected?: unknown;
  outputs: readonly { task: string; value: unknown }[];
}

/** What reviewers see of it. */
export function showItem(
  id: string,
  { input, expected, outputs }: StoredPayload,
  { showExpected }: { showExpected: boolean },
): ShownItem {
  const [first, second] = outputs;
  return {
    ...{ id, input },
    ...(showExpected && expected !== undefined ? { expected } : {}),
    ...(second === undefined ? { output: first.value } : { left: first.value, right: second.value }),
  };
}
