import type { FastifyInstance } from 'fastify';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a stream that may take as long as it keeps coming. */
    streamsBody?: boolean;
  }
}

/**
 * Cuts off requests whose body has not arrived whole in time, but for routes that stream theirs. Node’s own
 * `requestTimeout` knows no exceptions, so it is to be off; headers stay under `headersTimeout`.
 */
export function limitBodyTime(server: FastifyInstance, milliseconds: number, cut: string): void {
  server.addHook('onRequest', async (request, reply) => {
    const { headers } = request;
    const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
    if (!hasBody || request.routeOptions.config.streamsBody) return;
    const timer = setTimeout(() => {
      if (request.raw.complete) return;
      const { socket } = request.raw;
      if (request.raw.httpVersionMajor === 2) return void reply.raw.destroy();
      if (reply.sent || !socket.writable) socket.destroy();
      else socket.end(cut);
    }, milliseconds);
    timer.unref();
    request.raw.once('close', () => clearTimeout(timer));
  });
}
