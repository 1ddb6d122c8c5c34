import type { FastifyInstance } from 'fastify';
import { checkInput } from '../../kernel/check-input.ts';
import { listRepository, loadModel, refuseFiles, unloadModel } from '../../serving/index.ts';
import type { DoorDependencies } from '../door.ts';
import { readJson } from './oip-body.ts';
import { IndexRequest, type Parameters, RepositoryRequest } from './schema.ts';

interface RepositoryParams {
  model: string;
}

/** What may be loaded, and loading and unloading it: the protocol's extension `model_repository`. */
export function addRepositoryRoutes(scope: FastifyInstance, dependencies: DoorDependencies): void {
  const { config, project } = dependencies;
  const repository = { ...dependencies, alias: project.config.registry.alias };
  const most = config.limits.bodyBytes;
  const options = { config: { takesEncodings: true } };
  scope.post('/repository/index', options, async (request) => {
    const { ready = false } = checkInput('index', IndexRequest, await readJson(request, most));
    return listRepository(repository, { ready });
  });
  scope.post<{ Params: RepositoryParams }>(
    '/repository/models/:model/load',
    options,
    async (request, reply) => {
      const { parameters = {} } = checkInput('load', RepositoryRequest, await readJson(request, most));
      await loadModel(repository, request.params.model, versionOf(parameters));
      return reply.send();
    },
  );
  scope.post<{ Params: RepositoryParams }>(
    '/repository/models/:model/unload',
    options,
    async (request, reply) => {
      checkInput('unload', RepositoryRequest, await readJson(request, most));
      await unloadModel(repository, request.params.model);
      return reply.send();
    },
  );
}

function versionOf({ version, ...others }: Parameters): string | undefined {
  refuseFiles(Object.keys(others));
  return version === undefined ? undefined : String(version);
}
