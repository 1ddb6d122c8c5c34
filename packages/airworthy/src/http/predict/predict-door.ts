import type { FastifyInstance } from 'fastify';
import { parseTraceparent } from '../../serving/index.ts';
import type { DoorDependencies } from '../door.ts';

/** `POST /predict/{endpoint}`: one record or a list of records in, predictions out. */
export function predictDoor(server: FastifyInstance, { endpoints, metrics }: DoorDependencies): void {
  server.post<{ Params: { endpoint: string } }>(
    '/predict/:endpoint',
    metrics.observed,
    async (request, reply) => {
      const { body } = request;
      const traceId = parseTraceparent(request.headers.traceparent as string | undefined);
      const records: readonly unknown[] = Array.isArray(body) ? body : [body];
      const { endpoint } = request.params;
      const { predictions, ids, model, modelVersion } = await endpoints.predict(endpoint, records, {
        traceId,
      });
      metrics.countBatch(endpoint, records.length);
      reply.header('x-airworthy-prediction-id', ids[0]);
      reply.header('x-airworthy-model-version', modelVersion);
      const answers = predictions.map((prediction, index) => ({ ...prediction, predictionId: ids[index] }));
      const served = { model, version: modelVersion };
      return Array.isArray(body) ? { predictions: answers, ...served } : { ...answers[0], ...served };
    },
  );
}
