import type { Upstream } from '../../kernel/outbound/upstream.ts';
import type { Context } from '../../store/ports.ts';
import type { Gateway, GatewayCall, GatewayRequest } from './gateway.ts';
import type { GatewayOptions } from './gateway-options.ts';
import type { OpenGateway } from './open-gateway.ts';

/**
 * A gateway, whose parts are loaded by its first call: a server that nobody asks for a language model does not carry them.
 * Where they cannot be (the store cannot be read), calls of recorded commands are passed on without a record.
 *
 * @example
 * const gateway = createGateway(context, { config: project.config.serving.gateway });
 * const { status, body } = await gateway.send({ path: 'embeddings', model: 'fast', body: { model: 'fast', input: 'x' } });
 */
export function createGateway(context: Context, options: GatewayOptions): Gateway {
  let opened: Promise<OpenGateway> | undefined;
  let upstream: Promise<Upstream> | undefined;
  const connections = (): Promise<Upstream> => {
    upstream ??= import('../../kernel/outbound/upstream.ts').then(({ openUpstream }) =>
      openUpstream({ environment: options.env ?? process.env }),
    );
    return upstream;
  };
  const open = (): Promise<OpenGateway> => {
    opened ??= openParts().catch((error: unknown) => {
      // The next call tries again.
      opened = undefined;
      throw error;
    });
    return opened;
  };
  async function openParts(): Promise<OpenGateway> {
    const { openGateway } = await import('./open-gateway.ts');
    return openGateway(context, options, await connections());
  }
  const forward: Gateway['forward'] = async (request, call) => {
    const { passOn } = await import('./pass-on.ts');
    return passOn(await connections(), request, call);
  };
  async function send(request: GatewayRequest, call: GatewayCall = {}) {
    const gateway = await open().catch((error: unknown) => {
      if (!call.recorded || request.bytes === undefined) throw error;
      context.log.error({ error: String(error) }, 'calls of a recorded command are passed on unrecorded');
    });
    if (gateway) return gateway.send(request, call);
    const headers = { ...call.headers, 'content-type': request.contentType ?? 'application/json' };
    return forward({ method: 'POST', path: request.path, body: request.bytes, headers }, call);
  }
  const { providers, routes } = options.config;
  return {
    models: () => [
      ...Object.keys(routes).map((id) => ({ id, ownedBy: 'airworthy' })),
      ...Object.entries(providers).flatMap(([name, { models }]) =>
        models.map((model) => ({ id: `${name}/${model}`, ownedBy: name })),
      ),
    ],
    send,
    forward,
    usage: async (query) => (await open()).usage(query),
    budgets: async () => (await open()).budgets(),
    routes: () =>
      Object.entries(routes).map(([name, { targets, fallbacks, retries }]) => ({
        name,
        targets,
        fallbacks,
        retries,
      })),
    forgetAnswers: async () => (await opened)?.forgetAnswers(),
    flush: async () => (await opened)?.flush(),
    async close() {
      await (await opened)?.flush();
      (await upstream)?.close();
    },
  };
}
