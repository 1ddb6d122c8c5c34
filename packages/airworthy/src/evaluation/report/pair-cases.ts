import { sql } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { SuiteEvaluation } from './suite-evaluation.ts';

const PAGE = 4_000;
const UNPAIRED = -1;

/**
 * Of each case of the candidate the position of the same case in the other evaluation: the same id, and the same content.
 * -1 where there is none.
 */
export async function pairCases(
  context: Context,
  candidate: SuiteEvaluation,
  baseline: SuiteEvaluation,
): Promise<Int32Array> {
  // Equal digests: the same cases at the same places.
  if (candidate.casesDigest === baseline.casesDigest) {
    return Int32Array.from({ length: candidate.cases }, (_, position) => position);
  }
  const pairs = new Int32Array(candidate.cases).fill(UNPAIRED);
  for (let after = -1; after < candidate.cases; after += PAGE) {
    const { rows } = await sql<{ ours: number; theirs: number }>`
      SELECT a.position AS ours, b.position AS theirs FROM evaluation_case a
      JOIN evaluation_case b ON b.project = a.project AND b.evaluation = ${baseline.id} AND b.id = a.id
        AND b.input_json = a.input_json AND COALESCE(b.expected_json, '') = COALESCE(a.expected_json, '')
      WHERE a.project = ${context.project} AND a.evaluation = ${candidate.id}
        AND a.position > ${after} AND a.position <= ${after + PAGE}`.execute(context.store.database.sql);
    for (const { ours, theirs } of rows) pairs[Number(ours)] = Number(theirs);
  }
  return pairs;
}
