import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { type BulkStatement, createBulkRunner } from '../../store/sql/bulk-statements.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { CaseRow, SurveyedCases } from './survey-cases.ts';

const CHUNK = 512;
const COLUMNS = [
  'project',
  'evaluation',
  'position',
  'id',
  'cluster_key',
  'parent',
  'input_json',
  'expected_json',
  'metadata_json',
  'slices_json',
] as const;

const INSERT: BulkStatement = {
  name: 'evaluation-cases',
  build: (sql, rows) =>
    sql
      .insertInto('evaluation_case')
      .values(
        rows.map((row) => Object.fromEntries(COLUMNS.map((column, index) => [column, row[index]])) as never),
      )
      .onConflict((conflict) => conflict.doNothing())
      .compile(),
};

/**
 * Writes the cases of an evaluation, in chunks; those that are there already are passed over. Throws CASE_DUPLICATE where
 * two have the same id.
 */
export async function storeCases(
  context: Context,
  evaluation: string,
  surveyed: SurveyedCases,
): Promise<void> {
  const stored = await countCases(context, evaluation);
  if (stored === surveyed.cases) return;
  const bulk = createBulkRunner();
  const progress = context.progress.start('cases', surveyed.cases);
  let position = 0;
  let chunk: unknown[][] = [];
  const flush = async () => {
    const rows = chunk;
    chunk = [];
    context.signal?.throwIfAborted();
    await context.store.database.write((sql) => bulk.run(sql, INSERT, rows));
    progress.advance(position);
  };
  for await (const row of surveyed.rows()) {
    if (position >= stored) chunk.push(valuesOf(context.project, evaluation, position, row));
    position += 1;
    if (chunk.length === CHUNK) await flush();
  }
  await flush();
  progress.end();
  if ((await countCases(context, evaluation)) < surveyed.cases)
    throw await duplicate(context, evaluation, surveyed);
}

function valuesOf(project: string, evaluation: string, position: number, row: CaseRow): unknown[] {
  const { id, cluster, parent, input, expected, metadata, slices } = row;
  return [project, evaluation, position, id, cluster, parent, input, expected, metadata, slices];
}

async function countCases({ project, store }: Context, evaluation: string): Promise<number> {
  const { cases } = await store.database.sql
    .selectFrom('evaluation_case')
    .select((eb) => eb.fn.countAll().as('cases'))
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .executeTakeFirstOrThrow();
  return Number(cases);
}

/** Finds the two: the one that is stored has the other's id at an earlier position. */
async function duplicate(
  context: Context,
  evaluation: string,
  surveyed: SurveyedCases,
): Promise<AirworthyError> {
  const { sql } = context.store.database;
  let position = 0;
  for await (const row of surveyed.rows()) {
    const stored = await sql
      .selectFrom('evaluation_case')
      .select(['position'])
      .where('project', '=', context.project)
      .where('evaluation', '=', evaluation)
      .where('id', '=', row.id)
      .executeTakeFirst();
    if (stored !== undefined && Number(stored.position) !== position) {
      return duplicateError(row.id, Number(stored.position) + 1, position + 1);
    }
    position += 1;
  }
  return duplicateError('?', 0, 0);
}

function duplicateError(id: string, first: number, second: number): AirworthyError {
  return new AirworthyError('CASE_DUPLICATE', {
    message: `cases ${first} and ${second} are both called "${id}"`,
    facts: { id, cases: [first, second] },
  });
}

/** A stored case with its place. */
export interface StoredCase extends EvaluationCase {
  position: number;
}

/** The cases at these positions, in the order asked for. */
export async function readCasesAt(
  { project, store }: Context,
  evaluation: string,
  positions: readonly number[],
): Promise<Map<number, StoredCase>> {
  if (positions.length === 0) return new Map();
  const rows = await store.database.sql
    .selectFrom('evaluation_case')
    .select(['position', 'id', 'cluster_key', 'parent', 'input_json', 'expected_json', 'metadata_json'])
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('position', 'in', positions)
    .execute();
  return new Map(
    rows.map((row) => {
      const position = Number(row.position);
      return [
        position,
        {
          position,
          id: row.id,
          input: JSON.parse(row.input_json),
          ...(row.expected_json === null ? {} : { expected: JSON.parse(row.expected_json) }),
          metadata: JSON.parse(row.metadata_json),
          ...(row.cluster_key === null ? {} : { cluster: row.cluster_key }),
          ...(row.parent === null ? {} : { parent: row.parent }),
        },
      ];
    }),
  );
}

/** All cases of an evaluation in order, page by page. */
export async function* readStoredCases(context: Context, evaluation: string): AsyncGenerator<StoredCase> {
  for (let start = 0; ; start += CHUNK) {
    const positions = Array.from({ length: CHUNK }, (_, index) => start + index);
    const page = await readCasesAt(context, evaluation, positions);
    for (const position of positions) {
      const each = page.get(position);
      if (each === undefined) return;
      yield each;
    }
  }
}
