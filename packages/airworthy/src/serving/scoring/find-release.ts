import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { currentDeployment } from '../endpoints/record-deployment.ts';
import { resolveRelease } from '../endpoints/resolve-release.ts';
import type { Release } from '../schema.ts';

/** Which release is meant: a model's version, else what the endpoint serves. */
export interface WantedRelease {
  endpoint: string;
  model?: string | undefined;
  version?: number | undefined;
  /** `registry.alias`: the version of a model that is named without one. */
  alias?: string | undefined;
}

/** @throws ENDPOINT_NOT_FOUND, MODEL_NOT_FOUND, MODEL_VERSION_NOT_FOUND, VERSION_NOT_PACKED */
export async function findRelease(
  context: Context,
  { endpoint, model, version, alias = 'champion' }: WantedRelease,
): Promise<Release> {
  const deployed = await currentDeployment(context.store.database.sql, context.project, endpoint);
  const named = model ?? deployed?.model;
  if (named !== undefined && version !== undefined)
    return resolveRelease(context, { model: named, version, reason: 'scoring' });
  if (named !== undefined && named !== deployed?.model)
    return resolveRelease(context, { model: named, alias, reason: 'scoring' });
  if (deployed) return { model: deployed.model, version: deployed.version, bundle: deployed.bundle };
  throw new AirworthyError('ENDPOINT_NOT_FOUND', {
    message: `nothing is deployed at endpoint "${endpoint}"`,
    remedy: 'Name the model to score with: --model NAME --version N.',
  });
}
