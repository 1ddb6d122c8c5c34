import type { FastifyInstance } from 'fastify';
import { describeConfig, describeModel, EXTENSIONS, modelStatistics } from '../../serving/index.ts';
import type { DoorDependencies } from '../door.ts';
import { toRequestError } from '../send-error.ts';
import { generate, generateStream } from './generate-route.ts';
import { infer, type ModelRequest } from './infer-route.ts';
import { takeBytes } from './oip-body.ts';
import { addRepositoryRoutes } from './repository-routes.ts';

/**
 * Open Inference Protocol v2 under `/v2`, with binary tensors, generation, the model repository, statistics and
 * configuration; errors are `{"error": "…"}` as the protocol has them.
 */
export function oipDoor(server: FastifyInstance, dependencies: DoorDependencies): void {
  server.register(async (scope) => addRoutes(scope, dependencies), { prefix: '/v2' });
}

function addRoutes(scope: FastifyInstance, dependencies: DoorDependencies): void {
  const { endpoints, draining, version } = dependencies;
  takeBytes(scope);
  answerErrors(scope, dependencies);
  scope.get('/', async () => ({ name: 'airworthy', version, extensions: EXTENSIONS }));
  scope.get('/health/live', async () => ({ live: true }));
  scope.get('/health/ready', async (_request, reply) => {
    const ready = endpoints.ready() && !draining.aborted;
    reply.status(ready ? 200 : 503);
    return { ready };
  });
  addRepositoryRoutes(scope, dependencies);
  scope.get('/models/stats', async () => ({
    model_stats: modelStatistics(endpoints, dependencies.statistics),
  }));
  for (const path of ['/models/:endpoint', '/models/:endpoint/versions/:version'])
    addModelRoutes(scope, path, dependencies);
}

function addModelRoutes(scope: FastifyInstance, path: string, dependencies: DoorDependencies): void {
  const { endpoints, statistics, metrics, config } = dependencies;
  scope.get(path, async ({ params }: ModelRequest) =>
    describeModel(endpoints, params.endpoint, params.version),
  );
  scope.get(`${path}/ready`, async ({ params }: ModelRequest) => {
    endpoints.describe(params.endpoint, params.version);
    return { name: params.endpoint, ready: true };
  });
  scope.get(`${path}/config`, async ({ params }: ModelRequest) =>
    describeConfig(endpoints, config.limits.maxBatch, params.endpoint, params.version),
  );
  scope.get(`${path}/stats`, async ({ params }: ModelRequest) => ({
    model_stats: modelStatistics(endpoints, statistics, params.endpoint, params.version),
  }));
  const observed = { ...metrics.observed, config: { takesEncodings: true } };
  scope.post(`${path}/infer`, observed, (request: ModelRequest, reply) =>
    infer(dependencies, request, reply),
  );
  scope.post(`${path}/generate`, observed, (request: ModelRequest, reply) =>
    generate(dependencies, request, reply),
  );
  scope.post(`${path}/generate_stream`, observed, (request: ModelRequest, reply) =>
    generateStream(dependencies, request, reply),
  );
}

function answerErrors(scope: FastifyInstance, { context }: DoorDependencies): void {
  // As bytes, so that the type stays what clients compare it with: without a charset.
  const body = (error: string) => Buffer.from(JSON.stringify({ error }));
  scope.setErrorHandler((thrown, request, reply) => {
    const { status, sentence, facts } = toRequestError(thrown, request, context.log);
    if (typeof facts.retryAfterMs === 'number')
      reply.header('retry-after', Math.ceil(facts.retryAfterMs / 1_000));
    return reply.status(status).header('content-type', 'application/json').send(body(sentence));
  });
  scope.setNotFoundHandler((request, reply) =>
    reply
      .status(404)
      .header('content-type', 'application/json')
      .send(body(`nothing is at ${request.method} ${request.url.split('?', 1)[0].slice(0, 200)}`)),
  );
}
