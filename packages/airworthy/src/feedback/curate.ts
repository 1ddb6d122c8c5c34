import {
  addParts,
  cutVersion,
  type DataPart,
  type DatasetVersion,
  dropRows,
  mergeParts,
  partsOf,
  type QualityRuleInput,
} from '../data/index.ts';
import type { Context } from '../store/ports.ts';
import { chooseRows } from './curation/choose-rows.ts';
import { type CuratedSchema, columnsKey, curatedSchema } from './curation/curated-schema.ts';
import {
  curatedName,
  curatedVersion,
  curatedWindowName,
  ID_COLUMNS,
  type LeftOut,
  type Lineage,
  type LineagePart,
  readLineage,
} from './curation/lineage.ts';
import {
  byRevision,
  byTime,
  countOutcomes,
  knownUpTo,
  type LabelledRow,
  type OutcomeRange,
} from './curation/read-outcomes.ts';
import { type CollectedPart, createRowCollector } from './curation/row-collector.ts';
import type { FeedbackConfig } from './schema.ts';

/** From so many parts on, small ones are put together. */
const MOST_PARTS = 40;
/** A part that others are put to has at most so many rows. */
const MERGED_ROWS = 1_000_000;

export interface Curation {
  endpoint: string;
  /** Digest of the bundle whose signature says what the rows look like. */
  bundle: string;
  config: FeedbackConfig['curation'];
  /** Only rows of predictions from then on, and before `to`; milliseconds since the epoch. */
  from?: number | undefined;
  to?: number | undefined;
  /** Labels known by then; the clock's time where absent. */
  now?: number | undefined;
  /** `data.quality`; rules about columns that the records lack do not apply. */
  quality?: readonly QualityRuleInput[];
}

export interface Curated {
  /** Null while no labelled prediction (of those asked for) has become a row. */
  version: DatasetVersion | null;
  /** Added by this call. */
  rows: number;
  /** Rows of earlier curations that went because their label was corrected or a reviewer dropped them. */
  removed: number;
  leftOut: LeftOut;
  /** The column with the time of the prediction. */
  time: string;
}

/**
 * Turns predictions whose label is known into rows of a dataset: the record as it came, the label as the target, and
 * when it was predicted. Each call adds what has been labelled since the last one as a Parquet part; a corrected label
 * replaces the row made from the one before. Rows stay when their predictions leave the log. The version's first
 * `madeFrom` is its lineage: for each part the predictions and labels and the probability with which they were chosen.
 * With `from` or `to` the version is cut from that.
 *
 * Which predictions are chosen follows from their ids alone, so the outcome does not depend on how often this is called.
 * Memory does not grow with the rows.
 *
 * @example
 * const { version, rows, leftOut } = await curate(context, { endpoint: 'flight-delays', bundle, config: { sample: 1, conflicts: 'keep' } });
 */
export async function curate(context: Context, curation: Curation): Promise<Curated> {
  const curated = await curateAll(context, curation);
  const { from, to, endpoint, quality = [] } = curation;
  if (curated.version === null || (from === undefined && to === undefined)) return curated;
  const cut = await cutVersion(context, curated.version, {
    ...{ name: curatedWindowName(endpoint), column: curated.time, quality },
    ...{ from: from ?? Number.NEGATIVE_INFINITY, to: to ?? Number.POSITIVE_INFINITY },
    madeFrom: [curated.version.madeFrom[0], curated.version.digest],
  });
  return { ...curated, version: cut ?? null };
}

async function curateAll(context: Context, curation: Curation): Promise<Curated> {
  const { endpoint } = curation;
  const schema = await curatedSchema(context, curation.bundle);
  const former = await openFormer(context, endpoint, schema);
  const plan = await planRanges(context, curation, former?.lineage);
  const collected = await collectRows(context, curation, schema, plan);
  const gone = [...collected.superseded, ...(await droppedByReview(context, endpoint))];
  const kept = former ? await keepParts(context, former, gone) : [];
  const removed = (former?.version.rows ?? 0) - rowsOf(kept);
  const rows = rowsOf(collected.parts);
  const outcome = { rows, removed, leftOut: collected.leftOut, time: schema.time };
  if (rows === 0 && removed === 0) return { ...outcome, version: former?.version ?? null };
  const parts = await mergeSmall(context, [...kept, ...collected.parts]);
  if (parts.length === 0) return { ...outcome, version: null };
  const lineage: Lineage = {
    ...{ format: 'airworthy-lineage/1', endpoint, columns: columnsKey(schema) },
    ...{ to: plan.to, revision: plan.upTo },
    ...{ parts: parts.map((part) => part.lineage), leftOut: collected.leftOut },
  };
  const { version } = await addParts(context, {
    name: curatedName(endpoint),
    parts: parts.map(({ part }) => part),
    schema: datasetSchema(schema),
    source: [`labelled predictions of endpoint ${endpoint}`],
    madeFrom: [
      await context.store.blobs.put(JSON.stringify(lineage)),
      ...(former ? [former.version.digest] : []),
    ],
    quality: curation.quality ?? [],
  });
  return { ...outcome, version };
}

function datasetSchema({ fields, target, positive, features }: CuratedSchema) {
  return { fields, target, ...(positive === undefined ? {} : { positive }), features };
}

interface Former {
  version: DatasetVersion;
  lineage: Lineage;
}

/** The curation to go on from; none where its columns are others. */
async function openFormer(
  context: Context,
  endpoint: string,
  schema: CuratedSchema,
): Promise<Former | undefined> {
  const version = await curatedVersion(context, endpoint);
  if (version === undefined) return undefined;
  const lineage = await readLineage(context, version);
  if (lineage.columns === columnsKey(schema)) return { version, lineage };
  const { dataset, number, rows } = version;
  context.log.warn(
    { dataset, number, rows },
    'the model has other columns: curated anew from the prediction log',
  );
  return undefined;
}

interface Plan {
  /** Predictions not looked at yet. */
  fresh: OutcomeRange;
  /** Labels of earlier predictions that came, or changed, since. */
  late: OutcomeRange;
  to: number;
  upTo: number;
}

async function planRanges(
  context: Context,
  { endpoint, now = context.clock.now() }: Curation,
  former: Lineage | undefined,
): Promise<Plan> {
  const { to: seenTo, revision } = former ?? { to: Number.MIN_SAFE_INTEGER, revision: 0 };
  const to = Math.max(now, seenTo);
  const upTo = await knownUpTo(context, endpoint, revision, now);
  return {
    fresh: { endpoint, from: seenTo, to, after: 0, upTo },
    late: { endpoint, from: Number.MIN_SAFE_INTEGER, to: seenTo, after: revision, upTo },
    ...{ to, upTo },
  };
}

async function collectRows(
  context: Context,
  { endpoint, config }: Curation,
  schema: CuratedSchema,
  { fresh, late }: Plan,
): Promise<{ parts: CollectedPart[]; superseded: string[]; leftOut: LeftOut }> {
  const leftOut: LeftOut = { notSampled: 0, conflicting: 0, inReview: 0, expired: 0, unreadable: 0 };
  const superseded: string[] = [];
  const total = await countOutcomes(context, { fresh, late });
  const progress = context.progress.start(`curate ${endpoint}`, total, 'labelled predictions');
  await using collector = createRowCollector(context, schema, config.sample);
  let read = 0;
  const take = async (page: LabelledRow[]) => {
    context.signal?.throwIfAborted();
    const chosen = await chooseRows(context, endpoint, config, page, leftOut);
    leftOut.unreadable += await collector.add(chosen);
    read += page.length;
    progress.advance(read);
  };
  try {
    for await (const page of byTime(context, fresh)) await take(page);
    for await (const page of byRevision(context, late)) {
      superseded.push(...page.map((row) => row.prediction));
      await take(page);
    }
    return { parts: await collector.finish(), superseded, leftOut };
  } finally {
    progress.end();
  }
}

async function droppedByReview({ project, store }: Context, endpoint: string): Promise<string[]> {
  const rows = await store.database.sql
    .selectFrom('review_item')
    .select('prediction')
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .where('state', '=', 'dropped')
    .execute();
  return rows.map((row) => row.prediction);
}

/** The parts of the former version, without the rows of these predictions. */
async function keepParts(
  context: Context,
  { version, lineage }: Former,
  gone: readonly string[],
): Promise<CollectedPart[]> {
  const parts = await partsOf(context, version);
  const kept = await dropRows(context, parts, { id: ID_COLUMNS.prediction, values: gone });
  return kept.flatMap((part, index) => (part === null ? [] : [withLineage(part, lineage.parts[index])]));
}

function withLineage(part: DataPart, former: LineagePart): CollectedPart {
  return { part, lineage: { ...former, part: part.digest, blob: part.blob, rows: part.rows } };
}

function rowsOf(parts: readonly CollectedPart[]): number {
  return parts.reduce((sum, { part }) => sum + part.rows, 0);
}

/** Puts neighbours together that were chosen alike, once there are many. */
async function mergeSmall(context: Context, parts: readonly CollectedPart[]): Promise<CollectedPart[]> {
  if (parts.length <= MOST_PARTS) return [...parts];
  const groups: CollectedPart[][] = [];
  for (const part of parts) {
    const group = groups.at(-1);
    const fits =
      group !== undefined &&
      group[0].lineage.probability === part.lineage.probability &&
      rowsOf(group) + part.part.rows <= MERGED_ROWS;
    if (fits) group.push(part);
    else groups.push([part]);
  }
  const merged: CollectedPart[] = [];
  for (const group of groups) merged.push(group.length === 1 ? group[0] : await mergeGroup(context, group));
  return merged;
}

async function mergeGroup(context: Context, group: readonly CollectedPart[]): Promise<CollectedPart> {
  const part = await mergeParts(
    context,
    group.map((each) => each.part),
  );
  const ranges = group.map(({ lineage }) => lineage.predicted);
  const predicted = {
    from: Math.min(...ranges.map(({ from }) => from)),
    to: Math.max(...ranges.map(({ to }) => to)),
  };
  return withLineage(part, { ...group[0].lineage, predicted });
}
