import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { newId } from '../../kernel/ids.ts';
import { optionsFromHeaders } from '../../serving/index.ts';
import { clientGone } from '../client-gone.ts';
import type { DoorDependencies } from '../door.ts';
import { namesThisServer } from '../guard-requests.ts';
import { parseJsonBody } from '../parse-json-body.ts';
import { malformedRequestText, retryHeaders, toRequestError } from '../send-error.ts';
import { answerHeaders, toBody } from './answer-body.ts';

/** `/predict/{endpoint}` without a question mark or anything encoded. */
const PLAIN_PATH = /^\/predict\/([a-z0-9-]{1,100})$/;
/** Larger bodies take the way of all others. */
const MOST_BYTES = 65_536;
/** A body must have arrived whole by then, in ms; looked at this often. */
const BODY_MS = 30_000;
const LOOK_MS = 1_000;

/**
 * Answers the plainest prediction requests by Node alone, which costs half of what the framework's way does: a POST of a
 * small JSON body to a plain address, from no page, to a server that asks for no token. What is different in any way, and
 * everything while the server drains, goes to the framework; both ways give the same answers.
 */
export function addFastLane(server: FastifyInstance, dependencies: DoorDependencies): void {
  const { config, token, draining } = dependencies;
  if (token || config.tls) return;
  const [framework] = server.server.listeners('request') as RequestListener[];
  const arriving = new Map<IncomingMessage, number>();
  const looking = setInterval(() => cutSlowBodies(arriving), LOOK_MS).unref();
  server.addHook('onClose', async () => clearInterval(looking));
  const mostBytes = Math.min(MOST_BYTES, config.limits.bodyBytes);
  const hosts = new Set<string>();
  server.server.removeListener('request', framework);
  server.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { host = '' } = request.headers;
    const endpoint = draining.aborted ? undefined : plainEndpoint(request, mostBytes);
    const isOurs = hosts.has(host) || (hosts.size < 100 && namesThisServer(host, config.host));
    if (endpoint === undefined || !isOurs) return framework(request, response);
    hosts.add(host);
    const began = performance.now();
    arriving.set(request, began);
    readBody(request, (body) => {
      arriving.delete(request);
      if (body) void answer(dependencies, { endpoint, began, request, response }, body);
    });
  });
}

/** The endpoint that a request which may take the fast lane asks for. */
function plainEndpoint(
  { method, url = '', headers }: IncomingMessage,
  mostBytes: number,
): string | undefined {
  if (method !== 'POST' || headers['content-type'] !== 'application/json') return undefined;
  if (headers.origin !== undefined || headers['content-encoding'] !== undefined) return undefined;
  // Absent where the body comes in chunks.
  if (!(Number(headers['content-length']) <= mostBytes)) return undefined;
  return PLAIN_PATH.exec(url)?.[1];
}

/** Gives the body once it is there; undefined where the client has left before. */
function readBody(request: IncomingMessage, done: (body: Buffer | undefined) => void): void {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.once('end', () => done(chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)));
  request.once('error', () => done(undefined));
}

interface Arrived {
  endpoint: string;
  request: IncomingMessage;
  response: ServerResponse;
  /** On the clock of `performance.now()`. */
  began: number;
}

async function answer(
  { endpoints, metrics, draining, context }: DoorDependencies,
  { endpoint, request, response, began }: Arrived,
  bytes: Buffer,
): Promise<void> {
  let status = 200;
  let body: string;
  let headers: Record<string, string | number>;
  try {
    const sent = parseJsonBody(bytes);
    const records: readonly unknown[] = Array.isArray(sent) ? sent : [sent];
    const signal = () => clientGone({ raw: response });
    const answered = await endpoints.predict(endpoint, records, {
      ...optionsFromHeaders((name) => request.headers[name]),
      signal,
    });
    metrics.countBatch(endpoint, records.length);
    headers = answerHeaders(answered);
    body = JSON.stringify(toBody(answered, Array.isArray(sent)));
  } catch (thrown) {
    const { headers: sent, url = '' } = request;
    const error = toRequestError(thrown, { headers: sent, url, id: newId() }, context.log);
    status = error.status;
    headers = retryHeaders(error);
    body = JSON.stringify({ error: error.toJSON() });
  }
  metrics.countRequest(endpoint, status, (performance.now() - began) / 1_000);
  if (draining.aborted) headers.connection = 'close';
  headers['content-type'] = 'application/json; charset=utf-8';
  headers['content-length'] = Buffer.byteLength(body);
  response.writeHead(status, headers).end(body);
}

/** As `limitBodyTime` does for all others, but without a timer a request. */
function cutSlowBodies(arriving: Map<IncomingMessage, number>): void {
  const oldest = performance.now() - BODY_MS;
  for (const [request, since] of arriving) {
    // They are in the order in which they came.
    if (since > oldest) return;
    arriving.delete(request);
    if (request.socket.writable) request.socket.end(malformedRequestText(408));
    else request.socket.destroy();
  }
}
