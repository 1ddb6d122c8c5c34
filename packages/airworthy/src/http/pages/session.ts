import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';

/** Thirty days, in seconds. */
const LIFETIME = 30 * 24 * 60 * 60;

/**
 * The cookie of a browser whose user knows the token. It proves that and does not hold the token; it ends when the
 * server gets another one. Its name tells servers on other ports of a host apart, which share cookies.
 */
export function sessionCookie(token: string, { secure }: { secure: boolean }): string {
  const value = `${nameFor(token)}=${proofOf(token)}`;
  return `${value}; Path=/; Max-Age=${LIFETIME}; HttpOnly; SameSite=Strict${secure ? '; Secure' : ''}`;
}

/** Does the request come from such a browser? */
export function hasSession({ headers }: FastifyRequest, token: string): boolean {
  const prefix = `${nameFor(token)}=`;
  const cookies = (headers.cookie ?? '').split(';').map((cookie) => cookie.trim());
  const shown = cookies.find((cookie) => cookie.startsWith(prefix))?.slice(prefix.length);
  return shown !== undefined && sameText(shown, proofOf(token));
}

/** Compares in a time that does not depend on where texts differ, nor on their lengths. */
export function sameText(left: string, right: string): boolean {
  return timingSafeEqual(sha256Bytes(left), sha256Bytes(right));
}

function proofOf(token: string): string {
  return createHmac('sha256', token).update('airworthy session').digest('base64url');
}

function nameFor(token: string): string {
  return `airworthy-${createHmac('sha256', token).update('airworthy session name').digest('hex').slice(0, 8)}`;
}

function sha256Bytes(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
