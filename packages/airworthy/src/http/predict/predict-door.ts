import type { FastifyInstance } from 'fastify';
import { AirworthyError } from '../../kernel/errors.ts';
import { optionsFromHeaders } from '../../serving/index.ts';
import { clientGone } from '../client-gone.ts';
import type { DoorDependencies } from '../door.ts';
import { answerHeaders, toBody } from './answer-body.ts';
import { addFastLane } from './fast-lane.ts';

interface PredictRoute {
  Params: { endpoint: string };
  Querystring: { explain?: string };
}

/** `POST /predict/{endpoint}`: one record or a list of records in, predictions out; `?explain=shap` says why. */
export function predictDoor(server: FastifyInstance, dependencies: DoorDependencies): void {
  const { endpoints, metrics } = dependencies;
  addFastLane(server, dependencies);
  server.post<PredictRoute>('/predict/:endpoint', metrics.observed, async (request, reply) => {
    const { body } = request;
    const records: readonly unknown[] = Array.isArray(body) ? body : [body];
    const { endpoint } = request.params;
    const answer = await endpoints.predict(endpoint, records, {
      ...optionsFromHeaders((name) => request.headers[name]),
      explain: readExplain(request.query.explain),
      signal: () => clientGone(reply),
    });
    metrics.countBatch(endpoint, records.length);
    reply.headers(answerHeaders(answer));
    return toBody(answer, Array.isArray(body));
  });
}

function readExplain(asked: string | undefined): 'shap' | undefined {
  if (asked === undefined || asked === 'shap') return asked;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `explain can be "shap", not "${String(asked).slice(0, 50)}"`,
    at: 'explain',
  });
}
