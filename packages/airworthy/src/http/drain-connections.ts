import type { ServerResponse } from 'node:http';
import type { ServerHttp2Session } from 'node:http2';
import { Server as NetServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** An idle keep-alive connection may be about to send: it is told `connection: close` if it does within this, in ms. */
const IDLE_LINGER_MS = 2_000;
const LONGEST_MS = 10_000;
const LOOK_MS = 20;

/** The port closes once nobody came for this long, in ms: what the kernel has taken and we have not would be reset. */
const ACCEPT_MS = 20;
/** However many still come. */
const LONGEST_ACCEPT_MS = 1_000;

/** The highest a stream's number may be: whoever is told to go may still send what is on its way (RFC 9113, 6.8). */
const ANY_STREAM = 2 ** 31 - 1;

/**
 * Makes `server.close()` a lame duck: the listening socket closes, connections live on for their requests, and
 * every answer says `connection: close`; over HTTP/2, each session is told to go. `http.Server.close()` alone would
 * cut idle keep-alive connections at once and so reset the request a client is just sending on one. The signal is
 * aborted when a close begins.
 */
export function drainOnClose(server: FastifyInstance): AbortSignal {
  let inFlight = 0;
  const draining = new AbortController();
  const open = trackConnections(server);
  server.server.on('request', (_request: unknown, response: ServerResponse) => {
    inFlight++;
    response.once('close', () => inFlight--);
  });
  server.addHook('onSend', async (request, reply) => {
    if (draining.signal.aborted && request.raw.httpVersionMajor === 1) reply.header('connection', 'close');
  });
  server.addHook('preClose', async () => {
    draining.abort();
    if (!server.server.listening) return;
    await acceptWaiting(open.accepted);
    NetServer.prototype.close.call(server.server);
    for (const session of open.sessions) session.goaway(0, ANY_STREAM);
    await connectionsGone(open.sockets, () => inFlight);
    for (const socket of open.sockets) socket.destroy();
  });
  return draining.signal;
}

/** Those of `http.Server` are private to it, and an HTTP/2 server knows only its own. */
function trackConnections({ server }: FastifyInstance) {
  const sockets = new Set<Socket>();
  let accepted = 0;
  const sessions = new Set<ServerHttp2Session>();
  server.on('connection', (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('session', (session: ServerHttp2Session) => {
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
  });
  return { sockets, sessions, accepted: () => accepted };
}

/** @param accepted how many connections came so far */
async function acceptWaiting(accepted: () => number): Promise<void> {
  const began = performance.now();
  for (let before = -1; before !== accepted() && performance.now() - began < LONGEST_ACCEPT_MS; ) {
    before = accepted();
    await pause(ACCEPT_MS);
    // A timer that comes late runs before the connections that came meanwhile are looked at.
    await nextTurn();
  }
}

async function connectionsGone(sockets: ReadonlySet<Socket>, inFlight: () => number): Promise<void> {
  const began = performance.now();
  for (let waited = 0; waited < LONGEST_MS; waited = performance.now() - began) {
    const idleOnly = inFlight() === 0 && waited >= IDLE_LINGER_MS;
    if (idleOnly || sockets.size === 0) return;
    await pause(LOOK_MS);
  }
}
