import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Received {
  path: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface HookServer extends AsyncDisposable {
  /** `http://127.0.0.1:1234`. */
  address: string;
  received: Received[];
}

/** Takes webhooks, and answers each as told; an answer that never ends one leaves hanging. */
export async function openHookServer(
  answer: (response: ServerResponse, request: Received) => void = (response) => response.end(),
): Promise<HookServer> {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const each = { path: request.url ?? '', headers: request.headers, body };
    received.push(each);
    answer(response, each);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
