import type { Context } from '../../store/ports.ts';
import type { Gateway } from './gateway.ts';
import type { GatewayOptions } from './gateway-options.ts';
import type { OpenGateway } from './open-gateway.ts';

/**
 * A gateway, whose parts are loaded by its first call: a server that nobody asks for a language model does not carry them.
 *
 * @example
 * const gateway = createGateway(context, { config: project.config.serving.gateway });
 * const { status, body } = await gateway.send({ path: 'embeddings', model: 'fast', body: { model: 'fast', input: 'x' } });
 */
export function createGateway(context: Context, options: GatewayOptions): Gateway {
  let opened: Promise<OpenGateway> | undefined;
  const open = (): Promise<OpenGateway> => {
    opened ??= import('./open-gateway.ts').then(({ openGateway }) => openGateway(context, options));
    return opened;
  };
  const { providers, routes } = options.config;
  return {
    models: () => [
      ...Object.keys(routes).map((id) => ({ id, ownedBy: 'airworthy' })),
      ...Object.entries(providers).flatMap(([name, { models }]) =>
        models.map((model) => ({ id: `${name}/${model}`, ownedBy: name })),
      ),
    ],
    send: async (request, call) => (await open()).send(request, call),
    forward: async (request, call) => (await open()).forward(request, call),
    usage: async (query) => (await open()).usage(query),
    budgets: async () => (await open()).budgets(),
    routes: () =>
      Object.entries(routes).map(([name, { targets, fallbacks, retries }]) => ({
        name,
        targets,
        fallbacks,
        retries,
      })),
    flush: async () => (await opened)?.flush(),
    close: async () => (await opened)?.close(),
  };
}
