import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import { DEFAULT_PROVIDER, type GatewayConfig, OPENAI_URL, Provider, type Route } from './config.ts';
import type { GatewayCall, JsonObject } from './gateway.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A model at a provider, and how to reach it. */
export interface PlannedTarget {
  provider: string;
  model: string;
  /** Of the provider, with the version. */
  url: string;
  timeoutMs: number;
  countStreams: boolean;
  /** The provider's own headers, its key among them. @throws MODEL_KEY_MISSING */
  headers(): Record<string, string>;
}

/** Who is asked for an answer, in what order. */
export interface Plan {
  /** The route's name; empty where the caller named the model itself. */
  route: string;
  /** At least one. */
  targets: PlannedTarget[];
  retries: number;
  parameters: JsonObject;
  /** Was it the caller who chose the provider, by its address? */
  direct: boolean;
}

/**
 * Finds out who answers for a model's name: a route, a provider by its name before a slash, else the default provider. Of
 * a route's targets the same user or session always gets the same one. A caller who has a provider of its own is answered
 * by that one, whatever the model is called.
 */
export function planCall(
  model: string,
  call: GatewayCall & { traceId: string },
  { config, env }: { config: GatewayConfig; env: Env },
): Plan {
  const direct = { route: '', retries: 0, parameters: {}, direct: true };
  if (call.upstream !== undefined)
    return { ...direct, targets: [callersTarget(model, { ...call, upstream: call.upstream }, config)] };
  const target = (provider: string, name: string) => planTarget(provider, name, call, { config, env });
  if (Object.hasOwn(config.routes, model)) {
    const { targets, fallbacks, retries, parameters } = config.routes[model];
    const chosen = pickTarget(targets, `${model}/${call.session ?? call.user ?? call.traceId}`);
    const asked = [chosen, ...fallbacks].map(({ provider, model: name }) => target(provider, name));
    return { route: model, targets: asked, retries, parameters, direct: false };
  }
  const slash = model.indexOf('/');
  const named = model.slice(0, Math.max(0, slash));
  if (slash > 0 && Object.hasOwn(config.providers, named)) {
    const only = target(named, model.slice(slash + 1));
    return { route: '', targets: [only], retries: 0, parameters: {}, direct: false };
  }
  return { ...direct, targets: [target(DEFAULT_PROVIDER, model)] };
}

/** At the address that the caller would have asked without us, which sees no key but the caller's. */
function callersTarget(
  model: string,
  { upstream, authorization }: GatewayCall & { upstream: string },
  { providers }: GatewayConfig,
): PlannedTarget {
  const { timeoutMs, countStreams } = providers[DEFAULT_PROVIDER] ?? PLAIN_PROVIDER;
  const headers = () => (authorization === undefined ? {} : { authorization });
  return { provider: DEFAULT_PROVIDER, model, url: upstream, timeoutMs, countStreams, headers };
}

function planTarget(
  name: string,
  model: string,
  call: GatewayCall,
  { config, env }: { config: GatewayConfig; env: Env },
): PlannedTarget {
  const isDefault = name === DEFAULT_PROVIDER;
  // What the server's environment says of OpenAI is not for commands that have an environment of their own.
  const { OPENAI_BASE_URL, OPENAI_API_KEY } = call.recorded ? {} : env;
  const known = Object.hasOwn(config.providers, name) ? config.providers[name] : undefined;
  const provider = known ?? PLAIN_PROVIDER;
  return {
    provider: name,
    model,
    url: provider.url ?? (OPENAI_BASE_URL || OPENAI_URL),
    timeoutMs: provider.timeoutMs,
    countStreams: provider.countStreams,
    headers() {
      const own = isDefault
        ? (call.authorization ?? (OPENAI_API_KEY ? `Bearer ${OPENAI_API_KEY}` : undefined))
        : undefined;
      const authorization =
        provider.key === undefined ? own : `Bearer ${requireVariable(env, provider.key, name)}`;
      return {
        ...(provider.organization === undefined ? {} : { 'openai-organization': provider.organization }),
        ...Object.fromEntries(
          Object.entries(provider.headers).map(([header, value]) => [
            header.toLowerCase(),
            value.startsWith('env:') ? requireVariable(env, value.slice(4), name) : value,
          ]),
        ),
        ...(authorization === undefined ? {} : { authorization }),
      };
    },
  };
}

const PLAIN_PROVIDER: Provider = Provider.parse({});

function requireVariable(env: Env, name: string, provider: string): string {
  const value = env[name];
  if (value) return value;
  throw new AirworthyError('MODEL_KEY_MISSING', {
    message: `the provider "${provider}": the environment variable ${name} is not set where the server runs`,
    facts: { variable: name },
  });
}

/** By weight, from the first 48 bits of the unit's digest. */
function pickTarget(targets: Route['targets'], unit: string): Route['targets'][number] {
  if (targets.length === 1) return targets[0];
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  let left = (Number.parseInt(sha256(unit).slice(0, 12), 16) / 2 ** 48) * total;
  for (const target of targets) {
    left -= target.weight;
    if (left < 0) return target;
  }
  return targets[targets.length - 1];
}
