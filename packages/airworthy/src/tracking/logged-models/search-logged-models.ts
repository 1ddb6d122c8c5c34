import { type Expression, type RawBuilder, sql as raw, type SqlBool } from 'kysely';
import type { Context } from '../../store/ports.ts';
import { numberOfRow } from '../metrics/metric-value.ts';
import { compareColumn } from '../search/compare-column.ts';
import type { FilterClause } from '../search/filter-grammar.ts';
import { withData } from './logged-model-rows.ts';
import type { DatasetChoice, LoggedModel, LoggedModelOrder, SearchLoggedModels } from './schema.ts';

/** By the key of a clause; statuses as clients of MLflow write them. */
const COLUMNS: Readonly<Record<string, RawBuilder<unknown>>> = {
  name: raw.ref('logged_model.name'),
  model_id: raw.ref('logged_model.id'),
  model_type: raw.ref('logged_model.model_type'),
  status: raw`upper(replace(logged_model.status, '-', '_'))`,
  source_run_id: raw.ref('logged_model.source_run'),
  creation_timestamp: raw.ref('logged_model.created_at'),
  last_updated_timestamp: raw.ref('logged_model.updated_at'),
};

const MEASURED = numberOfRow(raw.table('said'));

/** Logged models of some experiments that all clauses hold for, newest first unless ordered otherwise. */
export async function searchLoggedModels(
  { store, project }: Context,
  { experiments, clauses = [], datasets = [], orderBy = [], limit, offset = 0 }: SearchLoggedModels,
): Promise<{ models: LoggedModel[]; more: boolean }> {
  if (experiments.length === 0) return { models: [], more: false };
  const { sql } = store.database;
  let query = sql
    .selectFrom('logged_model')
    .selectAll()
    .where('project', '=', project)
    .where('experiment', 'in', experiments)
    .where('deleted_at', 'is', null)
    .limit(limit + 1)
    .offset(offset);
  for (const clause of clauses) query = query.where(holds(clause, datasets));
  if (datasets.length > 0 && !clauses.some((clause) => clause.entity === 'metric'))
    query = query.where(existsIn('logged_model_metric', [onDatasets(datasets)]));
  for (const order of orderBy) {
    const value = orderValue(order);
    query = query
      .orderBy(raw`CASE WHEN ${value} IS NULL THEN 1 ELSE 0 END`)
      .orderBy(value, order.ascending ? 'asc' : 'desc');
  }
  const rows = await query.orderBy('created_at', 'desc').orderBy('id').execute();
  return { models: await withData(sql, project, rows.slice(0, limit)), more: rows.length > limit };
}

function holds(clause: FilterClause, datasets: readonly DatasetChoice[]): Expression<SqlBool> {
  const { entity, key } = clause;
  if (entity === 'attribute') return compareColumn(COLUMNS[key], statusNamed(clause));
  const named = raw<boolean>`key = ${key}`;
  if (entity !== 'metric')
    return existsIn(`logged_model_${entity}`, [named, compareColumn(raw.ref('value'), clause)]);
  const measured = [named, compareColumn(MEASURED, clause)];
  if (datasets.length > 0) measured.push(onDatasets(datasets));
  return existsIn('logged_model_metric', measured);
}

/** `READY` is how clients of MLflow know what its API calls `LOGGED_MODEL_READY`. */
function statusNamed(clause: FilterClause): FilterClause {
  const { key, value } = clause;
  if (key !== 'status') return clause;
  const short = (text: string) => text.replace(/^LOGGED_MODEL_(STATUS_)?/, '');
  if (typeof value === 'string') return { ...clause, value: short(value) };
  return Array.isArray(value) ? { ...clause, value: value.map(short) } : clause;
}

function existsIn(table: string, conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  return raw<boolean>`EXISTS (SELECT 1 FROM ${raw.table(table)} AS said
    WHERE said.project = logged_model.project AND said.model = logged_model.id
      AND ${raw.join(conditions, raw` AND `)})`;
}

function onDatasets(datasets: readonly DatasetChoice[]): RawBuilder<boolean> {
  return raw<boolean>`(${raw.join(datasets.map(onDataset), raw` OR `)})`;
}

function onDataset({ name, digest }: DatasetChoice): RawBuilder<boolean> {
  return digest === undefined
    ? raw<boolean>`dataset_name = ${name}`
    : raw<boolean>`(dataset_name = ${name} AND dataset_digest = ${digest})`;
}

function orderValue({ entity, key, dataset }: LoggedModelOrder): RawBuilder<unknown> {
  if (entity === 'attribute') return COLUMNS[key];
  const measured = dataset === undefined ? raw`` : raw`AND ${onDataset(dataset)}`;
  return raw`(SELECT ${MEASURED} FROM logged_model_metric AS said
    WHERE said.project = logged_model.project AND said.model = logged_model.id AND key = ${key} ${measured}
    ORDER BY time DESC, step DESC LIMIT 1)`;
}
