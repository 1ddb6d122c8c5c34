import type { App } from '../app.ts';
import type { Call } from './command.ts';
import type { Server } from './serve-app.ts';
import { paint } from './terminal.ts';

/**
 * Says where the server is, with a request that works as it stands, and that the address opens the pages.
 *
 * @param server where it listens; without `grpcPort` where that is not known
 */
export async function announce(
  call: Call,
  app: App,
  { address, grpcPort }: Pick<Server, 'address'> & Partial<Server>,
  more: Record<string, unknown>,
): Promise<void> {
  const endpoints = (await app.endpoints()).status();
  const ready = endpoints.filter((endpoint) => endpoint.state === 'ready').map((each) => each.endpoint);
  const shown = ready.includes(app.project.endpoint) ? app.project.endpoint : ready[0];
  const curl = shown === undefined ? null : await curlFor(app, address, shown);
  const grpc = typeof grpcPort === 'number' ? `${new URL(address).hostname}:${grpcPort}` : null;
  call.print({ ...more, address, grpc, endpoints, curl }, () =>
    [
      ...(curl === null
        ? ['', ...(app.project.config.data ? NOTHING_SERVES : records(address))]
        : ['', 'Ask it, in another terminal:', '', ...curl.split('\n').map((line) => `  ${line}`)]),
      ...(grpc === null ? [] : ['', `Open Inference Protocol: ${address}/v2, and over gRPC at ${grpc}`]),
      '',
      'Its pages, in a browser:',
      '',
      `${paint(call.terminal, 'bold', address)}  (${app.servedAt === undefined ? 'Ctrl-C stops' : 'was running already'})`,
    ].join('\n'),
  );
}

const NOTHING_SERVES = ['No endpoint serves yet: `airworthy ship` deploys one.'];

/** How programs are recorded by a project that only tracks. */
function records(address: string): string[] {
  return [
    'It records what you start with `airworthy run -- COMMAND`, and what logs to it:',
    '',
    `  MLFLOW_TRACKING_URI=${address}`,
    `  OTEL_EXPORTER_OTLP_ENDPOINT=${address}`,
  ];
}

/** A request with a real record. */
async function curlFor(app: App, address: string, endpoint: string): Promise<string> {
  const { readExample } = await import('../registry/index.ts');
  const { deployment } = (await app.endpoints()).describe(endpoint);
  const example = await readExample(app.context, deployment.bundle);
  const body = JSON.stringify(example ?? {}).replaceAll("'", String.raw`'\''`);
  return [
    `curl -s ${address}/predict/${endpoint} \\`,
    `  -H 'content-type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
}
