import type { Kysely } from 'kysely';
import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { type ModelVersion, RegisterVersion } from '../schema.ts';
import { tellWebhooks } from '../webhooks/tell-webhooks.ts';
import { nextNumber } from './next-number.ts';
import { toModelVersion } from './version-rows.ts';

/**
 * Gives a bundle the next version number of a model, which is made where there is none. The same bundle again
 * returns the version it has. Throws BUNDLE_NOT_FOUND for a bundle that was not packed here.
 */
export async function registerVersion(context: Context, input: RegisterVersion): Promise<ModelVersion> {
  const { model, bundle } = checkInput('registerVersion', RegisterVersion, input);
  const { project, actor } = context;
  return context.store.database.write(async (sql) => {
    const present = await findByBundle(sql, project, model, bundle);
    if (present) return present;
    const created_at = context.clock.now();
    await sql
      .insertInto('model')
      .values({ project, name: model, created_at, updated_at: created_at })
      .onConflict((conflict) => conflict.columns(['project', 'name']).doUpdateSet({ updated_at: created_at }))
      .execute();
    const number = await nextNumber(sql, project, model);
    const row = {
      project,
      model,
      number,
      bundle,
      run: await runOf(sql, project, bundle),
      logged_model: null,
      source: '',
      run_link: '',
      description: '',
      stage: 'None',
      actor,
      created_at,
      updated_at: created_at,
      deleted_at: null,
    };
    await sql.insertInto('model_version').values(row).execute();
    await appendAudit(context, sql, {
      action: 'model.register',
      object: `model/${model}/${number}`,
      reason: 'registered',
      evidence: { bundle },
    });
    await tellWebhooks(context, sql, {
      ...{ kind: 'version.created', model, isPrompt: false, version: number },
      ...{ source: '', run: row.run, tags: {}, description: '' },
    });
    return toModelVersion(row);
  });
}

async function findByBundle(
  sql: Kysely<Schema>,
  project: string,
  model: string,
  bundle: string,
): Promise<ModelVersion | undefined> {
  const row = await sql
    .selectFrom('model_version')
    .selectAll()
    .where('project', '=', project)
    .where('model', '=', model)
    .where('bundle', '=', bundle)
    .executeTakeFirst();
  return row && toModelVersion(row);
}

/** The run that made a bundle. Throws BUNDLE_NOT_FOUND. */
async function runOf(sql: Kysely<Schema>, project: string, digest: string): Promise<string> {
  const row = await sql
    .selectFrom('bundle')
    .select('run')
    .where('project', '=', project)
    .where('digest', '=', digest)
    .executeTakeFirst();
  if (row) return row.run;
  throw new AirworthyError('BUNDLE_NOT_FOUND', { message: `no bundle ${digest} in project "${project}"` });
}
