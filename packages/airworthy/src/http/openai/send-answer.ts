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

/** An event that is longer is handed on as it comes. */
const LONGEST_EVENT = 1 << 20;

/** A stream that breaks off ends with an event that says so, after the last one that came whole. */
async function* untilBroken(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer | string> {
  let begun: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of body) {
      const bytes = begun.length === 0 ? chunk : Buffer.concat([begun, chunk]);
      const end = bytes.length > LONGEST_EVENT ? bytes.length : endOfEvents(bytes);
      if (end > 0) yield bytes.subarray(0, end);
      begun = bytes.subarray(end);
    }
    if (begun.length > 0) yield begun;
  } catch (error) {
    yield errorEvent(error);
  }
}

/** After the empty line that ends the last event; 0 where none is whole. */
function endOfEvents(bytes: Buffer): number {
  const ends = ['\n\n', '\r\n\r\n'].map((line) => {
    const at = bytes.lastIndexOf(line);
    return at === -1 ? 0 : at + line.length;
  });
  return Math.max(...ends);
}
