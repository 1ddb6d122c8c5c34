import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AirworthyError } from '../../kernel/errors.ts';

/** An upload that says nothing for so long is given up. */
const SILENCE_MS = 60_000;

/** For routes that take a body of any size and type as it comes; see `limitBodyTime`. */
export const STREAMED = { bodyLimit: Number.MAX_SAFE_INTEGER, config: { streamsBody: true } } as const;

/** Inside a scope of its own: bodies are not read before the handler does. */
export function takeAnyBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', async () => undefined);
}

/** All that comes of something small. Throws BODY_TOO_LARGE beyond `most` bytes. */
export async function readWhole(source: AsyncIterable<Uint8Array>, most: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of source) {
    size += chunk.length;
    if (size > most)
      throw new AirworthyError('BODY_TOO_LARGE', { message: `the body is larger than ${most} bytes` });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The body as it comes. Throws REQUEST_MALFORMED where the client breaks off or falls silent. */
export async function* bytesOf({ raw }: FastifyRequest): AsyncGenerator<Uint8Array> {
  const { socket } = raw;
  const giveUp = () => socket.destroy();
  socket.setTimeout(SILENCE_MS).once('timeout', giveUp);
  // At its end, not later: then the time that an idle connection is kept begins to run.
  raw.once('end', () => socket.setTimeout(0).off('timeout', giveUp));
  try {
    yield* raw.iterator({ destroyOnReturn: false });
  } catch (cause) {
    throw new AirworthyError('REQUEST_MALFORMED', {
      message: 'the connection ended before the body was whole',
      cause,
    });
  } finally {
    // Of a body that is refused half-way the rest is read all the same: most clients look for the answer after it.
    raw.resume();
  }
}
