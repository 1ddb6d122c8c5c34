import type { IncomingMessage, request as requestHttp } from 'node:http';
import { Readable } from 'node:stream';

// `import` would read every export of node:http, and some of them load all of fetch when read.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

export interface UpstreamRequest {
  method: string;
  headers: Readonly<Record<string, string>>;
  body: Buffer | Readable | undefined;
  /** Until the first byte, and between bytes. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** No answer came: refused, broken off, not in time. Another try, or another provider, may give one. */
export class UpstreamFailure extends Error {
  readonly timedOut: boolean;

  constructor(message: string, timedOut = false) {
    super(message);
    this.timedOut = timedOut;
  }
}

/** Connections to other servers, kept open between calls. `node:http`, as `fetch` takes three times its CPU a call. */
export interface Upstream {
  /** The answer once its headers are there. Rejects with UpstreamFailure, or with the signal's reason. */
  request(address: URL, request: UpstreamRequest): Promise<IncomingMessage>;
  close(): void;
}

export interface UpstreamOptions {
  /** Whose proxy variables (HTTPS_PROXY, NO_PROXY) hold, as they would for a program; never on this machine. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** A kept connection that the other side closed while we took it up is replaced and asked again, as no try of its own. */
  replacesStale?: boolean;
}

export function openUpstream({ environment, replacesStale = true }: UpstreamOptions = {}): Upstream {
  const settings = {
    ...{ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 1_024 },
    ...(environment === undefined ? {} : { proxyEnv: proxyVariables(environment) }),
  };
  const agents = { 'http:': new http.Agent(settings), 'https:': new https.Agent(settings) };
  const ask = (address: URL, request: UpstreamRequest) => {
    const secure = address.protocol === 'https:';
    return send(
      secure ? https.request : http.request,
      secure ? agents['https:'] : agents['http:'],
      address,
      request,
    );
  };
  return {
    async request(address, request) {
      try {
        return await ask(address, request);
      } catch (error) {
        // The other side closed an idle connection while we took it up: it has seen nothing of the request.
        if (replacesStale && error instanceof StaleConnection && !(request.body instanceof Readable))
          return ask(address, request);
        throw error;
      }
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function proxyVariables(environment: Readonly<Record<string, string | undefined>>) {
  const except = environment.NO_PROXY ?? environment.no_proxy;
  const { no_proxy: _lower, ...proxies } = environment;
  return { ...proxies, NO_PROXY: ['localhost,127.0.0.1,::1', ...(except ? [except] : [])].join(',') };
}

class StaleConnection extends UpstreamFailure {}

function send(
  start: typeof requestHttp,
  agent: InstanceType<typeof http.Agent>,
  address: URL,
  { method, headers, body, timeoutMs, signal }: UpstreamRequest,
): Promise<IncomingMessage> {
  return new Promise((settle, fail) => {
    if (signal?.aborted) return fail(signal.reason);
    const request = start({
      protocol: address.protocol,
      hostname: address.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: address.port,
      path: address.pathname + address.search,
      method,
      agent,
      timeout: timeoutMs,
      headers: { ...headers, ...(Buffer.isBuffer(body) ? { 'content-length': String(body.length) } : {}) },
    });
    let response: IncomingMessage | undefined;
    const stop = (reason: Error) => {
      fail(reason);
      if (response) response.destroy(reason);
      request.destroy();
    };
    const abort = () => stop(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    request.on('timeout', () => {
      stop(new UpstreamFailure(`${address.origin}: nothing came for ${timeoutMs / 1_000} s`, true));
    });
    request.on('error', (error: NodeJS.ErrnoException) => {
      const stale = request.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      const { message } = toUpstreamFailure(error, address);
      stop(stale ? new StaleConnection(message) : new UpstreamFailure(message));
    });
    request.on('close', () => signal?.removeEventListener('abort', abort));
    request.on('response', (answer) => {
      response = answer;
      settle(answer);
    });
    if (body instanceof Readable) {
      body.on('error', () => request.destroy());
      body.pipe(request);
    } else request.end(body);
  });
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
};

/** What went wrong with a connection, in words. */
export function toUpstreamFailure({ code, message }: NodeJS.ErrnoException, address: URL): UpstreamFailure {
  const reason = code === undefined ? message : `${REASONS[code] ?? message} (${code})`;
  return new UpstreamFailure(`${address.origin}: ${reason}`);
}
