import type { IncomingMessage } from 'node:http';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Why a request is refused, or null. A page of another site must not reach the assistant, neither by its own name for this
 * machine (Host) nor from a visitor's browser (Origin).
 */
export function checkRequest(
  { headers }: Pick<IncomingMessage, 'headers'>,
  allowedHosts: ReadonlySet<string> = new Set(),
): string | null {
  const host = headers.host ?? '';
  const name = host.replace(/:\d+$/, '').toLowerCase();
  if (!LOOPBACK.has(name) && !allowedHosts.has(name))
    return `the host ${JSON.stringify(host.slice(0, 100))} is not this assistant's; start it with --allow-host to add one`;
  const { origin } = headers;
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return null;
  return `pages of ${JSON.stringify(origin.slice(0, 100))} may not use this assistant`;
}
