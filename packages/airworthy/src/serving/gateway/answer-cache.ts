import { LRUCache } from 'lru-cache';
import { contentKey, sha256 } from '../../kernel/ids.ts';
import type { GatewayConfig } from './config.ts';
import type { GatewayCall, GatewayRequest } from './gateway.ts';
import type { Plan } from './resolve-model.ts';

/** An answer that can be given again. */
export interface KeptAnswer {
  status: number;
  headers: Record<string, string>;
  body: Buffer;
}

/** Answers by everything that decides them, in memory. */
export interface AnswerCache {
  /** The name of a call's answer; undefined where it is not to be kept. */
  keyOf(request: GatewayRequest, plan: Plan, call: GatewayCall): string | undefined;
  find(key: string): KeptAnswer | undefined;
  keep(key: string, answer: KeptAnswer): void;
  clear(): void;
  /** An equal call that is under way, and will be kept. */
  underWay(key: string): Promise<KeptAnswer | undefined> | undefined;
  /** Says that a call is under way; to be settled in any case. */
  begin(key: string): (answer: KeptAnswer | undefined) => void;
}

/** Beside the bytes of an answer. */
const OVERHEAD = 500;
/** Headers that say who pays, beside `authorization`. */
const PAYERS = ['api-key', 'x-api-key', 'openai-organization', 'openai-project'];
/** Their answers follow from what is asked. */
const COMPUTED: ReadonlySet<string> = new Set(['embeddings']);

export function createAnswerCache({ enabled, seconds, sampled, bytes }: GatewayConfig['cache']): AnswerCache {
  const kept = new LRUCache<string, KeptAnswer>({
    maxSize: bytes,
    sizeCalculation: ({ body }) => body.length + OVERHEAD,
    ttl: seconds * 1_000,
  });
  const going = new Map<string, Promise<KeptAnswer | undefined>>();
  return {
    keyOf(request, { targets, parameters, route }, call) {
      const { body, path } = request;
      if (body === undefined || call.cache === 'off' || (!enabled && call.cache !== 'force'))
        return undefined;
      const asked = { ...parameters, ...body };
      const repeatable = COMPUTED.has(path) || asked.temperature === 0 || asked.seed !== undefined;
      if (!repeatable && !sampled && call.cache !== 'force') return undefined;
      // Who pays with a key of their own is answered from nobody else's.
      const payer = sha256(JSON.stringify([call.authorization, PAYERS.map((name) => call.headers?.[name])]));
      const places = targets.map(({ url, model }) => `${url} ${model}`);
      const { user: _user, metadata: _metadata, ...deciding } = asked;
      return contentKey({ path, route, places, payer, deciding: JSON.parse(JSON.stringify(deciding)) });
    },
    find: (key) => kept.get(key),
    keep(key, answer) {
      kept.set(key, answer);
    },
    clear: () => kept.clear(),
    underWay: (key) => going.get(key),
    begin(key) {
      const { promise, resolve } = Promise.withResolvers<KeptAnswer | undefined>();
      going.set(key, promise);
      return (answer) => {
        if (going.get(key) === promise) going.delete(key);
        resolve(answer);
      };
    },
  };
}
