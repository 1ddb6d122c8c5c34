import type { FastifyRequest } from 'fastify';

/** What programs ask for: the paths of the other doors. */
const DOORS = /^\/(api|ajax-api|predict|v1|v2|metrics|health|ready|version)(\/|$|\?)/;

/** Does a person's browser ask for a page, and not for what one of the other doors gives? */
export function wantsPage({ method, url, headers }: FastifyRequest): boolean {
  if (method !== 'GET' && method !== 'HEAD') return false;
  return !DOORS.test(url) && /\btext\/html\b/.test(headers.accept ?? '');
}
