import {
  type DatasetVersion,
  findRows,
  markErased,
  type QualityRuleInput,
  type RowsToErase,
  replaceRows,
} from '../../data/index.ts';
import { ID_COLUMNS, renewLineage } from '../../feedback/index.ts';
import { flagTrained } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { ErasureJournal, ItemKind } from './erasure-journal.ts';
import { type LineageRecord, REVIEWED, readLineageRecord, renewLineageRecord } from './lineage-records.ts';
import type { ErasureReport } from './schema.ts';

/** Which rows of datasets: made from predictions, from items of review queues, or from cases of an evaluation. */
export type RowOrigin = 'predictions' | 'queue-items' | { evaluation: string };

/** Takes the person’s rows out of dataset versions, and puts on record which models learnt from them. Were there any? */
export async function eraseDatasets(
  context: Context,
  journal: ErasureJournal,
  quality: readonly QualityRuleInput[],
  origin: RowOrigin,
): Promise<boolean> {
  const { clock, project, store } = context;
  const found = await replaceRows(context, rowsOf(context, journal, quality, origin));
  for (const affected of found) {
    const { digest, madeFrom } = affected.version;
    const origins = await existing(context, madeFrom);
    await store.database.write(async (sql) => {
      const at = clock.now();
      await markErased(sql, project, affected, at);
      await flagTrained(sql, project, { erasure: journal.row.id, datasetVersion: digest, at });
      await journal.add(sql, 'version', [digest]);
      await journal.add(sql, 'blob', [...affected.blobs, ...origins]);
      await journal.count(sql, { datasetVersions: 1, datasetRows: affected.rows });
    });
  }
  return found.length > 0;
}

/** Those that are content, and no versions. */
async function existing({ store }: Context, digests: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const digest of digests) if (await store.blobs.has(digest)) found.push(digest);
  return found;
}

/** What `eraseDatasets` would find. */
export async function findDatasets(
  context: Context,
  journal: ErasureJournal,
  origin: RowOrigin,
): Promise<ErasureReport['datasets']> {
  const found = await findRows(context, rowsOf(context, journal, [], origin));
  return found.map(({ version: { dataset, number, digest }, rows }) => ({
    ...{ dataset, number, digest, rows, successor: null },
  }));
}

function rowsOf(
  context: Context,
  journal: ErasureJournal,
  quality: readonly QualityRuleInput[],
  origin: RowOrigin,
): RowsToErase {
  const ids = (kind: ItemKind) => () => journal.pages(kind);
  if (origin === 'predictions') {
    const madeFrom: RowsToErase['madeFrom'] = (version, replaced) => renewLineage(context, version, replaced);
    return { column: ID_COLUMNS.prediction, kind: 'uuid', ids: ids('prediction'), quality, madeFrom };
  }
  const madeFrom: RowsToErase['madeFrom'] = (version) =>
    Promise.all(version.madeFrom.map((digest) => renewLineageRecord(context, journal, digest)));
  if (origin === 'queue-items') {
    const isAmong = isMadeFrom(context, ({ format }) => format === REVIEWED);
    return { column: 'item', kind: 'text', ids: ids('queue-item'), isAmong, madeFrom };
  }
  const { evaluation } = origin;
  const isAmong = isMadeFrom(context, (lineage) => lineage.evaluation === evaluation);
  return { column: 'id', kind: 'text', ids: ids(`case ${evaluation}`), isAmong, madeFrom };
}

/** Was a version made from such a record? */
function isMadeFrom(
  context: Context,
  fits: (lineage: LineageRecord) => boolean,
): (version: DatasetVersion) => Promise<boolean> {
  return async ({ madeFrom }) => {
    for (const digest of madeFrom) {
      const lineage = await readLineageRecord(context, digest);
      if (lineage !== undefined && fits(lineage)) return true;
    }
    return false;
  };
}
