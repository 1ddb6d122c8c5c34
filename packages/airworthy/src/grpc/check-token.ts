import { createHash, timingSafeEqual } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';
import { AirworthyError } from '../kernel/errors.ts';

/** @throws TOKEN_REFUSED unless the metadata `authorization` is `Bearer` and the token */
export function checkToken(metadata: Metadata, token: string | undefined): void {
  if (!token) return;
  const [scheme, given = ''] = String(metadata.get('authorization')[0] ?? '').split(' ', 2);
  if (scheme.toLowerCase() === 'bearer' && timingSafeEqual(digest(given), digest(token))) return;
  throw new AirworthyError('TOKEN_REFUSED', {
    message: given === '' ? 'the call has no token' : 'the token is not the server’s',
    remedy: 'Send the metadata `authorization: Bearer …` with the token that the server was started with.',
  });
}

/** Of one length, so that comparing takes the same time whatever is given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
