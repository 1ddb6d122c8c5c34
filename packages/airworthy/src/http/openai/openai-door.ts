import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AirworthyError } from '../../kernel/errors.ts';
import { CALL_PATHS, type CallPath, type Gateway, type GatewayRequest } from '../../serving/index.ts';
import type { DoorDependencies } from '../door.ts';
import { bearsToken } from '../guard-requests.ts';
import { routeNotFound, toRequestError } from '../send-error.ts';
import { answerPrompt, isPromptEndpoint } from './answer-prompt.ts';
import { type CallOrigin, callOfRequest } from './call-of-request.ts';
import { sendOpenaiError } from './openai-error.ts';
import { readCallRequest } from './read-request.ts';
import { readUpTo } from './read-up-to.ts';
import { openRunGateway } from './run-door.ts';
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
  server.register(
    async (scope) => {
      takeBytes(prepare(scope, dependencies));
      addRoutes(scope, dependencies);
    },
    { prefix: '/v1' },
  );
  server.register(async (scope) => addRunRoutes(prepare(scope, dependencies), dependencies), {
    prefix: '/run/:run/:secret/v1',
  });
}

/** Is an address one of the door's? Asked of those that are too malformed to be routed. */
export function isOpenaiAddress(url: string): boolean {
  return /^\/(run\/[^/]*\/[^/]*\/)?v1(\/|\?|$)/.test(url);
}

/** Bodies are handed on as they came; every answer has an id, and errors are such as OpenAI's clients read. */
function prepare(scope: FastifyInstance, { context }: DoorDependencies): FastifyInstance {
  scope.removeAllContentTypeParsers();
  scope.addHook('onRequest', (request, reply, done) => {
    reply.header('x-request-id', request.id);
    done();
  });
  scope.setErrorHandler((thrown, request, reply) =>
    sendOpenaiError(reply, toRequestError(thrown, request, context.log)),
  );
  scope.setNotFoundHandler((request, reply) => sendOpenaiError(reply, routeNotFound(request)));
  return scope;
}

function takeBytes(scope: FastifyInstance): void {
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
}

function addRoutes(scope: FastifyInstance, means: DoorDependencies): void {
  const { gateway, endpoints, token, commands, config } = means;
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
  const passesKey = (request: FastifyRequest) => !token && !bearsToken(request, [commands?.token]);
  for (const path of CALL_PATHS)
    scope.post(`/${path}`, { bodyLimit: bodyBytes }, (request, reply) => {
      const origin = { passesKey: passesKey(request) };
      return answerCall(means, readCallRequest(path, request.headers, request.body), {
        ...{ request, reply, origin },
      });
    });
}

function addRunRoutes(scope: FastifyInstance, means: DoorDependencies): void {
  const { context, config, token, commands } = means;
  const { bodyBytes } = config.gateway.limits;
  scope.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
  const options = { config: { asksForSecret: true, streamsBody: true } };
  scope.all<{ Params: RunParams }>('/*', options, async (request, reply) => {
    const { run, secret, '*': path } = request.params;
    const opened = await openRunGateway(context.store.folder, run, secret);
    // A token of ours goes nowhere, but to an address that the person gave it to.
    const passesKey = opened.upstream !== undefined || !bearsToken(request, [token, commands?.token]);
    const exchange = { request, reply, origin: { ...opened, recorded: true, passesKey } };
    const body = request.body instanceof Readable ? await readUpTo(request.body, bodyBytes) : undefined;
    const asked = request.method === 'POST' && isCall(path) ? readOrPass(path, request, body) : undefined;
    try {
      if (asked !== undefined) return await answerCall(means, asked, exchange);
      return await passOn(means.gateway, body, exchange);
    } catch (error) {
      if (!AirworthyError.is(error) || !UNANSWERED.has(error.code)) throw error;
      // Nobody answered: without us the command would see no answer either.
      reply.hijack();
      reply.raw.destroy();
      return reply;
    }
  });
}

const UNANSWERED: ReadonlySet<string> = new Set(['GATEWAY_UNAVAILABLE', 'GATEWAY_TIMED_OUT']);

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
  const ours = asked.path === 'chat/completions' && origin.upstream === undefined;
  if (ours && isPromptEndpoint(endpoints, asked.model))
    return answerPrompt(endpoints, asked, call, { request, reply });
  return sendAnswer(reply, await gateway.send(asked, call));
}

/** What is no request to us may be one to the provider, whose own words the command is used to. */
function readOrPass(path: CallPath, { headers }: FastifyRequest, body: unknown): GatewayRequest | undefined {
  if (body instanceof Readable) return undefined;
  try {
    return readCallRequest(path, headers, body);
  } catch (error) {
    if (AirworthyError.is(error) && error.code === 'GATEWAY_REQUEST_INVALID') return undefined;
    throw error;
  }
}

async function passOn(
  gateway: Gateway,
  body: Buffer | Readable | undefined,
  { request, reply, origin }: Exchange,
): Promise<FastifyReply> {
  const { method, url, headers } = request;
  const { upstream, signal, authorization } = callOfRequest(request, reply, { body: undefined }, origin);
  const answer = await gateway.forward(
    {
      ...{ method, body, headers },
      // As it was written: what is decoded may be another address.
      path: url.slice(url.indexOf('/v1/') + '/v1/'.length),
    },
    { upstream, signal, authorization },
  );
  return sendAnswer(reply, answer);
}
