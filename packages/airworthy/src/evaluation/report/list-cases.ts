import { type RawBuilder, sql } from 'kysely';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { readCasesAt } from '../cases/store-cases.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import { readCaseRows } from './read-case-rows.ts';
import type { CASES_SHOWN, CaseItem } from './read-schema.ts';
import { getSuiteEvaluation, metricsOf, type SuiteEvaluation } from './suite-evaluation.ts';

/** What is right of a metric that is 0 or 1, averaged over trials. */
const PASSES = 0.5;

export interface CasesAsked {
  /** The first where absent. */
  task?: string | undefined;
  show?: (typeof CASES_SHOWN)[number];
  /** By which a case is right or wrong; the first of the suite where absent. */
  metric?: string | undefined;
  /** Typed error code of the task or of a wrong answer. */
  code?: string | undefined;
  /** `lang=de`, or the name of a slice with a condition. */
  slice?: string | undefined;
  /** A part of id, input or expected. */
  text?: string | undefined;
  limit: number;
  /** Position after which the page begins. */
  after?: number | undefined;
}

/**
 * Cases of one task with its answers, beside those of what it is compared with. At most one page is read, whatever the
 * number of cases. Throws SUITE_EVALUATION_NOT_FOUND, HELD_OUT_CLOSED, METRIC_UNKNOWN.
 */
export async function listCases(context: Context, id: string, asked: CasesAsked): Promise<CaseItem[]> {
  const evaluation = await requireOpen(context, id);
  const task = requireTask(evaluation, asked.task);
  const other = comparedWith(evaluation, task);
  const positions = await findPositions(context, evaluation, task, other, asked);
  const [cases, ours] = await Promise.all([
    readCasesAt(context, id, positions),
    readCaseRows(context, evaluation.id, task, positions),
  ]);
  const theirs = other && (await readOther(context, evaluation, other, positions));
  return positions.map((position) => {
    const each = cases.get(position);
    const own = ours.get(position);
    const before = theirs?.get(position);
    return {
      ...{ position, id: each?.id ?? '', input: each?.input ?? null },
      ...(each?.expected === undefined ? {} : { expected: each.expected }),
      ...(own ?? { output: null, status: null, scores: {} }),
      baseline: before === undefined ? null : { output: before.output, scores: before.scores },
    };
  });
}

/** An evaluation whose cases may be seen. Throws HELD_OUT_CLOSED. */
export async function requireOpen(context: Context, id: string): Promise<SuiteEvaluation> {
  const evaluation = await getSuiteEvaluation(context, id);
  if (evaluation.role !== 'held-out') return evaluation;
  throw new AirworthyError('HELD_OUT_CLOSED', {
    message: `${evaluation.suite} ${evaluation.number} is of held-out cases, which nobody sees`,
  });
}

function requireTask(evaluation: SuiteEvaluation, name: string | undefined): string {
  const task = name === undefined ? evaluation.tasks[0] : evaluation.tasks.find((one) => one.name === name);
  if (task !== undefined) return task.name;
  throw new AirworthyError('SUITE_EVALUATION_NOT_FOUND', {
    message: `${evaluation.suite} ${evaluation.number} has no task "${name ?? ''}"`,
    remedy: `It has ${evaluation.tasks.map((one) => one.name).join(', ')}.`,
  });
}

export interface Compared {
  evaluation: string;
  task: string;
}

/** What the report compared the task with. */
export function comparedWith({ report }: SuiteEvaluation, task: string): Compared | undefined {
  const compared = report?.tasks.find((one) => one.name === task)?.comparedWith;
  return compared === null || compared === undefined ? undefined : compared;
}

async function findPositions(
  context: Context,
  evaluation: SuiteEvaluation,
  task: string,
  other: Compared | undefined,
  { show = 'all', metric, code, slice, text, limit, after = -1 }: CasesAsked,
): Promise<number[]> {
  const judged = metricOf(evaluation, metric);
  const place = { project: context.project, evaluation: evaluation.id, task };
  const conditions = [
    sql`c.project = ${context.project}`,
    sql`c.evaluation = ${evaluation.id}`,
    sql`c.position > ${after}`,
    ...showCondition(show, judged, place, other),
    ...(code === undefined ? [] : [codeCondition(code, place)]),
    ...(slice === undefined ? [] : [sql`c.slices_json LIKE ${`%${likeText(sliceJson(slice))}%`} ESCAPE '!'`]),
    ...(text === undefined ? [] : [textCondition(text)]),
  ];
  const { rows } = await sql<{ position: number }>`
    SELECT c.position FROM evaluation_case c WHERE ${sql.join(conditions, sql` AND `)}
    ORDER BY c.position LIMIT ${limit}`.execute(context.store.database.sql);
  return rows.map(({ position }) => Number(position));
}

function metricOf(evaluation: SuiteEvaluation, name: string | undefined): MetricSpec | undefined {
  const metrics = metricsOf(evaluation);
  if (name === undefined) return metrics[0];
  const found = metrics.find((metric) => metric.name === name);
  if (found !== undefined) return found;
  throw new AirworthyError('METRIC_UNKNOWN', {
    message: `${evaluation.suite} ${evaluation.number} has no metric "${name}"`,
    remedy: `It has ${metrics.map((metric) => metric.name).join(', ')}.`,
  });
}

interface Place {
  project: string;
  evaluation: string;
  task: string;
}

function showCondition(
  show: NonNullable<CasesAsked['show']>,
  metric: MetricSpec | undefined,
  place: Place,
  other: Compared | undefined,
): RawBuilder<unknown>[] {
  if (show === 'all') return [];
  if (show === 'errors') {
    return [
      sql`(EXISTS (SELECT 1 FROM case_result r WHERE ${ofCase('r', place)} AND r.status <> 'ok')
        OR EXISTS (SELECT 1 FROM score s WHERE ${ofCase('s', place)} AND s.metric = ${metric?.name ?? ''} AND s.status = 'error'))`,
    ];
  }
  if (metric === undefined) return [sql`1 = 0`];
  const own = scoreSql('AVG', metric, place, sql`c.position`);
  if (show === 'failed') return [failing(own, metric)];
  if (show === 'flaky') {
    return [
      sql`${scoreSql('MIN', metric, place, sql`c.position`)} < ${scoreSql('MAX', metric, place, sql`c.position`)}`,
    ];
  }
  if (other === undefined) return [sql`1 = 0`];
  const theirPlace = { project: place.project, evaluation: other.evaluation, task: other.task };
  const position = sql`(SELECT o.position FROM evaluation_case o WHERE o.project = ${place.project} AND o.evaluation = ${other.evaluation} AND o.id = c.id)`;
  const before = scoreSql('AVG', metric, theirPlace, position);
  const isWorse = (metric.better === 'higher') === (show === 'regressed');
  return [isWorse ? sql`${own} < ${before}` : sql`${own} > ${before}`];
}

function failing(value: RawBuilder<unknown>, { better }: MetricSpec): RawBuilder<unknown> {
  return better === 'higher' ? sql`${value} < ${PASSES}` : sql`${value} >= ${PASSES}`;
}

function ofCase(alias: string, { project, evaluation, task }: Place): RawBuilder<unknown> {
  const of = (column: string) => sql.ref(`${alias}.${column}`);
  return sql`${of('project')} = ${project} AND ${of('evaluation')} = ${evaluation} AND ${of('task')} = ${task} AND ${of('position')} = c.position`;
}

function scoreSql(
  aggregate: 'AVG' | 'MIN' | 'MAX',
  { name }: MetricSpec,
  { project, evaluation, task }: Place,
  position: RawBuilder<unknown>,
): RawBuilder<unknown> {
  return sql`(SELECT ${sql.raw(aggregate)}(v.value) FROM score v WHERE v.project = ${project} AND v.evaluation = ${evaluation}
    AND v.task = ${task} AND v.metric = ${name} AND v.position = ${position} AND v.status = 'scored')`;
}

function codeCondition(code: string, place: Place): RawBuilder<unknown> {
  return sql`(EXISTS (SELECT 1 FROM case_result r WHERE ${ofCase('r', place)} AND r.code = ${code})
    OR EXISTS (SELECT 1 FROM score s WHERE ${ofCase('s', place)} AND s.code = ${code}))`;
}

function textCondition(text: string): RawBuilder<unknown> {
  const pattern = `%${likeText(text.toLowerCase())}%`;
  const has = (column: string) => sql`LOWER(${sql.ref(`c.${column}`)}) LIKE ${pattern} ESCAPE '!'`;
  return sql`(${has('id')} OR ${has('input_json')} OR ${has('expected_json')})`;
}

/** As it stands in the JSON of a case’s slices. */
function sliceJson(slice: string): string {
  const at = slice.indexOf('=');
  const [column, value] = at === -1 ? [slice, undefined] : [slice.slice(0, at), slice.slice(at + 1)];
  return value === undefined
    ? `${JSON.stringify(column)}:`
    : `${JSON.stringify(column)}:${JSON.stringify(value)}`;
}

function likeText(text: string): string {
  return text.replaceAll(/[!%_]/g, '!$&');
}

/** The other side's rows by the position that the same case has here. */
async function readOther(
  context: Context,
  evaluation: SuiteEvaluation,
  other: Compared,
  positions: readonly number[],
): Promise<Map<number, Pick<CaseItem, 'output' | 'scores'>>> {
  if (positions.length === 0) return new Map();
  const { rows } = await sql<{ ours: number; theirs: number }>`
    SELECT a.position AS ours, b.position AS theirs FROM evaluation_case a
    JOIN evaluation_case b ON b.project = a.project AND b.evaluation = ${other.evaluation} AND b.id = a.id
    WHERE a.project = ${context.project} AND a.evaluation = ${evaluation.id} AND a.position IN (${sql.join(positions)})`.execute(
    context.store.database.sql,
  );
  const found = await readCaseRows(
    context,
    other.evaluation,
    other.task,
    rows.map(({ theirs }) => Number(theirs)),
  );
  return new Map(
    rows.flatMap(({ ours, theirs }) => {
      const row = found.get(Number(theirs));
      return row === undefined ? [] : [[Number(ours), row] as const];
    }),
  );
}
