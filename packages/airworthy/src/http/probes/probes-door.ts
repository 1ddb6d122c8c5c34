import type { FastifyInstance } from 'fastify';
import type { DoorDependencies } from '../door.ts';

/** `/health` (the process answers), `/ready` (every endpoint serves and the server is not closing), `/metrics`. */
export function probesDoor(
  server: FastifyInstance,
  { endpoints, metrics, draining, version }: DoorDependencies,
): void {
  server.get('/health', async () => ({ status: 'ok', version }));
  server.get('/ready', async (_request, reply) => {
    const ready = endpoints.ready() && !draining.aborted;
    const waiting = endpoints.status().filter((status) => status.state !== 'ready');
    reply.status(ready ? 200 : 503);
    return { ready, draining: draining.aborted, waitingFor: waiting.map((status) => status.endpoint) };
  });
  server.get('/metrics', async (_request, reply) => {
    reply.header('content-type', metrics.contentType);
    return metrics.text();
  });
}
