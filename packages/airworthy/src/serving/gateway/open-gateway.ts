import type { Upstream } from '../../kernel/outbound/upstream.ts';
import type { Context } from '../../store/ports.ts';
import { createPricer, openPseudonyms } from '../../tracking/index.ts';
import { type AnswerCache, createAnswerCache, type KeptAnswer } from './answer-cache.ts';
import { answerCall, answerFromCache } from './answer-call.ts';
import { createTargetAsker } from './ask-targets.ts';
import { beginCall, takenBy } from './begin-call.ts';
import { type Budgets, createBudgets } from './budgets.ts';
import { type CallLog, createCallLog } from './call-log.ts';
import type { CallMeans } from './call-means.ts';
import type { Budget } from './config.ts';
import type { Gateway, GatewayAnswer, GatewayCall, GatewayRequest } from './gateway.ts';
import type { GatewayOptions } from './gateway-options.ts';
import { createRateLimiter } from './rate-limits.ts';
import { pruneUsage, readSpent, readUsage } from './usage-rows.ts';

/** How often the records of other processes are read for the budgets. */
const RELOAD_MS = 30_000;
const PRUNE_MS = 86_400_000;

/** What the facade of `createGateway` loads by its first call. */
export type OpenGateway = Pick<Gateway, 'send' | 'usage' | 'budgets' | 'forgetAnswers' | 'flush'>;

export async function openGateway(
  context: Context,
  options: GatewayOptions,
  upstream: Upstream,
): Promise<OpenGateway> {
  const { config, traces, env = process.env } = options;
  const now = () => context.clock.now();
  const cache = createAnswerCache(config.cache);
  const pseudonym = await openPseudonyms(context);
  const ofPerson = <Limit extends Pick<Budget, 'scope' | 'of'>>(limit: Limit): Limit =>
    limit.scope === 'user' && limit.of !== undefined ? { ...limit, of: pseudonym(limit.of) } : limit;
  const budgets = createBudgets(config.budgets.map(ofPerson), now);
  const kept = config.traces ? { config: traces } : undefined;
  const log: CallLog = createCallLog(context, kept, () => tending());
  const tending = createTending(context, () => reload(context, budgets, log));
  const means: CallMeans = {
    ...{ context, config, env, budgets, log, pseudonym },
    price: createPricer(traces?.prices ?? {}),
    asker: createTargetAsker(upstream),
    limiter: createRateLimiter(config.rateLimits.map(ofPerson), now),
  };
  await reload(context, budgets, log);
  return {
    send: (request, call = {}) => send(means, cache, request, call),
    async usage(query) {
      await log.flush();
      return readUsage(context, query);
    },
    async budgets() {
      await log.flush();
      await reload(context, budgets, log);
      return budgets.states();
    },
    forgetAnswers: async () => cache.clear(),
    flush: () => log.flush(),
  };
}

/** What is to be done now and then, after a write. */
function createTending(context: Context, reloadBudgets: () => Promise<void>): () => Promise<void> {
  let reloadedAt = context.clock.now();
  let prunedAt = 0;
  return async () => {
    const now = context.clock.now();
    if (now - reloadedAt >= RELOAD_MS) {
      reloadedAt = now;
      await reloadBudgets();
    }
    if (now - prunedAt < PRUNE_MS) return;
    prunedAt = now;
    await pruneUsage(context);
  };
}

async function reload(context: Context, budgets: Budgets, log: CallLog): Promise<void> {
  await budgets.reload(
    (scope, since) => readSpent(context, scope, since),
    () => log.unwritten().map((call) => ({ scopes: call.scopes, taken: takenBy(call) })),
  );
}

async function send(
  means: CallMeans,
  cache: AnswerCache,
  request: GatewayRequest,
  call: GatewayCall,
): Promise<GatewayAnswer> {
  const going = beginCall(means, request, call);
  const key = cache.keyOf(request, going.plan, call);
  if (key === undefined) return answerCall(means, going);
  const waitsFor = cache.underWay(key);
  const kept = cache.find(key) ?? (waitsFor && (await waitsFor));
  if (kept !== undefined) return answerFromCache(means, going, kept);
  const settle = cache.begin(key);
  let whole: KeptAnswer | undefined;
  try {
    const answer = await answerCall(means, going, (stream) => cache.keep(key, stream));
    const { status, headers, body } = answer;
    if (status === 200 && Buffer.isBuffer(body)) {
      whole = { status, headers, body };
      cache.keep(key, whole);
    }
    return answer;
  } finally {
    // Nobody waits for the end of a stream, nor for what failed: they ask for themselves.
    settle(whole);
  }
}
