import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { newId } from '../../kernel/ids.ts';
import {
  type Endpoints,
  type GatewayCall,
  type GatewayRequest,
  type GenerateResult,
  optionsFromHeaders,
} from '../../serving/index.ts';
import { errorEvent } from './openai-error.ts';

/** Does a model's name name an endpoint whose release is a prompt? */
export function isPromptEndpoint(endpoints: Endpoints, model: string): boolean {
  return endpoints.has(model) && endpoints.describe(model).kind === 'prompt';
}

/**
 * A chat at a prompt's endpoint: the prompt's messages come before the client's, `variables` fills them in, and a rollout
 * splits the calls by user or session. Each one is a prediction.
 */
export async function answerPrompt(
  endpoints: Endpoints,
  { model, body = {} }: GatewayRequest,
  call: GatewayCall,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): Promise<FastifyReply> {
  const { variables = {}, ...asked } = body;
  const asks = optionsFromHeaders((name) => request.headers[name]);
  const traceId = asks.traceId ?? newId();
  const answer = await endpoints.generate(model, variables, {
    ...asks,
    traceId,
    unit: asks.unit ?? call.user ?? call.session,
    signal: call.signal,
    chat: { body: asked, call: { ...call, traceId, endpoint: model } },
  });
  reply
    .header('x-airworthy-trace-id', answer.id)
    .header('x-airworthy-prediction-id', answer.id)
    .header('x-airworthy-model-version', answer.modelVersion)
    .header('x-airworthy-arm', answer.arm)
    .header('x-request-id', answer.id);
  if (asked.stream !== true) return reply.send(await onlyPiece(answer, model));
  return reply.type('text/event-stream').send(Readable.from(eventsOf(answer, model)));
}

/** Clients see the name that they asked for, whatever model is behind it. */
async function onlyPiece({ pieces }: GenerateResult, model: string): Promise<object> {
  let whole: object = {};
  for await (const { chunk } of pieces) whole = { ...chunk, model };
  return whole;
}

async function* eventsOf({ pieces }: GenerateResult, model: string): AsyncGenerator<string> {
  try {
    for await (const { chunk } of pieces) {
      if (chunk !== undefined) yield `data: ${JSON.stringify({ ...chunk, model })}\n\n`;
    }
    yield 'data: [DONE]\n\n';
  } catch (error) {
    yield errorEvent(error);
  }
}
