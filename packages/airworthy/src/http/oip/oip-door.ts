import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { type Endpoints, parseTraceparent } from '../../serving/index.ts';
import type { DoorDependencies } from '../door.ts';
import { toRequestError } from '../send-error.ts';
import { decodeInputs } from './decode-inputs.ts';
import { encodeOutputs, requireOutputs } from './encode-outputs.ts';
import { InferRequest } from './schema.ts';

interface ModelParams {
  /** A model of the protocol is an endpoint here. */
  endpoint: string;
  version?: string;
}
type ModelRequest = FastifyRequest<{ Params: ModelParams }>;

/** Open Inference Protocol v2 in JSON, under `/v2`; errors are `{"error": "…"}` as the protocol has them. */
export function oipDoor(server: FastifyInstance, dependencies: DoorDependencies): void {
  server.register(async (scope) => addRoutes(scope, dependencies), { prefix: '/v2' });
}

function addRoutes(scope: FastifyInstance, dependencies: DoorDependencies): void {
  const { endpoints, metrics, context, draining, version } = dependencies;
  scope.setErrorHandler((error, request, reply) => {
    const { status, message, remedy } = toRequestError(error, request, context.log);
    return reply.status(status).send({ error: `${message}. ${remedy}` });
  });
  scope.setNotFoundHandler((request, reply) =>
    reply
      .status(404)
      .send({ error: `nothing is at ${request.method} ${request.url.split('?', 1)[0].slice(0, 200)}` }),
  );
  scope.get('/', async () => ({ name: 'airworthy', version, extensions: [] }));
  scope.get('/health/live', async () => ({ live: true }));
  scope.get('/health/ready', async (_request, reply) => {
    const ready = endpoints.ready() && !draining.aborted;
    reply.status(ready ? 200 : 503);
    return { ready };
  });
  for (const path of ['/models/:endpoint', '/models/:endpoint/versions/:version']) {
    scope.get(path, async (request: ModelRequest) => {
      const { endpoint, model, signature } = describe(endpoints, request.params);
      const { inputs, outputs } = signature;
      return { name: endpoint, versions: [String(model.version)], platform: 'airworthy', inputs, outputs };
    });
    scope.get(`${path}/ready`, async (request: ModelRequest) => {
      const { endpoint } = describe(endpoints, request.params);
      return { name: endpoint, ready: true };
    });
    scope.post(`${path}/infer`, metrics.observed, async (request: ModelRequest, reply) =>
      infer(dependencies, request, reply),
    );
  }
}

/** @throws ENDPOINT_NOT_FOUND for an unknown endpoint and for a version it does not serve now */
function describe(endpoints: Endpoints, { endpoint, version }: ModelParams) {
  const { deployment, signature } = endpoints.describe(endpoint);
  if (version === undefined || version === String(deployment.version))
    return { endpoint, model: deployment, signature };
  throw new AirworthyError('ENDPOINT_NOT_FOUND', {
    message: `endpoint "${endpoint}" serves version ${deployment.version} now, not "${version.slice(0, 20)}"`,
  });
}

async function infer({ endpoints, metrics }: DoorDependencies, request: ModelRequest, reply: FastifyReply) {
  const { endpoint, signature } = describe(endpoints, request.params);
  const { id, inputs, outputs } = checkInput('infer', InferRequest, request.body);
  requireOutputs(signature, outputs);
  const records = decodeInputs(signature.fields, inputs);
  const traceId = parseTraceparent(request.headers.traceparent as string | undefined);
  const { predictions, ids, modelVersion } = await endpoints.predict(endpoint, records, { traceId });
  metrics.countBatch(endpoint, records.length);
  reply.header('x-airworthy-prediction-id', ids[0]);
  reply.header('x-airworthy-model-version', modelVersion);
  return {
    model_name: endpoint,
    model_version: String(modelVersion),
    ...(id === undefined ? {} : { id }),
    parameters: { prediction_ids: ids.join(',') },
    outputs: encodeOutputs(signature, predictions, outputs),
  };
}
