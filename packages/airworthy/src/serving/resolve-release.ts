import { z } from 'zod';
import { AirworthyError } from '../kernel/errors.ts';
import { resolveAlias } from '../registry/index.ts';
import type { Context } from '../store/ports.ts';
import type { Release } from './schema.ts';

/** What to serve, by version or by alias. */
export const DeployRequest = z
  .strictObject({
    model: z.string().min(1),
    version: z.int().min(1).optional(),
    alias: z.string().min(1).optional(),
    reason: z.string().trim().min(1).max(2_000),
  })
  .refine(
    ({ version, alias }) => (version === undefined) !== (alias === undefined),
    'give either version or alias',
  );
export type DeployRequest = z.infer<typeof DeployRequest>;

/** The registered release a request means. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, ALIAS_NOT_FOUND */
export async function resolveRelease(context: Context, request: DeployRequest): Promise<Release> {
  const { model, version, alias, reason } = request;
  if (alias !== undefined) {
    const found = await resolveAlias(context, model, alias);
    return { model, version: found.number, bundle: found.bundle, reason };
  }
  const row = await context.store.database.sql
    .selectFrom('model_version')
    .select(['number', 'bundle'])
    .where('project', '=', context.project)
    .where('model', '=', model)
    .where('number', '=', version ?? 0)
    .executeTakeFirst();
  if (row) return { model, version: row.number, bundle: row.bundle, reason };
  throw new AirworthyError('MODEL_VERSION_NOT_FOUND', {
    message: `model "${model}" has no version ${version}`,
  });
}
