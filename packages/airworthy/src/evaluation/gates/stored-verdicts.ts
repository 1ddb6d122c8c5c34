import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Context } from '../../store/ports.ts';
import type { SuiteVerdict } from '../report/schema.ts';
import type { Outcome } from './schema.ts';

/**
 * Keeps the verdicts of an evaluation in one write, in their order; those it already has stay as they are. A `verdict.given` event
 * follows each new one, which are returned.
 */
export async function saveSuiteVerdicts(
  context: Context,
  verdicts: readonly SuiteVerdict[],
): Promise<SuiteVerdict[]> {
  const now = context.clock.now();
  const added = await context.store.database.write(async (sql) => {
    const kept: SuiteVerdict[] = [];
    for (const [position, verdict] of verdicts.entries()) {
      const { suite, evaluation, task, run, gate, outcome } = verdict;
      const { numInsertedOrUpdatedRows } = await sql
        .insertInto('suite_verdict')
        .values({
          ...{
            project: context.project,
            id: verdict.id,
            suite,
            evaluation,
            task,
            run,
            gate,
            position,
            outcome,
          },
          verdict_json: canonicalJson(verdict),
          created_at: now,
        })
        .onConflict((conflict) => conflict.columns(['project', 'id']).doNothing())
        .executeTakeFirstOrThrow();
      if (numInsertedOrUpdatedRows === 1n) kept.push(verdict);
    }
    return kept;
  });
  for (const { id, outcome } of added) context.events.emit('verdict.given', { verdict: id, outcome });
  return added;
}

/** A verdict in the history of a suite. */
export interface DatedSuiteVerdict extends SuiteVerdict {
  at: number;
  /** The number of its evaluation in the suite. */
  number: number;
  /** Among the verdicts of its evaluation. */
  position: number;
}

export interface ListSuiteVerdicts {
  suite: string;
  gate?: string | undefined;
  /** Where the page before ended. */
  before?: { at: number; position: number; id: string } | undefined;
  limit: number;
}

/** What the gates of a suite said: the latest evaluation first, its gates in their order. */
export async function listSuiteVerdicts(
  { project, store }: Context,
  { suite, gate, before, limit }: ListSuiteVerdicts,
): Promise<DatedSuiteVerdict[]> {
  let query = store.database.sql
    .selectFrom('suite_verdict')
    .leftJoin('suite_evaluation', (join) =>
      join
        .onRef('suite_evaluation.project', '=', 'suite_verdict.project')
        .onRef('suite_evaluation.id', '=', 'suite_verdict.evaluation'),
    )
    .select([
      'suite_verdict.verdict_json',
      'suite_verdict.created_at',
      'suite_verdict.position',
      'suite_evaluation.number',
    ])
    .where('suite_verdict.project', '=', project)
    .where('suite_verdict.suite', '=', suite)
    .orderBy('suite_verdict.created_at', 'desc')
    .orderBy('suite_verdict.position')
    .orderBy('suite_verdict.id')
    .limit(limit);
  if (gate !== undefined) query = query.where('suite_verdict.gate', '=', gate);
  if (before) {
    query = query.where((is) =>
      is.or([
        is('suite_verdict.created_at', '<', before.at),
        is.and([
          is('suite_verdict.created_at', '=', before.at),
          is.or([
            is('suite_verdict.position', '>', before.position),
            is.and([
              is('suite_verdict.position', '=', before.position),
              is('suite_verdict.id', '>', before.id),
            ]),
          ]),
        ]),
      ]),
    );
  }
  const rows = await query.execute();
  return rows.map(({ verdict_json, created_at, position, number }) => ({
    ...(JSON.parse(verdict_json) as SuiteVerdict),
    at: Number(created_at),
    number: Number(number ?? 0),
    position: Number(position),
  }));
}

/** The verdicts of one evaluation, in the order of its tasks and gates. */
export async function readSuiteVerdicts(
  { project, store }: Context,
  evaluation: string,
): Promise<SuiteVerdict[]> {
  const rows = await store.database.sql
    .selectFrom('suite_verdict')
    .select('verdict_json')
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .orderBy('position')
    .orderBy('id')
    .execute();
  return rows.map(({ verdict_json }) => JSON.parse(verdict_json) as SuiteVerdict);
}

const WORST_FIRST: readonly Outcome[] = ['error', 'fail', 'undecided', 'pass'];

/** The worst of the gates; null where there is none. */
export function worstOutcome(verdicts: readonly Pick<SuiteVerdict, 'outcome'>[]): Outcome | null {
  const given = verdicts.map((verdict) => verdict.outcome);
  return WORST_FIRST.find((outcome) => given.includes(outcome)) ?? null;
}
