import type { Context } from '../../store/ports.ts';
import type { ModelSummary } from '../schema.ts';
import { currentAliases } from './alias-rows.ts';

/** The project's models by name, each with the number of its versions and where its aliases point. */
export async function listModels(context: Context): Promise<ModelSummary[]> {
  const { sql } = context.store.database;
  const rows = await sql
    .selectFrom('model')
    .leftJoin('model_version', (join) =>
      join
        .onRef('model_version.project', '=', 'model.project')
        .onRef('model_version.model', '=', 'model.name'),
    )
    .select((eb) => ['model.name', 'model.created_at', eb.fn.count('model_version.number').as('versions')])
    .where('model.project', '=', context.project)
    .groupBy(['model.name', 'model.created_at'])
    .orderBy('model.name')
    .execute();
  return Promise.all(
    rows.map(async (row) => ({
      name: row.name,
      createdAt: row.created_at,
      versions: Number(row.versions),
      aliases: await currentAliases(sql, context.project, row.name),
    })),
  );
}
