import { z } from 'zod';
import { getModelVersion, requirePacked, resolveAlias } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { Release } from '../schema.ts';

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

/** The registered release a request means. @throws MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, ALIAS_NOT_FOUND, VERSION_NOT_PACKED */
export async function resolveRelease(context: Context, request: DeployRequest): Promise<Release> {
  const { model, version, alias, reason } = request;
  const found =
    alias === undefined
      ? await getModelVersion(context, model, version ?? 0)
      : await resolveAlias(context, model, alias);
  const { number, bundle } = requirePacked(found);
  return { model, version: number, bundle, reason };
}
