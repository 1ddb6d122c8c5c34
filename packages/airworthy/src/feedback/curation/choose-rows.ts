import { plural } from '../../kernel/figures.ts';
import { sha256 } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import { knownLast } from '../known-last.ts';
import { type PastLabel, readHistory } from '../label-history.ts';
import { addReviewItems, REVIEWER } from '../review-items.ts';
import type { FeedbackConfig } from '../schema.ts';
import { selectInChunks } from '../select-in-chunks.ts';
import type { LeftOut } from './lineage.ts';
import type { LabelledRow } from './read-outcomes.ts';

type Curation = FeedbackConfig['curation'];

/** The rows of a page that become data; the others are counted by why they do not. */
export async function chooseRows(
  context: Context,
  endpoint: string,
  { sample, conflicts }: Curation,
  page: readonly LabelledRow[],
  leftOut: LeftOut,
): Promise<LabelledRow[]> {
  const kept = page.filter((row) => row.record_json !== null);
  leftOut.expired += page.length - kept.length;
  const sampled = sample === 1 ? kept : kept.filter((row) => chance(row.prediction) < sample);
  leftOut.notSampled += kept.length - sampled.length;
  const reviewed = await statesOfReview(context, sampled);
  const disputed =
    conflicts === 'keep' ? new Map<string, string>() : await findDisputes(context, endpoint, sampled);
  const chosen = sampled.filter(
    ({ prediction }) => reviewed.get(prediction) !== 'open' && reviewed.get(prediction) !== 'dropped',
  );
  leftOut.inReview += sampled.length - chosen.length;
  const agreed = chosen.filter(({ prediction }) => !disputed.has(prediction));
  if (conflicts === 'review') {
    leftOut.inReview += chosen.length - agreed.length;
    await sendToReview(context, endpoint, chosen, disputed, sample);
  } else leftOut.conflicting += chosen.length - agreed.length;
  return agreed;
}

/** A number in [0, 1) that belongs to a prediction: who is chosen does not depend on when one looks. */
function chance(prediction: string): number {
  return Number.parseInt(sha256(`curation/${prediction}`).slice(0, 13), 16) / 2 ** 52;
}

async function statesOfReview(
  { project, store }: Context,
  rows: readonly LabelledRow[],
): Promise<Map<string, string>> {
  const { sql } = store.database;
  const ids = rows.map((row) => row.prediction);
  const items = await selectInChunks(sql, ids, (chunk) =>
    sql
      .selectFrom('review_item')
      .select(['prediction', 'state'])
      .where('project', '=', project)
      .where('id', 'in', chunk),
  );
  return new Map(items.map((item) => [item.prediction, item.state]));
}

/** Predictions whose sources disagree, each with who said what. A reviewer's word settles it. */
async function findDisputes(
  context: Context,
  endpoint: string,
  rows: readonly LabelledRow[],
): Promise<Map<string, string>> {
  const ids = rows.map((row) => row.prediction);
  const keys = [...new Set(rows.flatMap((row) => row.business_key ?? []))];
  const labels = await readHistory(context, context.store.database.sql, endpoint, { ids, keys });
  const byTarget = Map.groupBy(labels, (label) => label.prediction ?? label.business_key ?? '');
  const disputes = new Map<string, string>();
  for (const { prediction, business_key } of rows) {
    const said = [...(byTarget.get(prediction) ?? []), ...(byTarget.get(business_key ?? '') ?? [])];
    const dispute = describeDispute(said);
    if (dispute !== undefined) disputes.set(prediction, dispute);
  }
  return disputes;
}

function describeDispute(labels: readonly PastLabel[]): string | undefined {
  const last = new Map<string, PastLabel>();
  for (const label of labels) last.set(label.source, knownLast(label, last.get(label.source) ?? label));
  const values = new Set([...last.values()].map((label) => label.value_json));
  if (values.size < 2 || last.has(REVIEWER)) return undefined;
  const said = [...last.values()].slice(0, 5).map((label) => `${label.source} says ${label.value_json}`);
  return `${plural(values.size, 'different label')}: ${said.sort().join(', ')}`;
}

async function sendToReview(
  context: Context,
  endpoint: string,
  rows: readonly LabelledRow[],
  disputed: ReadonlyMap<string, string>,
  probability: number,
): Promise<void> {
  const items = rows.flatMap(({ prediction }) => {
    const reason = disputed.get(prediction);
    return reason === undefined ? [] : [{ prediction, reason, probability }];
  });
  if (items.length > 0) await addReviewItems(context, { endpoint, items });
}
