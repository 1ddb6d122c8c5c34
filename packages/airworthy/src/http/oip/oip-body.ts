import { promisify } from 'node:util';
import { constants, deflate, gzip } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AirworthyError } from '../../kernel/errors.ts';
import { inflateBody, isKnownEncoding } from '../inflate-body.ts';
import { parseJsonBody } from '../parse-json-body.ts';

/** Of other types a browser's forms send some without asking; clients of the protocol may leave it out. */
const CONTENT_TYPES: ReadonlySet<string | undefined> = new Set([
  undefined,
  'application/json',
  'application/octet-stream',
]);
/** Below it, compressing costs more than it saves. */
const WORTH_COMPRESSING = 1_024;
const COMPRESS = { gzip: promisify(gzip), deflate: promisify(deflate) } as const;
const FAST = { level: constants.Z_BEST_SPEED };

/** Bodies stay bytes: the request's header says where their JSON ends. */
export function takeBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => body);
}

/**
 * A request's body, uncompressed.
 *
 * @param most bytes, once uncompressed
 * @throws MEDIA_TYPE_UNSUPPORTED, BODY_TOO_LARGE, REQUEST_MALFORMED
 */
export async function readBytes({ headers, body }: FastifyRequest, most: number): Promise<Buffer> {
  const type = headers['content-type']?.split(';', 1)[0].trim().toLowerCase();
  if (!CONTENT_TYPES.has(type))
    throw new AirworthyError('MEDIA_TYPE_UNSUPPORTED', {
      message: `"${type?.slice(0, 100)}" is not taken here`,
    });
  const encoding = headers['content-encoding']?.trim().toLowerCase();
  if (!isKnownEncoding(encoding))
    throw new AirworthyError('MEDIA_TYPE_UNSUPPORTED', {
      message: `content-encoding "${encoding?.slice(0, 50)}" is not taken here`,
      remedy: 'Send it uncompressed, or compressed by gzip or deflate.',
    });
  const sent = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
  return inflateBody(sent, encoding, { most, malformed: 'REQUEST_MALFORMED' });
}

/** The same as JSON; nothing at all is an empty object. */
export async function readJson(request: FastifyRequest, most: number): Promise<unknown> {
  const body = await readBytes(request, most);
  return body.length === 0 ? {} : parseJsonBody(body);
}

/** Sends bytes, compressed where the client takes that and it is worth it. */
export async function sendBytes(
  request: FastifyRequest,
  reply: FastifyReply,
  { type, body }: { type: string; body: Buffer },
): Promise<FastifyReply> {
  reply.header('content-type', type);
  const encoding = acceptedEncoding(request.headers['accept-encoding']);
  if (encoding === undefined || body.length < WORTH_COMPRESSING) return reply.send(body);
  reply.header('content-encoding', encoding).header('vary', 'accept-encoding');
  return reply.send(await COMPRESS[encoding](body, FAST));
}

function acceptedEncoding(header: string | string[] | undefined): keyof typeof COMPRESS | undefined {
  const accepted = String(header ?? '')
    .split(',')
    .filter((each) => !/;\s*q=0(\.0*)?\s*$/.test(each))
    .map((each) => each.split(';', 1)[0].trim().toLowerCase());
  return (['gzip', 'deflate'] as const).find((encoding) => accepted.includes(encoding));
}
