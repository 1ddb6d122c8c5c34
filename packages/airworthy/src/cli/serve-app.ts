import { createServer as createProbe } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import type { App } from '../app.ts';
import { AirworthyError } from '../kernel/errors.ts';
import type { Call } from './command.ts';
import { giveBackMemory } from './give-back-memory.ts';
import { packageVersion } from './package-version.ts';
import { repeat } from './repeat.ts';
import { startGrpc } from './start-grpc.ts';

/** How often windows are looked at; the smallest is an hour. */
const MONITOR_MS = 30_000;
/** How often what recorders left behind is brought in. */
const CAPTURES_MS = 2_000;
/** How often labelled predictions become data; the log keeps them for days. */
const FEEDBACK_MS = 6 * 3_600_000;
/** How often what webhooks are to be told is looked for. */
const WEBHOOKS_MS = 1_000;

export interface Server {
  /** `http://127.0.0.1:4400`. */
  address: string;
  /** The port of gRPC; null where it is off. */
  grpcPort: number | null;
  /** Resolves once the server has been told to stop (the signal) and has drained. */
  stopped: Promise<void>;
}

/**
 * Starts the server of a project and keeps it until the terminal's signal. Throws PORT_TAKEN, before anything is
 * loaded, where another program listens there.
 */
export async function serveApp(
  app: App,
  { terminal, main }: Pick<Call, 'terminal' | 'main'>,
  port: number | undefined,
): Promise<Server> {
  const { serving, registry } = app.project.config;
  const config = { ...serving, ...(port === undefined ? {} : { port }) };
  // By that name Fastify opens two listeners, of which it lets only one drain.
  const host = config.host === 'localhost' ? '127.0.0.1' : config.host;
  await requireFreePort(host, config.port);
  if (config.grpc.enabled && config.grpc.port !== undefined)
    await requireFreePort(
      host,
      config.grpc.port,
      'Choose another serving.grpc.port, or stop the other program.',
    );
  const { createServer } = await import('../http/create-server.ts');
  const { localListener } = await import('../http/tls/local-listener.ts');
  const { createForwardedCommands } = await import('./forward/run-forwarded.ts');
  const { tendFeedback } = await import('../lifecycle/tend-feedback.ts');
  const { followChampions } = await import('../serving/index.ts');
  const { deliverWebhooks } = await import('../registry/index.ts');
  const endpoints = await app.endpoints();
  const rollouts = await app.rollouts();
  // Before the first request: units keep their arms when a server begins anew.
  await rollouts
    .check()
    .catch((error) => app.context.log.error({ error: String(error) }, 'following rollouts failed'));
  const commands = createForwardedCommands({ app, terminal, main, follow: () => watch.check() });
  const server = createServer({
    context: app.context,
    project: app.project,
    endpoints,
    statistics: await app.statistics(),
    gateway: await app.gateway(),
    config,
    version: packageVersion(),
    token: terminal.env.AIRWORTHY_TOKEN,
    commands,
  });
  const listenLocally = config.tls === undefined ? undefined : localListener(server);
  const address = await server.listen({ host, port: config.port });
  const grpc = await startGrpc(app, {
    config,
    host,
    port: portOf(address),
    token: terminal.env.AIRWORTHY_TOKEN,
  });
  // V8's own default, which bin/airworthy.mjs holds back while a server starts.
  setFlagsFromString('--semi-space-growth-factor=2');
  giveBackMemory();
  const watch = followChampions(app.context, endpoints, { alias: registry.alias });
  const { log } = app.context;
  const { tendCaptures } = await import('../tracking/index.ts');
  const captures = repeat('captures', CAPTURES_MS, () => tendCaptures(app.context), log);
  const monitoring = repeat('monitoring', MONITOR_MS, () => app.watch(), log);
  const tending = repeat('curation', FEEDBACK_MS, () => tendFeedback(app.context, app.project), log);
  const closing = new AbortController();
  const tell = () => deliverWebhooks(app.context, registry.webhooks, closing.signal);
  const telling = repeat('webhooks', WEBHOOKS_MS, tell, log);
  app.context.store.lock.announce((await listenLocally?.()) ?? address);
  const stopped = aborted(terminal.signal).then(async () => {
    closing.abort();
    await commands.close();
    await telling.close();
    await watch.close();
    await rollouts.close();
    await captures.close();
    await monitoring.close();
    await tending.close();
    await Promise.all([server.close(), grpc?.close()]);
  });
  return { address, grpcPort: grpc?.port ?? null, stopped };
}

function portOf(address: string): number {
  return Number(new URL(address).port);
}

/** Asked first, because the server's own attempt comes after the models are loaded. */
export function requireFreePort(host: string, port: number, remedy?: string): Promise<void> {
  return new Promise((settle, fail) => {
    const probe = createProbe();
    probe.once('error', (error: NodeJS.ErrnoException) => fail(listenError(error, host, port, remedy)));
    probe.listen({ host, port }, () => probe.close(() => settle()));
  });
}

function listenError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
  remedy = `Choose another port, for example --port ${port + 2}, or stop the other program.`,
): unknown {
  if (error.code === 'EADDRINUSE')
    return new AirworthyError('PORT_TAKEN', {
      message: `another program listens on ${host}:${port}`,
      remedy,
      facts: { host, port },
    });
  if (error.code === 'EACCES' || error.code === 'EADDRNOTAVAIL')
    return new AirworthyError('BAD_ARGUMENT', {
      message: `cannot listen on ${host}:${port}: ${error.message}`,
      remedy: 'Choose another port with --port, or another serving.host.',
    });
  return error;
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((settle) => signal.addEventListener('abort', () => settle(), { once: true }));
}
