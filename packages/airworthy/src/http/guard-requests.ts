import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AirworthyError } from '../kernel/errors.ts';
import { hasSession, sameText } from './pages/session.ts';
import { SIGN_IN } from './pages/sign-in-door.ts';
import { wantsPage } from './pages/wants-page.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route asks for a secret of its own in place of the token. */
    asksForSecret?: boolean;
  }
}

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;
const WILDCARD = /^(0\.0\.0\.0|::)$/;
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
/**
 * Asked by load balancers and orchestrators, which have no token, and tell nothing but alive, ready and which MLflow; and
 * where a browser shows the token.
 */
const OPEN_PATHS: ReadonlySet<string> = new Set([
  '/health',
  '/ready',
  '/v2/health/live',
  '/v2/health/ready',
  // Asked by MLflow's clients, once and without credentials, before they send spans.
  '/version',
  SIGN_IN,
]);

export interface GuardOptions {
  /** The address listened on. */
  host: string;
  /** Asked of every request, as a bearer token or by the cookie of a signed-in browser; required beyond loopback. */
  token: string | undefined;
  /** Known to whoever may read the data folder; as good as `token`. */
  ownerToken?: string | undefined;
}

/** Throws TOKEN_MISSING where others could reach the server and it has no token to ask for. */
export function requireTokenBeyondLoopback({ host, token }: Pick<GuardOptions, 'host' | 'token'>): void {
  if (LOOPBACK.test(host) || token) return;
  throw new AirworthyError('TOKEN_MISSING', {
    message: `serving.host is "${host}", which others can reach, and AIRWORTHY_TOKEN is not set`,
    at: 'serving.host',
  });
}

/**
 * Refuses requests that a web page made behind its user's back: one whose Host is some other name resolved to
 * this machine (DNS rebinding), or a change asked for from another origin; and those without the token.
 */
export function guardRequests(server: FastifyInstance, options: GuardOptions): void {
  const { token, ownerToken } = options;
  // Behind a wildcard address any name may be the right one; there the token keeps pages out.
  const anyHost = WILDCARD.test(options.host);
  server.addHook('onRequest', async (request, reply) => {
    if (!anyHost) checkHost(request, options.host);
    if (!SAFE_METHODS.has(request.method)) checkOrigin(request);
    if (!token || OPEN_PATHS.has(pathOf(request)) || hasSession(request, token)) return;
    if (request.routeOptions.config.asksForSecret) return;
    if (wantsPage(request) && request.headers.authorization === undefined)
      return reply.redirect(`${SIGN_IN}?to=${encodeURIComponent(request.url)}`, 303);
    requireToken(request, [token, ownerToken]);
  });
}

function pathOf({ url }: FastifyRequest): string {
  return url.split('?', 1)[0];
}

function checkHost(request: FastifyRequest, configured: string): void {
  const host = hostOf(request);
  if (namesThisServer(host, configured)) return;
  throw new AirworthyError('HOST_REFUSED', {
    message: `the Host header "${host.slice(0, 100)}" names neither loopback nor ${configured}`,
  });
}

/** Does a Host header name loopback, or what is listened on? */
export function namesThisServer(host: string, configured: string): boolean {
  const name = host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase();
  return LOOPBACK.test(name) || name === configured.toLowerCase();
}

/** HTTP/2 has it as a pseudo-header. */
function hostOf({ headers }: FastifyRequest): string {
  return headers.host ?? (headers[':authority'] as string | undefined) ?? '';
}

function checkOrigin(request: FastifyRequest): void {
  const { origin } = request.headers;
  if (origin === undefined) return;
  if (URL.canParse(origin) && new URL(origin).host === hostOf(request).toLowerCase()) return;
  throw new AirworthyError('ORIGIN_REFUSED', {
    message: `a page of "${origin.slice(0, 100)}" may not change anything here`,
  });
}

/** Throws TOKEN_REFUSED unless the request bears one of the tokens. */
export function requireToken(request: FastifyRequest, accepted: readonly (string | undefined)[]): void {
  if (bearsToken(request, accepted)) return;
  const token = tokenOf(request.headers.authorization ?? '');
  throw new AirworthyError('TOKEN_REFUSED', {
    message: token === '' ? 'the request has no token' : 'the token is not the server’s',
  });
}

/** Does the request bear one of the tokens? */
export function bearsToken({ headers }: FastifyRequest, accepted: readonly (string | undefined)[]): boolean {
  const token = tokenOf(headers.authorization ?? '');
  return accepted.some((each) => each !== undefined && sameText(token, each));
}

/** A bearer token, or the password of Basic, which is all that some MLflow and OpenTelemetry clients can send. */
function tokenOf(authorization: string): string {
  const [scheme, credentials = ''] = authorization.split(' ', 2);
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return '';
  const text = Buffer.from(credentials, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}
