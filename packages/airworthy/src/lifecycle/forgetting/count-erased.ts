import type { Context } from '../../store/ports.ts';
import type { ErasureJournal } from './erasure-journal.ts';

/** What is gone of what is no row: content and copies, which are not deleted in the write that notes them. */
export async function countErased(
  { store }: Context,
  journal: ErasureJournal,
): Promise<{ blobs: number; copies: number }> {
  const gone = { blobs: 0, copies: 0 };
  for await (const digests of journal.pages('blob'))
    for (const digest of digests) if (!(await store.blobs.has(digest))) gone.blobs++;
  for await (const copies of journal.pages('copy')) gone.copies += copies.length;
  return gone;
}
