import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AirworthyError } from '../../kernel/errors.ts';
import {
  CALL_PATHS,
  type CallPath,
  type Gateway,
  type GatewayRequest,
  passedHeaders,
} from '../../serving/index.ts';
import type { DoorDependencies } from '../door.ts';
import { routeNotFound, toRequestError } from '../send-error.ts';
import { answerPrompt, isPromptEndpoint } from './answer-prompt.ts';
import { type CallOrigin, callOfRequest } from './call-of-request.ts';
import { sendOpenaiError } from './openai-error.ts';
import { readCallRequest } from './read-request.ts';
import { createRunGateways } from './run-door.ts';
import { sendAnswer } from './send-answer.ts';

interface RunParams {
  run: string;
  secret: string;
  '*': string;
}

const CALLS: ReadonlySet<string> = new Set(CALL_PATHS);
const isCall = (path: string): path is CallPath => CALLS.has(path);

/**
 * The OpenAI API at `/v1`: models, chat completions, completions, embeddings, responses, speech and transcription, by the
 * gateway's routes, by prompts that are served, or by the default provider. Commands that `airworthy run` records have
 * addresses of their own, at which everything else of the API is passed on too.
 */
export function openaiDoor(server: FastifyInstance, dependencies: DoorDependencies): void {
  server.register(async (scope) => addRoutes(prepare(scope, dependencies), dependencies), { prefix: '/v1' });
  server.register(async (scope) => addRunRoutes(prepare(scope, dependencies), dependencies), {
    prefix: '/run/:run/:secret/v1',
  });
}

/** Bodies as bytes, because they are handed on as they came; errors as OpenAI's clients read them. */
function prepare(scope: FastifyInstance, { context }: DoorDependencies): FastifyInstance {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
  scope.setErrorHandler((thrown, request, reply) =>
    sendOpenaiError(reply, toRequestError(thrown, request, context.log), request.id),
  );
  scope.setNotFoundHandler((request, reply) => sendOpenaiError(reply, routeNotFound(request), request.id));
  return scope;
}

function addRoutes(scope: FastifyInstance, means: DoorDependencies): void {
  const { gateway, endpoints, token, config } = means;
  const { bodyBytes } = config.gateway.limits;
  const startedAt = Math.floor(means.context.clock.now() / 1_000);
  const list = () => {
    const prompts = endpoints
      .status()
      .filter(({ endpoint, state }) => state === 'ready' && isPromptEndpoint(endpoints, endpoint))
      .map(({ endpoint }) => ({ id: endpoint, ownedBy: 'airworthy' }));
    return [...prompts, ...gateway.models()].map(({ id, ownedBy }) => ({
      ...{ id, object: 'model', created: startedAt, owned_by: ownedBy },
    }));
  };
  scope.get('/models', async () => ({ object: 'list', data: list() }));
  scope.get<{ Params: { '*': string } }>('/models/*', async ({ params }) => {
    const found = list().find(({ id }) => id === params['*']);
    if (found !== undefined) return found;
    throw new AirworthyError('GATEWAY_MODEL_UNKNOWN', {
      message: `no model is named "${params['*'].slice(0, 200)}" here`,
      at: 'model',
    });
  });
  // Where the server asks for a token, that is what the caller's key is.
  const origin = { passesKey: !token };
  for (const path of CALL_PATHS)
    scope.post(`/${path}`, { bodyLimit: bodyBytes }, (request, reply) =>
      answerCall(means, readCallRequest(path, request), { request, reply, origin }),
    );
}

function addRunRoutes(scope: FastifyInstance, means: DoorDependencies): void {
  const runs = createRunGateways(means.context.store.folder);
  const { bodyBytes } = means.config.gateway.limits;
  scope.all<{ Params: RunParams }>('/*', { bodyLimit: bodyBytes }, async (request, reply) => {
    const { run, secret, '*': path } = request.params;
    const origin = { ...(await runs.open(run, secret)), passesKey: true };
    const asked = request.method === 'POST' && isCall(path) ? readOrPass(path, request) : undefined;
    if (asked !== undefined) return answerCall(means, asked, { request, reply, origin });
    return passOn(means.gateway, { request, reply, origin });
  });
}

interface Exchange {
  request: FastifyRequest;
  reply: FastifyReply;
  origin: CallOrigin;
}

async function answerCall(
  { gateway, endpoints }: DoorDependencies,
  asked: GatewayRequest,
  { request, reply, origin }: Exchange,
): Promise<FastifyReply> {
  const call = callOfRequest(request, reply, asked, origin);
  if (asked.path === 'chat/completions' && isPromptEndpoint(endpoints, asked.model))
    return answerPrompt(endpoints, asked, call, { request, reply });
  return sendAnswer(reply, await gateway.send(asked, call));
}

/** What is no request to us may be one to the provider, whose own words the command is used to. */
function readOrPass(path: CallPath, request: FastifyRequest): GatewayRequest | undefined {
  try {
    return readCallRequest(path, request);
  } catch (error) {
    if (AirworthyError.is(error) && error.code === 'GATEWAY_REQUEST_INVALID') return undefined;
    throw error;
  }
}

async function passOn(gateway: Gateway, { request, reply, origin }: Exchange) {
  const body = Buffer.isBuffer(request.body) && request.body.length > 0 ? request.body : undefined;
  const { signal, authorization } = callOfRequest(request, reply, { body: undefined }, origin);
  const answer = await gateway.forward(
    {
      ...{ method: request.method, body, headers: passedHeaders(request.headers) },
      // As it was written: what is decoded may be another address.
      path: request.url.slice(request.url.indexOf('/v1/') + '/v1/'.length),
    },
    { upstream: origin.upstream, signal, authorization },
  );
  return sendAnswer(reply, answer);
}
