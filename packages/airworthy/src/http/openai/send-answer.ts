import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import type { GatewayAnswer } from '../../serving/index.ts';
import { errorEvent } from './openai-error.ts';

/** Hands an answer on as it is, with who gave it. */
export function sendAnswer(reply: FastifyReply, answer: GatewayAnswer): FastifyReply {
  const { status, headers, body, servedBy, cached, traceId, direct } = answer;
  reply.status(status).headers(headers);
  if (traceId !== '') {
    reply.header('x-airworthy-trace-id', traceId).header('x-airworthy-served-by', servedBy.join(', '));
    if (headers['x-request-id'] === undefined) reply.header('x-request-id', traceId);
  }
  if (cached) reply.header('x-airworthy-cache', 'hit');
  const isEvents = headers['content-type']?.startsWith('text/event-stream') ?? false;
  // Who chose the provider itself sees its stream break off as it would without us.
  return reply.send(Buffer.isBuffer(body) || direct || !isEvents ? body : Readable.from(untilBroken(body)));
}

/** A stream that breaks off ends with an event that says so. */
async function* untilBroken(body: Readable): AsyncGenerator<Buffer | string> {
  try {
    yield* body;
  } catch (error) {
    yield errorEvent(error);
  }
}
