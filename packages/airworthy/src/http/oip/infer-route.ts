import type { FastifyReply, FastifyRequest } from 'fastify';
import { AirworthyError } from '../../kernel/errors.ts';
import { type InferAnswer, inferTensors, optionsFromHeaders, withTimeout } from '../../serving/index.ts';
import { clientGone } from '../client-gone.ts';
import type { DoorDependencies } from '../door.ts';
import { encodeAnswer } from './encode-answer.ts';
import { readBytes, sendBytes } from './oip-body.ts';
import { readInfer } from './read-infer.ts';

export interface ModelParams {
  /** A model of the protocol is an endpoint here. */
  endpoint: string;
  version?: string;
}
export type ModelRequest = FastifyRequest<{ Params: ModelParams }>;

/** The header that says how many bytes of a body are JSON; tensors follow. */
export const HEADER_LENGTH = 'inference-header-content-length';

/** `POST …/infer`. */
export async function infer(
  { endpoints, metrics, config }: DoorDependencies,
  request: ModelRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { endpoint, version } = request.params;
  const described = endpoints.describe(endpoint, version);
  const body = await readBytes(request, config.limits.bodyBytes);
  const { id, inputs, outputs, parameters, isBinary } = readInfer(body, headerLength(request), described);
  const options = {
    ...withTimeout(
      optionsFromHeaders((name) => request.headers[name]),
      parameters.timeout,
    ),
    signal: clientGone(reply),
  };
  const answer = await inferTensors(endpoints, { endpoint, version, id, inputs, outputs, options });
  metrics.countBatch(endpoint, answer.predictionIds.length);
  nameAnswer(reply, answer);
  const encoded = encodeAnswer(answer, isBinary);
  if (encoded.headerLength !== undefined) reply.header(HEADER_LENGTH, encoded.headerLength);
  return sendBytes(request, reply, encoded);
}

function nameAnswer(reply: FastifyReply, { predictionIds, version, arm }: InferAnswer): void {
  reply.header('x-airworthy-model-version', version);
  if (predictionIds.length === 0) return;
  reply.header('x-airworthy-prediction-id', predictionIds[0]).header('x-airworthy-arm', arm);
}

function headerLength({ headers }: FastifyRequest): number | undefined {
  const text = headers[HEADER_LENGTH];
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(String(text))) return Number(text);
  throw new AirworthyError('BAD_ARGUMENT', {
    message: 'Inference-Header-Content-Length must be a number of bytes',
    at: HEADER_LENGTH,
  });
}
