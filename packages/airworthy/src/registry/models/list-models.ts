import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import type { ModelSummary } from '../schema.ts';
import { currentAliasesOf } from './alias-rows.ts';
import { promptTagOf } from './prompts.ts';
import { requireModel } from './version-rows.ts';

/**
 * The project's models by name, each with the number of its versions and where its aliases point; or the
 * one of a name; of a long list those after a name, so many of them.
 */
export async function listModels(
  context: Context,
  { name, after, limit }: { name?: string; after?: string | undefined; limit?: number } = {},
): Promise<ModelSummary[]> {
  const { sql } = context.store.database;
  let query = sql
    .selectFrom('model')
    .leftJoin('model_version', (join) =>
      join
        .onRef('model_version.project', '=', 'model.project')
        .onRef('model_version.model', '=', 'model.name')
        .on('model_version.deleted_at', 'is', null),
    )
    .select((eb) => ['model.name', 'model.created_at', eb.fn.count('model_version.number').as('versions')])
    .where('model.project', '=', context.project)
    .where((eb) => eb.not(eb.exists(promptTagOf(eb))))
    .groupBy(['model.name', 'model.created_at'])
    .orderBy('model.name');
  if (name !== undefined) query = query.where('model.name', '=', name);
  if (after !== undefined) query = query.where('model.name', '>', after);
  if (limit !== undefined) query = query.limit(limit);
  const rows = await query.execute();
  if (rows.length === 0) return [];
  const names = rows.map((row) => row.name);
  const aliases = await currentAliasesOf(sql, context.project, names);
  return rows.map((row) => ({
    name: row.name,
    createdAt: row.created_at,
    versions: Number(row.versions),
    aliases: aliases.get(row.name) ?? {},
  }));
}

/** One model, likewise. Throws MODEL_NOT_FOUND. */
export async function getModel(context: Context, name: string): Promise<ModelSummary> {
  await requireModel(context.store.database.sql, context.project, name);
  const [model] = await listModels(context, { name });
  if (model !== undefined) return model;
  throw new AirworthyError('MODEL_NOT_FOUND', { message: `"${name}" is a prompt, not a model` });
}
