import { Agent, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { testContext } from '../../../test/test-context.ts';
import { createEndpoints, createStatistics, type Endpoints, ServingConfig } from '../../serving/index.ts';
import { flightModel, writeRelease } from '../../serving/testing/write-bundle.ts';
import type { Context } from '../../store/ports.ts';
import { createServer } from '../create-server.ts';
import { testProject } from './test-project.ts';

export const ENDPOINT = 'flight-delays';

export interface TestServer extends AsyncDisposable {
  server: FastifyInstance;
  endpoints: Endpoints;
  context: Context;
  port: number;
  send: Send;
  /** A GET whose answer is bytes. */
  sendRaw(path: string, headers: Record<string, string>): Promise<RawAnswer>;
}

export interface RawAnswer {
  headers: Answer['headers'];
  body: Buffer;
}

export interface Answer {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  json(): Record<string, unknown>;
}

type Send = (
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<Answer>;

/** A real server on a free port with the flight model deployed, closed with its store when disposed. */
export async function startServer(
  options: { config?: object; token?: string; empty?: boolean; project?: object; pagesFolder?: string } = {},
): Promise<TestServer> {
  const context = testContext();
  const config = ServingConfig.parse({ port: 0, ...options.config });
  const statistics = createStatistics(context.clock);
  const endpoints = createEndpoints(context, { config, counter: statistics });
  if (!options.empty) {
    await endpoints.restore();
    await endpoints.deploy(ENDPOINT, await writeRelease(context, flightModel()));
  }
  const server = createServer({
    context,
    project: testProject(options.project),
    endpoints,
    statistics,
    config,
    version: '0.0.0',
    token: options.token,
    ...(options.pagesFolder === undefined ? {} : { pagesFolder: options.pagesFolder }),
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const agent = new Agent({ keepAlive: true });
  return {
    server,
    endpoints,
    context,
    port,
    send: (method, path, body, headers) => send(agent, port, method, path, body, headers),
    sendRaw: (path, headers) => sendRaw(agent, port, path, headers),
    async [Symbol.asyncDispose]() {
      agent.destroy();
      await server.close();
      await endpoints.close();
      await context[Symbol.asyncDispose]();
    },
  };
}

/** One request: text and bytes as they are, anything else as JSON. */
export function send(
  agent: Agent,
  port: number,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const raw = typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const length = raw === undefined ? 0 : Buffer.byteLength(raw);
  const sent =
    body === undefined
      ? headers
      : { 'content-type': 'application/json', 'content-length': String(length), ...headers };
  return new Promise((resolve, reject) => {
    const outgoing = request({ agent, host: '127.0.0.1', port, method, path, headers: sent }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('error', reject);
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { statusCode: status = 0, headers: answered } = incoming;
        resolve({ status, headers: answered, text, json: () => JSON.parse(text) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(raw);
  });
}

function sendRaw(
  agent: Agent,
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const asked = request({ agent, host: '127.0.0.1', port, path, headers }, async (incoming) => {
      resolve({ headers: incoming.headers, body: Buffer.concat(await incoming.toArray()) });
    });
    asked.on('error', reject);
    asked.end();
  });
}
