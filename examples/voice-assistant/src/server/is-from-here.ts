import type { IncomingMessage } from 'node:http';

/** Is it a program of this machine that asks? A page from elsewhere can reach this address, but not without saying so. */
export function isFromHere({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const host = (headers.host ?? '').replace(/:\d+$/, '');
  return headers.origin === undefined && ['127.0.0.1', 'localhost', '[::1]'].includes(host);
}
