import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Assistant } from '../assistant.ts';
import { checkRequest } from './check-request.ts';
import { PageConnection } from './page-connection.ts';

export interface ServeOptions {
  /** 0: any that is free. */
  port: number;
  /** Only this machine where absent. */
  host?: string;
  /** Names of this machine that pages may use beside the loopback's. */
  allowedHosts?: readonly string[];
}

export interface RunningServer {
  url: string;
  close(): Promise<void>;
}

const MOST_PAGES = 16;
const MOST_MESSAGE_BYTES = 64 << 10;
const PING_EVERY_MS = 10_000;
const PAGE = join(import.meta.dirname, '../page');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'permissions-policy': 'microphone=(self)',
  'cache-control': 'no-cache',
};

/** Serves the page, and the assistant to any number of them at `/listen`. */
export async function serveAssistant(
  assistant: Assistant,
  { port, host = '127.0.0.1', allowedHosts = [] }: ServeOptions,
): Promise<RunningServer> {
  const allowed = new Set(allowedHosts.map((name) => name.toLowerCase()));
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: MOST_MESSAGE_BYTES,
    perMessageDeflate: false,
  });
  const server = createServer((request, response) => void answer(request, response, allowed));
  server.on('upgrade', (request, socket, head) => {
    const refusal = refuseUpgrade(request, sockets, allowed);
    if (refusal !== null) return refuse(socket, refusal);
    sockets.handleUpgrade(request, socket, head, (page) => {
      new PageConnection(page, assistant);
      endWhenGone(page);
    });
  });
  server.listen(port, host);
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    async close() {
      for (const page of sockets.clients) page.close(1001, 'the assistant stops');
      server.close();
      server.closeIdleConnections();
      // A page that does not answer is not waited for.
      const giveUp = setTimeout(() => {
        for (const page of sockets.clients) page.terminate();
      }, 1_000);
      await once(server, 'close');
      clearTimeout(giveUp);
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  allowed: ReadonlySet<string>,
): Promise<void> {
  const say = (status: number, text: string) =>
    response.writeHead(status, { ...HEADERS, 'content-type': 'text/plain; charset=utf-8' }).end(text);
  const refusal = checkRequest(request, allowed);
  if (refusal !== null) return void say(403, refusal);
  if (request.method !== 'GET' && request.method !== 'HEAD') return void say(405, 'only GET');
  const path = (request.url ?? '/').split('?')[0];
  if (path === '/health') return void say(200, 'ok');
  const file = path === '/' ? 'index.html' : path.slice(1);
  if (!/^[a-z-]+\.(html|css|js|svg)$/.test(file)) return void say(404, 'there is nothing here');
  try {
    const content = await readFile(join(PAGE, file));
    response.writeHead(200, { ...HEADERS, 'content-type': TYPES[extname(file)] });
    response.end(request.method === 'HEAD' ? undefined : content);
  } catch {
    say(404, 'there is nothing here');
  }
}

function refuseUpgrade(
  request: IncomingMessage,
  sockets: WebSocketServer,
  allowed: ReadonlySet<string>,
): { status: string; reason: string } | null {
  if (request.url?.split('?')[0] !== '/listen')
    return { status: '404 Not Found', reason: 'pages speak at /listen' };
  const refusal = checkRequest(request, allowed);
  if (refusal !== null) return { status: '403 Forbidden', reason: refusal };
  if (sockets.clients.size >= MOST_PAGES)
    return { status: '503 Service Unavailable', reason: `${MOST_PAGES} pages are open already` };
  return null;
}

function refuse(socket: Duplex, { status, reason }: { status: string; reason: string }): void {
  socket.on('error', () => {});
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: text/plain\r\nconnection: close\r\ncontent-length: ${Buffer.byteLength(reason)}\r\n\r\n${reason}`,
  );
}

/** A page whose machine went to sleep, or lost its network, says nothing of it. */
function endWhenGone(page: WebSocket): void {
  let alive = true;
  page.on('pong', () => {
    alive = true;
  });
  const timer = setInterval(() => {
    if (!alive) return page.terminate();
    alive = false;
    page.ping();
  }, PING_EVERY_MS);
  timer.unref();
  page.on('close', () => clearInterval(timer));
}
