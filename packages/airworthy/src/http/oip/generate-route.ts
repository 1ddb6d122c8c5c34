import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { checkInput } from '../../kernel/check-input.ts';
import { toAirworthyError } from '../../kernel/errors.ts';
import { type GenerateResult, generateText, optionsFromHeaders } from '../../serving/index.ts';
import { clientGone } from '../client-gone.ts';
import type { DoorDependencies } from '../door.ts';
import type { ModelRequest } from './infer-route.ts';
import { readJson } from './oip-body.ts';
import { GenerateRequest } from './schema.ts';

/** `POST …/generate`: the whole text at once. */
export async function generate(dependencies: DoorDependencies, request: ModelRequest, reply: FastifyReply) {
  const { result, id } = await begin(dependencies, request, reply);
  let text = '';
  for await (const piece of result.pieces) text += piece.text;
  nameAnswer(reply, result);
  return { id: id ?? result.id, ...named(request, result), text_output: text };
}

/** `POST …/generate_stream`: an event a piece; what fails on the way is an event too, as the status has gone. */
export async function generateStream(
  dependencies: DoorDependencies,
  request: ModelRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { result, id } = await begin(dependencies, request, reply);
  nameAnswer(reply, result);
  reply.header('content-type', 'text/event-stream').header('cache-control', 'no-store');
  const head = { id: id ?? result.id, ...named(request, result) };
  return reply.send(Readable.from(events(head, result.pieces)));
}

async function* events(head: object, pieces: GenerateResult['pieces']): AsyncGenerator<string> {
  try {
    for await (const { text, finishReason } of pieces) {
      const done = finishReason !== undefined;
      // Such as one that only says what it took.
      if (text === '' && !done) continue;
      yield event({ ...head, text_output: text, done, ...(done ? { finish_reason: finishReason } : {}) });
    }
  } catch (thrown) {
    yield event({ error: toAirworthyError(thrown).sentence });
  }
}

function event(data: object): string {
  return `data: ${JSON.stringify(data)}\n\n`;
}

async function begin({ endpoints, config }: DoorDependencies, request: ModelRequest, reply: FastifyReply) {
  const { endpoint, version } = request.params;
  const body = checkInput('generate', GenerateRequest, await readJson(request, config.limits.bodyBytes));
  const { id, text_input: textInput, parameters = {}, stream: _, ...fields } = body;
  const options = { ...optionsFromHeaders((name) => request.headers[name]), signal: clientGone(reply) };
  const result = await generateText(endpoints, { endpoint, version, textInput, fields, parameters, options });
  return { result, id };
}

function named({ params }: ModelRequest, { modelVersion }: GenerateResult) {
  return { model_name: params.endpoint, model_version: params.version ?? String(modelVersion) };
}

function nameAnswer(reply: FastifyReply, { id, modelVersion, arm }: GenerateResult): void {
  reply
    .header('x-airworthy-prediction-id', id)
    .header('x-airworthy-model-version', modelVersion)
    .header('x-airworthy-arm', arm);
}
