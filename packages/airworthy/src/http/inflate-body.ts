import { promisify } from 'node:util';
import { gunzip, inflate } from 'node:zlib';
import type { ErrorCode } from '../kernel/error-catalogue.ts';
import { AirworthyError } from '../kernel/errors.ts';

const INFLATE = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
} as const;

/** May the body come in this encoding? */
export function isKnownEncoding(encoding: string | undefined): boolean {
  return (
    encoding === undefined || encoding === '' || encoding === 'identity' || Object.hasOwn(INFLATE, encoding)
  );
}

/**
 * A body as it was before it was compressed, never more than `most` bytes of it.
 *
 * @throws BODY_TOO_LARGE where it would be more, `malformed` where it is not compressed as it says
 */
export async function inflateBody(
  body: Buffer,
  encoding: string | undefined,
  { most, malformed }: { most: number; malformed: ErrorCode },
): Promise<Buffer> {
  if (encoding === undefined || encoding === '' || encoding === 'identity' || body.length === 0) return body;
  const inflateIt = INFLATE[encoding as keyof typeof INFLATE];
  try {
    return await inflateIt(body, { maxOutputLength: most });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new AirworthyError('BODY_TOO_LARGE', {
        message: `the body is more than ${most} bytes, inflated`,
      });
    throw new AirworthyError(malformed, { message: `the body is not ${encoding}`, cause: error });
  }
}
