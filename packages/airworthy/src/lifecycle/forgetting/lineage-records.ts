import { parseJson } from '../../kernel/parse-json.ts';
import type { Context } from '../../store/ports.ts';
import type { ErasureJournal } from './erasure-journal.ts';

export const REVIEWED = 'airworthy-review-lineage/1';
export const SELECTED = 'airworthy-selection/1';

/** What a dataset version made of a review queue, or of cases of an evaluation, says of its rows’ origin. */
export interface LineageRecord {
  format?: string;
  /** Of a selection. */
  evaluation?: string;
  cases?: string[];
  /** Of a review queue. */
  items?: { id: string }[];
}

/** A blob as such a record; undefined where it is gone, or something else. */
export async function readLineageRecord(
  { store }: Context,
  digest: string,
): Promise<LineageRecord | undefined> {
  if (!(await store.blobs.has(digest))) return undefined;
  const record = parseJson((await store.blobs.get(digest)).toString('utf8')) as LineageRecord | undefined;
  return record?.format === REVIEWED || record?.format === SELECTED ? record : undefined;
}

/** The same without what was erased, as a blob; the digest of anything else as it is. */
export async function renewLineageRecord(
  context: Context,
  journal: ErasureJournal,
  digest: string,
): Promise<string> {
  const record = await readLineageRecord(context, digest);
  if (record === undefined) return digest;
  const { evaluation, cases, items } = record;
  const gone = new Set<string>();
  const kind = evaluation === undefined ? 'queue-item' : (`case ${evaluation}` as const);
  for await (const page of journal.pages(kind)) for (const id of page) gone.add(id);
  const left = {
    ...record,
    ...(cases ? { cases: cases.filter((id) => !gone.has(id)) } : {}),
    ...(items ? { items: items.filter(({ id }) => !gone.has(id)) } : {}),
  };
  return context.store.blobs.put(JSON.stringify(left));
}
