import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance } from 'fastify';

/** Resolves to its address once it listens. */
export type ListenLocally = () => Promise<string>;

/**
 * A second, plain way to a server for this machine's own commands: no certificate names 127.0.0.1. It asks for the
 * same tokens, and ends with the server. To be made before the server listens.
 */
export function localListener(server: FastifyInstance): ListenLocally {
  const local = createServer((request, response) => server.routing(request, response));
  server.addHook('preClose', async () => {
    local.close();
  });
  server.addHook('onClose', async () => local.closeAllConnections());
  return () =>
    new Promise((resolve, reject) => {
      local.once('error', reject);
      local.listen({ host: '127.0.0.1', port: 0 }, () =>
        resolve(`http://127.0.0.1:${(local.address() as AddressInfo).port}`),
      );
    });
}
