import type { Kysely, Selectable } from 'kysely';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import type { ModelVersionTable } from '../../store/sql/tracking-tables.ts';
import { currentAliasesOf } from '../models/alias-rows.ts';
import { STAGES, type Stage, type VersionRecord } from '../models/model-schema.ts';
import { requireVersionRow } from '../models/version-rows.ts';

type Row = Selectable<ModelVersionTable>;

/** A version as its client described it. Throws MODEL_NOT_FOUND or MODEL_VERSION_NOT_FOUND. */
export async function readVersion(context: Context, model: string, number: number): Promise<VersionRecord> {
  const { sql } = context.store.database;
  const row = await requireVersionRow(sql, context.project, model, number);
  const [record] = await toVersionRecords(sql, context.project, [row]);
  return record;
}

/** Rows of `model_version` with what belongs to them, in the order given. */
export async function toVersionRecords(
  sql: Kysely<Schema>,
  project: string,
  rows: readonly Row[],
): Promise<VersionRecord[]> {
  if (rows.length === 0) return [];
  const names = [...new Set(rows.map(({ model }) => model))];
  const numbers = [...new Set(rows.map(({ number }) => number))];
  const tags = await sql
    .selectFrom('model_version_tag')
    .selectAll()
    .where('project', '=', project)
    .where('model', 'in', names)
    .where('number', 'in', numbers)
    .orderBy('key')
    .execute();
  const tagsByVersion = Map.groupBy(tags, ({ model, number }) => versionKey(model, number));
  const aliases = await currentAliasesOf(sql, project, names);
  return rows.map((row) => ({
    model: row.model,
    number: row.number,
    bundle: row.bundle,
    run: row.run,
    loggedModel: row.logged_model,
    source: row.source,
    runLink: row.run_link,
    description: row.description,
    stage: STAGES.find((stage) => stage === row.stage) ?? ('None' satisfies Stage),
    actor: row.actor,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    tags: Object.fromEntries(
      (tagsByVersion.get(versionKey(row.model, row.number)) ?? []).map(({ key, value }) => [key, value]),
    ),
    aliases: Object.entries(aliases.get(row.model) ?? {})
      .filter(([, number]) => number === row.number)
      .map(([alias]) => alias),
  }));
}

/** Of each of the models the highest version of each stage. */
export async function latestOfStages(
  sql: Kysely<Schema>,
  project: string,
  models: readonly string[],
): Promise<VersionRecord[]> {
  const newest = await sql
    .selectFrom('model_version')
    .select((eb) => ['model', 'stage', eb.fn.max('number').as('number')])
    .where('project', '=', project)
    .where('model', 'in', models)
    .where('deleted_at', 'is', null)
    .groupBy(['model', 'stage'])
    .execute();
  if (newest.length === 0) return [];
  const wanted = new Set(newest.map(({ model, number }) => versionKey(model, number)));
  const rows = await sql
    .selectFrom('model_version')
    .selectAll()
    .where('project', '=', project)
    .where('model', 'in', [...new Set(newest.map(({ model }) => model))])
    .where('number', 'in', [...new Set(newest.map(({ number }) => number))])
    .where('deleted_at', 'is', null)
    .orderBy('model')
    .orderBy('number')
    .execute();
  return toVersionRecords(
    sql,
    project,
    rows.filter(({ model, number }) => wanted.has(versionKey(model, number))),
  );
}

function versionKey(model: string, number: number): string {
  return `${number} ${model}`;
}
