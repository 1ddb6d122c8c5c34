import { sql as raw } from 'kysely';
import { moment, plural } from '../kernel/figures.ts';
import type { Context } from '../store/ports.ts';
import type { SearchHit } from './read-schema.ts';

/** Most finds of one kind, so that no kind crowds out another. */
const OF_A_KIND = 6;

/**
 * Objects whose name contains the text, whatever its case, or whose id or digest begins with it (from six characters
 * on): datasets and their versions, models and their versions, endpoints, suites, alerts, runs. Newest first within a kind.
 */
export async function searchProject(context: Context, text: string): Promise<SearchHit[]> {
  const wanted: Wanted = {
    // What a person types is text, not a pattern.
    pattern: `%${text.toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`,
    digest: /^[0-9a-f]{6,64}$/i.test(text) ? text.toLowerCase() : undefined,
  };
  const found = [
    await findEndpoints(context, wanted),
    await findModels(context, wanted),
    await findDatasets(context, wanted),
    await findSuites(context, wanted),
    await findAlerts(context, wanted),
    await findRuns(context, wanted),
  ];
  return found.flat();
}

interface Wanted {
  pattern: string;
  /** The text, where it may be the beginning of a digest or an id. */
  digest: string | undefined;
}

function contains(column: string, { pattern }: Wanted) {
  return raw<boolean>`lower(${raw.ref(column)}) LIKE ${pattern} ESCAPE '\\'`;
}

/** A range instead of LIKE, so that the index is used. */
function beginsWith(column: string, digest: string) {
  return raw<boolean>`${raw.ref(column)} >= ${digest} AND ${raw.ref(column)} < ${`${digest}g`}`;
}

function named(column: string, id: string, wanted: Wanted) {
  const { digest } = wanted;
  const byName = contains(column, wanted);
  return digest === undefined ? byName : raw<boolean>`(${byName} OR (${beginsWith(id, digest)}))`;
}

async function findEndpoints(context: Context, wanted: Wanted): Promise<SearchHit[]> {
  const rows = await context.store.database.sql
    .selectFrom('endpoint')
    .select(['name', 'model'])
    .where('project', '=', context.project)
    .where(contains('name', wanted))
    .orderBy('name')
    .limit(OF_A_KIND)
    .execute();
  return rows.map(({ name, model }) => ({
    to: { kind: 'endpoint', endpoint: name },
    label: name,
    detail: `endpoint of ${model}`,
  }));
}

async function findModels(context: Context, wanted: Wanted): Promise<SearchHit[]> {
  const rows = await context.store.database.sql
    .selectFrom('model_version')
    .select(['model', 'number', 'bundle', 'created_at'])
    .where('project', '=', context.project)
    .where(named('model', 'bundle', wanted))
    .where('deleted_at', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(OF_A_KIND)
    .execute();
  return rows.map(({ model, number, bundle, created_at }) => ({
    to: { kind: 'model-version', model, number },
    label: `${model} version ${number}`,
    detail: `${bundle === null ? 'not packed' : `bundle ${bundle.slice(0, 12)}`}, ${moment(created_at)}`,
  }));
}

async function findDatasets(context: Context, wanted: Wanted): Promise<SearchHit[]> {
  const rows = await context.store.database.sql
    .selectFrom('dataset_version')
    .select(['dataset', 'number', 'rows', 'digest'])
    .where('project', '=', context.project)
    .where(named('dataset', 'digest', wanted))
    .orderBy('created_at', 'desc')
    .limit(OF_A_KIND)
    .execute();
  return rows.map(({ dataset, number, rows: size, digest }) => ({
    to: { kind: 'dataset-version', dataset, number },
    label: `${dataset} version ${number}`,
    detail: `${plural(Number(size), 'row')}, ${digest.slice(0, 12)}`,
  }));
}

async function findSuites(context: Context, wanted: Wanted): Promise<SearchHit[]> {
  const rows = await context.store.database.sql
    .selectFrom('suite_evaluation')
    .select((eb) => ['suite', eb.fn.max('number').as('newest'), eb.fn.max('started_at').as('at')])
    .where('project', '=', context.project)
    .where(named('suite', 'id', wanted))
    .groupBy('suite')
    .orderBy('at', 'desc')
    .limit(OF_A_KIND)
    .execute();
  return rows.map(({ suite, newest, at }) => ({
    to: { kind: 'suite', suite },
    label: suite,
    detail: `suite, ${plural(Number(newest), 'evaluation')}, ${moment(Number(at))}`,
  }));
}

async function findAlerts(context: Context, wanted: Wanted): Promise<SearchHit[]> {
  const rows = await context.store.database.sql
    .selectFrom('alert')
    .select(['id', 'title', 'tier', 'opened_at'])
    .where('project', '=', context.project)
    .where(named('title', 'id', wanted))
    .orderBy('opened_at', 'desc')
    .limit(OF_A_KIND)
    .execute();
  return rows.map(({ id, title, tier, opened_at }) => ({
    to: { kind: 'alert', alert: id },
    label: title,
    detail: `${tier}, ${moment(opened_at)}`,
  }));
}

/** Of runs there may be very many: by id through the key, by name through an index that holds all it needs. */
async function findRuns(context: Context, wanted: Wanted): Promise<SearchHit[]> {
  const { digest } = wanted;
  const runs = context.store.database.sql
    .selectFrom('run')
    .select(['id', 'name', 'started_at'])
    .where('project', '=', context.project)
    .limit(OF_A_KIND);
  const byId = digest === undefined ? [] : await runs.where(beginsWith('id', digest)).execute();
  const rows =
    byId.length > 0
      ? byId
      : await runs.where(contains('name', wanted)).orderBy('started_at', 'desc').execute();
  return rows.map(({ id, name, started_at }) => ({
    to: { kind: 'run', run: id },
    label: name,
    detail: `run ${id.slice(0, 12)}, ${moment(started_at)}`,
  }));
}
