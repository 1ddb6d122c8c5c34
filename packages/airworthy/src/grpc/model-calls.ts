import { AirworthyError } from '../kernel/errors.ts';
import {
  describeConfig,
  describeModel,
  EXTENSIONS,
  listRepository,
  loadModel,
  modelStatistics,
  refuseFiles,
  unloadModel,
} from '../serving/index.ts';
import type { GrpcDependencies } from './grpc-dependencies.ts';
import type { NamedRequest, RepositoryRequest } from './messages.ts';
import { readParameters } from './wire-parameters.ts';

/** An empty text is a field that was not sent. */
const given = (text: string): string | undefined => (text === '' ? undefined : text);

/** Asked by load balancers, which have no token, and telling nothing but alive and ready. */
const open = {
  ServerLive: () => ({ live: true }),
  ServerReady: ({ endpoints, draining }: GrpcDependencies) => ({
    ready: endpoints.ready() && !draining.aborted,
  }),
};

const guarded = {
  ServerMetadata: ({ version }: GrpcDependencies) => ({
    name: 'airworthy',
    version,
    extensions: [...EXTENSIONS],
  }),
  ModelReady: ({ endpoints }: GrpcDependencies, { name, version }: NamedRequest) => ({
    ready: isReady(endpoints, name, given(version)),
  }),
  ModelMetadata: ({ endpoints }: GrpcDependencies, { name, version }: NamedRequest) =>
    describeModel(endpoints, name, given(version)),
  ModelConfig: ({ endpoints, config }: GrpcDependencies, { name, version }: NamedRequest) => ({
    config: describeConfig(endpoints, config.limits.maxBatch, name, given(version)),
  }),
  ModelStatistics: ({ endpoints, statistics }: GrpcDependencies, { name, version }: NamedRequest) => ({
    model_stats: modelStatistics(endpoints, statistics, given(name), given(version)),
  }),
  RepositoryIndex: async (dependencies: GrpcDependencies, { ready }: { ready: boolean }) => ({
    models: await listRepository(dependencies, { ready }),
  }),
  RepositoryModelLoad: async (dependencies: GrpcDependencies, request: RepositoryRequest) => {
    const name = modelOf(request);
    const { version, ...others } = readParameters(request.parameters);
    refuseFiles(Object.keys(others));
    await loadModel(dependencies, name, version === undefined ? undefined : String(version));
    return { model_name: name, isLoaded: true };
  },
  RepositoryModelUnload: async (dependencies: GrpcDependencies, request: RepositoryRequest) => {
    const name = modelOf(request);
    await unloadModel(dependencies, name);
    return { model_name: name, isUnloaded: true };
  },
};

export const MODEL_CALLS = { open, guarded };

/** A model that is known and not loaded is not ready; one that is not known is an error. */
function isReady(
  endpoints: GrpcDependencies['endpoints'],
  name: string,
  version: string | undefined,
): boolean {
  try {
    endpoints.describe(name, version);
    return true;
  } catch (error) {
    if (AirworthyError.is(error) && error.code === 'ENDPOINT_NOT_READY') return false;
    throw error;
  }
}

/** KServe's clients send the name in the field that is the repository's elsewhere. */
function modelOf({ model_name, repository_name }: RepositoryRequest): string {
  const name = given(model_name) ?? given(repository_name);
  if (name !== undefined) return name;
  throw new AirworthyError('BAD_ARGUMENT', { message: 'model_name is missing', at: 'model_name' });
}
