import type { Agent, IncomingMessage, request as requestHttp } from 'node:http';
import { AirworthyError } from '../../kernel/errors.ts';

// `import` would read every export of node:http, and some of them load all of fetch when read: 25 ms and 14 MB.
const http = process.getBuiltinModule('node:http');
const https = process.getBuiltinModule('node:https');

/** Of an answer; a model that says more has gone astray. */
const MOST_BYTES = 64 << 20;

/** An answer as it came, whatever it says. */
export interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/** Connections that are kept open between requests. `node:http`, as `fetch` takes three times its CPU a call. */
export interface Connections {
  /** Rejects with TransportFailure, or with the signal's reason. */
  post(address: URL, body: string, options: PostOptions): Promise<RawAnswer>;
  close(): void;
}

export interface PostOptions {
  headers: Readonly<Record<string, string>>;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** No whole answer came: refused, broken off, not in time. Another try may get one. */
export class TransportFailure extends Error {
  readonly timedOut: boolean;

  constructor(message: string, timedOut = false) {
    super(message);
    this.timedOut = timedOut;
  }
}

export function openConnections(): Connections {
  // A limiter decides how many there are.
  const settings = { keepAlive: true, maxSockets: Number.POSITIVE_INFINITY, maxFreeSockets: 1_024 };
  const agents = { 'http:': new http.Agent(settings), 'https:': new https.Agent(settings) };
  return {
    post(address, body, options) {
      const { protocol } = address;
      if (protocol !== 'http:' && protocol !== 'https:') {
        throw new AirworthyError('TASK_INVALID', {
          message: `${address.origin}: only http and https are called`,
        });
      }
      return send(protocol === 'https:' ? https.request : http.request, agents[protocol], {
        address,
        body,
        ...options,
      });
    },
    close() {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

function send(
  start: typeof requestHttp,
  agent: Agent,
  { address, body, headers, timeoutMs, signal }: PostOptions & { address: URL; body: string },
): Promise<RawAnswer> {
  return new Promise((settle, fail) => {
    if (signal?.aborted) return fail(signal.reason);
    const request = start({
      protocol: address.protocol,
      hostname: address.hostname.replace(/^\[(.*)\]$/, '$1'),
      port: address.port,
      path: address.pathname + address.search,
      method: 'POST',
      agent,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
        'user-agent': 'airworthy',
        ...headers,
      },
    });
    const timer = setTimeout(() => {
      stop(new TransportFailure(`no answer within ${timeoutMs / 1_000} s`, true));
    }, timeoutMs);
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
    };
    const stop = (reason: unknown) => {
      done();
      fail(reason);
      request.destroy();
    };
    const abort = () => stop(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    const broke = (error: NodeJS.ErrnoException) => stop(new TransportFailure(failureText(error, address)));
    request.on('error', broke);
    request.on('response', (response) => {
      readText(response, stop, (text) => {
        done();
        settle({ status: response.statusCode ?? 0, headers: response.headers, text });
      });
      response.on('error', broke);
    });
    request.end(body);
  });
}

function readText(
  response: IncomingMessage,
  stop: (reason: unknown) => void,
  settle: (text: string) => void,
): void {
  const chunks: Buffer[] = [];
  let size = 0;
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MOST_BYTES) stop(new TransportFailure(`the answer is longer than ${MOST_BYTES >> 20} MB`));
  });
  response.on('end', () => {
    settle((chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString('utf8'));
  });
}

const REASONS: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  ECONNRESET: 'the connection broke off',
  EPIPE: 'the connection broke off',
};

function failureText({ code, message }: NodeJS.ErrnoException, address: URL): string {
  const reason = code === undefined ? message : `${REASONS[code] ?? message} (${code})`;
  return `${address.origin}: ${reason}`;
}
