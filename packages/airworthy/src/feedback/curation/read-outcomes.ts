import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql as raw } from 'kysely';
import type { Context } from '../../store/ports.ts';

/** Rows read at a time: a few milliseconds of work. */
const PAGE = 1_000;

/** A labelled prediction; no record where it is no longer in the log. */
export interface LabelledRow {
  prediction: string;
  label: string;
  value_json: string;
  predicted_at: number;
  revision: number;
  record_json: string | null;
  business_key: string | null;
}

/** Outcomes of an endpoint with their predictions. */
export interface OutcomeRange {
  endpoint: string;
  /** Predicted at that moment or later; before `to`. Milliseconds since the epoch. */
  from: number;
  to: number;
  /** Revisions above `after`, up to `upTo`. */
  after: number;
  upTo: number;
}

/** Page by page in the order of prediction. */
export async function* byTime(context: Context, range: OutcomeRange): AsyncGenerator<LabelledRow[]> {
  let last: Pick<LabelledRow, 'predicted_at' | 'prediction'> = { predicted_at: range.from, prediction: '' };
  for (;;) {
    const { predicted_at, prediction } = last;
    // From there on, as well: else the index would be read from the beginning for each page.
    const page = await select(context, { ...range, from: predicted_at })
      .where(
        raw<boolean>`(outcome.predicted_at, outcome.prediction) > (${raw.lit(predicted_at)}, ${prediction})`,
      )
      .orderBy('outcome.predicted_at')
      .orderBy('outcome.prediction')
      .execute();
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    last = page[page.length - 1];
    await nextTurn();
  }
}

/** Page by page in the order in which the outcomes were written. */
export async function* byRevision(context: Context, range: OutcomeRange): AsyncGenerator<LabelledRow[]> {
  for (let after = range.after; ; ) {
    const page = await select(context, { ...range, after })
      .orderBy('outcome.revision')
      .execute();
    if (page.length > 0) yield page;
    if (page.length < PAGE) return;
    after = page[page.length - 1].revision;
    await nextTurn();
  }
}

function select({ store, project }: Context, { endpoint, from, to, after, upTo }: OutcomeRange) {
  return store.database.sql
    .selectFrom('outcome')
    .leftJoin('prediction', (join) =>
      join
        .onRef('prediction.project', '=', 'outcome.project')
        .onRef('prediction.id', '=', 'outcome.prediction'),
    )
    .select([
      'outcome.prediction',
      'outcome.label',
      'outcome.value_json',
      'outcome.predicted_at',
      'outcome.revision',
      'prediction.record_json',
      'prediction.business_key',
    ])
    .where('outcome.project', '=', project)
    .where('outcome.endpoint', '=', endpoint)
    .where('outcome.predicted_at', '>=', from)
    .where('outcome.predicted_at', '<', to)
    .where('outcome.revision', '>', after)
    .where('outcome.revision', '<=', upTo)
    .limit(PAGE);
}

/** The last revision of which every label is known by `now`, so that none is passed over. */
export async function knownUpTo(
  { store, project }: Context,
  endpoint: string,
  after: number,
  now: number,
): Promise<number> {
  const outcomes = store.database.sql
    .selectFrom('outcome')
    .where('project', '=', project)
    .where('endpoint', '=', endpoint)
    .where('revision', '>', after);
  const later = await outcomes
    .select((select) => select.fn.min('revision').as('revision'))
    .where('known_at', '>', now)
    .executeTakeFirst();
  if (later?.revision) return later.revision - 1;
  const last = await outcomes.select((select) => select.fn.max('revision').as('revision')).executeTakeFirst();
  return last?.revision ?? after;
}

/** About how many there are to read, for those who wait: each range is counted by the one bound that an index holds. */
export async function countOutcomes(
  { project, store }: Context,
  { fresh, late }: { fresh: OutcomeRange; late: OutcomeRange },
): Promise<number> {
  const outcomes = store.database.sql
    .selectFrom('outcome')
    .select((select) => select.fn.countAll<number>().as('count'))
    .where('project', '=', project)
    .where('endpoint', '=', fresh.endpoint);
  const byTime = await outcomes
    .where('predicted_at', '>=', fresh.from)
    .where('predicted_at', '<', fresh.to)
    .executeTakeFirstOrThrow();
  const byRevision = await outcomes
    .where('revision', '>', late.after)
    .where('revision', '<=', late.upTo)
    .executeTakeFirstOrThrow();
  return Math.max(Number(byTime.count), Number(byRevision.count));
}
