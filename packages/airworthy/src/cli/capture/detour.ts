import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';

/**
 * A way for the command's calls to language models while no server has the data folder: to where they would have gone,
 * unrecorded. A command is not to suffer from being recorded.
 */
export interface Detour {
  /** What the paths of its requests begin with. */
  readonly path: string;
  /** The port of this machine that it is at. */
  open(): Promise<number>;
  /** Calls that took it. */
  taken(): number;
  close(): void;
}

/**
 * Nothing is loaded or opened for it until it is needed.
 *
 * @param upstream where the calls go; to OpenAI where the person has set nothing
 */
export function createDetour(address: string, upstream: string | undefined): Detour {
  const path = `${new URL(address).pathname}/`;
  let taken = 0;
  let server: Server | undefined;

  function answer(request: IncomingMessage, response: ServerResponse): void {
    if (!request.url?.startsWith(path)) return void response.writeHead(404, { connection: 'close' }).end();
    taken++;
    // Without us the command would see a connection that breaks.
    passBy(request, response, { path, upstream }).catch(() => response.destroy());
  }

  return {
    path,
    async open() {
      const { createServer } = process.getBuiltinModule('node:http');
      const opened = server ?? createServer({ requestTimeout: 0 }, answer);
      if (server === undefined) await listen(opened);
      server = opened;
      return (server.address() as AddressInfo).port;
    },
    taken: () => taken,
    close() {
      server?.close();
      server?.closeAllConnections();
    },
  };
}

function listen(server: Server): Promise<void> {
  return new Promise((settle, fail) => {
    server.once('error', fail).listen(0, '127.0.0.1', settle);
  });
}

async function passBy(
  request: IncomingMessage,
  response: ServerResponse,
  { path, upstream }: { path: string; upstream: string | undefined },
): Promise<void> {
  const [{ openUpstream }, { passOn }] = await Promise.all([
    import('../../kernel/outbound/upstream.ts'),
    import('../../serving/index.ts'),
  ]);
  const { method = 'GET', url = '', headers } = request;
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length']) > 0;
  const connections = openUpstream({ environment: process.env });
  try {
    const answer = await passOn(
      connections,
      { method, headers, path: url.slice(path.length), body: hasBody ? request : undefined },
      { upstream, authorization: headers.authorization, signal: gone.signal },
    );
    // The next call looks for a server again.
    response.writeHead(answer.status, { ...answer.headers, connection: 'close' });
    if (Buffer.isBuffer(answer.body)) response.end(answer.body);
    else await promisify(process.getBuiltinModule('node:stream').pipeline)(answer.body, response);
  } finally {
    connections.close();
  }
}
