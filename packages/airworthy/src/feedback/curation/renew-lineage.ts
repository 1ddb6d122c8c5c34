import type { DatasetVersion, ReplacedParts } from '../../data/index.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { Context } from '../../store/ports.ts';
import { curatedName, type Lineage } from './lineage.ts';

/**
 * What the successor of a version is made from once some of its parts were replaced: of a curated one, the lineage of what is
 * left, so that the next curation goes on from it; of others, what the version itself was made from.
 */
export async function renewLineage(
  { store }: Context,
  { dataset, madeFrom }: DatasetVersion,
  replaced: ReplacedParts,
): Promise<string[]> {
  const [first, ...others] = madeFrom;
  if (first === undefined || !(await store.blobs.has(first))) return madeFrom;
  const lineage = parseJson((await store.blobs.get(first)).toString('utf8')) as Lineage | undefined;
  if (lineage?.format !== 'airworthy-lineage/1' || dataset !== curatedName(lineage.endpoint)) return madeFrom;
  const parts = lineage.parts.flatMap((part) => {
    const left = replaced.get(part.blob);
    if (left === null) return [];
    return left === undefined ? [part] : [{ ...part, part: left.digest, blob: left.blob, rows: left.rows }];
  });
  return [await store.blobs.put(JSON.stringify({ ...lineage, parts })), ...others];
}
