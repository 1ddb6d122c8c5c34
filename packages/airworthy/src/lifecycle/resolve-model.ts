import { AirworthyError } from '../kernel/errors.ts';
import type { Project } from '../project/load-project.ts';
import { getModelVersion, requirePacked, resolveAlias, type ServableVersion } from '../registry/index.ts';
import type { Context } from '../store/ports.ts';

/**
 * The packed version that a person means: `name` (where the project's alias points), `name@alias`, or `name@3`.
 *
 * @throws MODEL_NOT_FOUND, ALIAS_NOT_FOUND, MODEL_VERSION_NOT_FOUND, BAD_ARGUMENT; as `requirePacked` where nobody packed it.
 */
export async function resolveModel(
  context: Context,
  project: Project,
  reference: string,
): Promise<ServableVersion> {
  const [name, wanted, ...rest] = reference.split('@');
  if (name === '' || wanted === '' || rest.length > 0) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `"${reference}" is no model: name, name@alias or name@version`,
      at: 'model',
    });
  }
  const version = /^\d{1,9}$/.test(wanted ?? '')
    ? await getModelVersion(context, name, Number(wanted))
    : await resolveAlias(context, name, wanted ?? project.config.registry.alias);
  return requirePacked(version);
}
