import { type RawBuilder, sql } from 'kysely';
import { NAME_TAG } from '../runs/run-name.ts';
import { compareColumn } from './compare-column.ts';
import { compareMetric } from './compare-metric.ts';
import type { FilterClause } from './filter-grammar.ts';

type Condition = RawBuilder<boolean>;

/** A clause about something of which a run may have none: a metric, param, tag or dataset. */
export interface RelatedClause {
  /** Whether a row of `run` satisfies it. */
  holds: Condition;
  /** The ids of the runs that satisfy it; absent where these are the ones that lack something. */
  runs?: RawBuilder<unknown>;
}

export interface RunConditions {
  /** On columns of `run` alone. */
  own: Condition[];
  related: RelatedClause[];
}

/** A filter of runs as conditions on `run`, for a query whose table `run` is. */
export function compileRunClauses(project: string, clauses: readonly FilterClause[]): RunConditions {
  const own: Condition[] = [];
  const related: RelatedClause[] = [];
  for (const clause of clauses) {
    const column = ownColumn(clause);
    if (column) own.push(compareOwn(column, clause));
    else related.push(compileRelated(project, clause));
  }
  return { own, related };
}

/** What a run has itself, by the key of a filter or an order. */
export const RUN_COLUMNS: Readonly<Record<string, RawBuilder<unknown>>> = {
  run_id: sql`run.id`,
  run_name: sql`run.name`,
  status: sql`upper(run.status)`,
  user_id: sql`run.user_id`,
  lifecycle_stage: sql`run.lifecycle`,
  start_time: sql`run.started_at`,
  end_time: sql`run.ended_at`,
  artifact_uri: sql`(SELECT COALESCE(NULLIF(rtrim(experiment.artifact_location, '/'), ''), 'mlflow-artifacts:/' || experiment.number)
    || '/' || run.id || '/artifacts' FROM experiment WHERE experiment.project = run.project AND experiment.name = run.experiment)`,
};

function ownColumn({ entity, key }: FilterClause): RawBuilder<unknown> | undefined {
  if (entity === 'tag' && key === NAME_TAG) return RUN_COLUMNS.run_name;
  return entity === 'attribute' ? RUN_COLUMNS[key] : undefined;
}

function compareOwn(column: RawBuilder<unknown>, clause: FilterClause): Condition {
  if (clause.key !== 'status') return compareColumn(column, clause);
  const { operator, value } = clause;
  const upper = typeof value === 'string' ? value.toUpperCase() : value;
  return compareColumn(column, { operator, value: upper });
}

/** What is logged to runs, by the entity of a clause. */
export const TABLES: Readonly<Record<string, string>> = {
  metric: 'metric_series',
  param: 'param',
  tag: 'tag',
  dataset: 'run_dataset',
};

function compileRelated(project: string, clause: FilterClause): RelatedClause {
  const table = sql.table(TABLES[clause.entity]);
  const named = clause.entity === 'dataset' ? [] : [sql<boolean>`r.key = ${clause.key}`];
  const ways = waysOf(clause);
  // The key stands beside the run, and not in each way: only so is the one row looked up that both name.
  const exists = sql<boolean>`EXISTS (SELECT 1 FROM ${table} AS r
    WHERE ${all([sql`r.project = ${project}`, sql`r.run = run.id`, ...named, any(ways)])})`;
  if (clause.operator === 'IS NULL') return { holds: sql<boolean>`NOT ${exists}` };
  const runs = sql.join(
    ways.map(
      (way) => sql`SELECT run FROM ${table} AS r WHERE ${all([sql`r.project = ${project}`, ...named, way])}`,
    ),
    sql` UNION ALL `,
  );
  return { holds: exists, runs };
}

/** Conditions on a row of the clause's table, `r`, beside its key; one of them must hold. */
function waysOf(clause: FilterClause): Condition[] {
  const { entity, key, operator } = clause;
  if (entity === 'dataset') return [compareColumn(sql.ref(`r.${key}`), clause)];
  if (operator === 'IS NULL' || operator === 'IS NOT NULL') return [sql<boolean>`1 = 1`];
  if (entity === 'metric') return compareMetric(clause);
  if (typeof clause.value === 'number') return [sql<boolean>`r.number ${sql.raw(operator)} ${clause.value}`];
  return [compareColumn(sql.ref('value'), clause)];
}

function all(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return sql.join([...conditions], sql` AND `);
}

function any(conditions: readonly Condition[]): RawBuilder<unknown> {
  return sql`(${sql.join(
    conditions.map((condition) => sql`(${condition})`),
    sql` OR `,
  )})`;
}
