import { Server as NetServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';

/** An idle keep-alive connection may be about to send: it is told `connection: close` if it does within this, in ms. */
const IDLE_LINGER_MS = 2_000;
const LONGEST_MS = 10_000;
const LOOK_MS = 20;

/** Connections the kernel has taken but we have not seen yet are still accepted for this long, in ms. */
const ACCEPT_MS = 20;

/**
 * Makes `server.close()` a lame duck: the listening socket closes, connections live on for their requests, and
 * every answer says `connection: close`. `http.Server.close()` alone would cut idle keep-alive connections at
 * once and so reset the request a client is just sending on one. The signal is aborted when a close begins.
 */
export function drainOnClose(server: FastifyInstance): AbortSignal {
  let inFlight = 0;
  const draining = new AbortController();
  server.addHook('onRequest', async (_request, reply) => {
    inFlight++;
    reply.raw.once('close', () => inFlight--);
  });
  server.addHook('onSend', async (_request, reply) => {
    if (draining.signal.aborted) reply.header('connection', 'close');
  });
  server.addHook('preClose', async () => {
    draining.abort();
    if (!server.server.listening) return;
    await pause(ACCEPT_MS);
    NetServer.prototype.close.call(server.server);
    await connectionsGone(server, () => inFlight);
    server.server.closeAllConnections();
  });
  return draining.signal;
}

async function connectionsGone(server: FastifyInstance, inFlight: () => number): Promise<void> {
  const began = performance.now();
  for (let waited = 0; waited < LONGEST_MS; waited = performance.now() - began) {
    const idleOnly = inFlight() === 0 && waited >= IDLE_LINGER_MS;
    if (idleOnly || (await countConnections(server)) === 0) return;
    await pause(LOOK_MS);
  }
}

function countConnections(server: FastifyInstance): Promise<number> {
  return new Promise((resolve, reject) => {
    server.server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
