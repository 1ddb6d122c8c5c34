import type { Kysely } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { type Baseline, MAIN_BASELINE } from './schema.ts';

/** Where a baseline points now; undefined where it was never blessed. */
export async function getBaseline(
  context: Context,
  suite: string,
  name = MAIN_BASELINE,
): Promise<Baseline | undefined> {
  const [found] = await listBaselines(context, { suite, name, limit: 1 });
  return found;
}

export interface ListBaselines {
  suite: string;
  name?: string | undefined;
  /** Moves before this one: its time and sequence. */
  before?: { at: number; name: string; sequence: number } | undefined;
  limit: number;
}

/** Every move of a suite's baselines, the latest first. */
export async function listBaselines(
  { project, store }: Context,
  { suite, name, before, limit }: ListBaselines,
): Promise<Baseline[]> {
  let query = store.database.sql
    .selectFrom('baseline')
    .leftJoin('suite_evaluation', (join) =>
      join
        .onRef('suite_evaluation.project', '=', 'baseline.project')
        .onRef('suite_evaluation.id', '=', 'baseline.evaluation'),
    )
    .select([
      'baseline.suite',
      'baseline.name',
      'baseline.sequence',
      'baseline.evaluation',
      'baseline.task',
      'baseline.actor',
      'baseline.reason',
      'baseline.at',
      'suite_evaluation.number',
    ])
    .where('baseline.project', '=', project)
    .where('baseline.suite', '=', suite)
    .orderBy('baseline.at', 'desc')
    .orderBy('baseline.name')
    .orderBy('baseline.sequence', 'desc')
    .limit(limit);
  if (name !== undefined) query = query.where('baseline.name', '=', name);
  if (before) {
    query = query.where((is) =>
      is.or([
        is('baseline.at', '<', before.at),
        is.and([is('baseline.at', '=', before.at), is('baseline.name', '>', before.name)]),
        is.and([
          is('baseline.at', '=', before.at),
          is('baseline.name', '=', before.name),
          is('baseline.sequence', '<', before.sequence),
        ]),
      ]),
    );
  }
  const rows = await query.execute();
  return rows.map((row) => ({
    ...row,
    at: Number(row.at),
    number: row.number === null ? null : Number(row.number),
  }));
}

/** The same inside a write. */
export async function newestBaseline(
  sql: Kysely<Schema>,
  { project, suite, name }: { project: string; suite: string; name: string },
): Promise<Omit<Baseline, 'number'> | undefined> {
  const row = await sql
    .selectFrom('baseline')
    .selectAll()
    .where('project', '=', project)
    .where('suite', '=', suite)
    .where('name', '=', name)
    .orderBy('sequence', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return undefined;
  const { project: _, ...baseline } = row;
  return { ...baseline, at: Number(baseline.at) };
}
