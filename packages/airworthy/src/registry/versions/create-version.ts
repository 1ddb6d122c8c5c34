import type { Kysely } from 'kysely';
import { z } from 'zod';
import { checkInput } from '../../kernel/check-input.ts';
import { StoredText } from '../../kernel/stored-text.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { touchModel } from '../models/change-model.ts';
import { Description, RegisteredName, RegistryTags, type VersionRecord } from '../models/model-schema.ts';
import { nextNumber } from '../models/next-number.ts';
import { isPrompt, PROMPT_TAG } from '../models/prompts.ts';
import { requireModel } from '../models/version-rows.ts';
import { tellWebhooks } from '../webhooks/tell-webhooks.ts';
import { readVersion } from './read-records.ts';
import { parseModelReference, requireSafeSource, resolveSource } from './source.ts';

export const CreateVersion = z.strictObject({
  model: RegisteredName,
  /** Where its files are: `models:/m-…`, `mlflow-artifacts:/…`, or a place of the client's own. */
  source: StoredText.min(1).max(5_000),
  run: StoredText.max(256).nullable().default(null),
  loggedModel: StoredText.max(256).nullable().default(null),
  runLink: StoredText.max(500).default(''),
  description: Description.default(''),
  tags: RegistryTags.default({}),
  /** An imported one keeps its number, which must be above those that are there, and its time. */
  number: z.int().min(1).optional(),
  createdAt: z.int().optional(),
});
export type CreateVersion = z.input<typeof CreateVersion>;

/**
 * Gives what a client logged the next number of a model. Nobody packed it, so it is listed and not served. Throws
 * MODEL_NOT_FOUND, VERSION_SOURCE_REFUSED, and what is thrown where a `models:` source leads nowhere.
 */
export async function createVersion(context: Context, input: CreateVersion): Promise<VersionRecord> {
  const checked = checkInput('createVersion', CreateVersion, input);
  const { model, source, runLink: run_link, description, tags } = checked;
  const { project, actor } = context;
  const asPrompt = tags[PROMPT_TAG] === 'true';
  const loggedModel = asPrompt ? null : await settleSource(context, checked);
  const run = checked.run || (await runOfLoggedModel(context, loggedModel));
  const number = await context.store.database.write(async (sql) => {
    await requireModel(sql, project, model);
    const next = Math.max(await nextNumber(sql, project, model), checked.number ?? 1);
    const created_at = checked.createdAt ?? context.clock.now();
    const row = { project, model, number: next, run, source, run_link, description, actor, created_at };
    await sql
      .insertInto('model_version')
      .values({
        ...row,
        ...{ bundle: null, logged_model: loggedModel, stage: 'None' },
        ...{ updated_at: created_at, deleted_at: null },
      })
      .execute();
    await insertTags(sql, project, model, next, tags);
    await touchModel(context, sql, model);
    await appendAudit(context, sql, {
      action: asPrompt ? 'prompt.version' : 'model.register',
      object: `model/${model}/${next}`,
      reason: 'registered by a client',
      evidence: { source, run, loggedModel },
    });
    const told = { model, isPrompt: asPrompt || (await isPrompt(sql, project, model)) };
    await tellWebhooks(context, sql, {
      ...told,
      ...{ kind: 'version.created', version: next, source, run, tags, description },
    });
    return next;
  });
  return readVersion(context, model, number);
}

/** The logged model that a version is, where it is one; its source is checked on the way. */
async function settleSource(
  context: Context,
  { source, loggedModel }: z.output<typeof CreateVersion>,
): Promise<string | null> {
  const reference = parseModelReference(source);
  if (reference === undefined) requireSafeSource(source);
  else await resolveSource(context, source);
  return loggedModel || (reference && 'loggedModel' in reference && reference.loggedModel) || null;
}

async function runOfLoggedModel(context: Context, loggedModel: string | null): Promise<string | null> {
  if (loggedModel === null) return null;
  const row = await context.store.database.sql
    .selectFrom('logged_model')
    .select('source_run')
    .where('project', '=', context.project)
    .where('id', '=', loggedModel)
    .executeTakeFirst();
  return row?.source_run ?? null;
}

async function insertTags(
  sql: Kysely<Schema>,
  project: string,
  model: string,
  number: number,
  tags: Record<string, string>,
): Promise<void> {
  const rows = Object.entries(tags).map(([key, value]) => ({ project, model, number, key, value }));
  if (rows.length > 0) await sql.insertInto('model_version_tag').values(rows).execute();
}
