import { z } from 'zod';
import type { Usage } from '../tasks/task.ts';

/**
 * Where answers come from. `off`: every call is made. `auto`: what was answered before is not asked again. `record`: every
 * call is made, and written to a file beside the suite. `strict`: only that file answers, and no socket is opened.
 */
export const CacheMode = z.enum(['off', 'auto', 'record', 'strict']);
export type CacheMode = z.infer<typeof CacheMode>;

/** What one endpoint may be asked, over any 60 seconds. */
export interface CallLimits {
  requestsPerMinute?: number | undefined;
  /** Input and output together. */
  tokensPerMinute?: number | undefined;
}

/** What an evaluation may spend in all; answers from the cache cost nothing. */
export interface CallBudget {
  /** US dollars. */
  cost?: number | undefined;
  /** Input and output together. */
  tokens?: number | undefined;
  requests?: number | undefined;
  /** Since the caller was made, and what `spent` brought along. */
  seconds?: number | undefined;
}

export interface Spent {
  cost: number;
  tokens: number;
  /** Requests sent, repeated ones too. */
  requests: number;
  seconds: number;
}

/** What is kept of an answer. */
export interface Answer {
  body: unknown;
  durationMs: number;
  attempts: number;
  usage: Usage;
}

/** What a key is made of, by name: short values as they are, others as the start of their digest. */
export type KeyParts = Readonly<Record<string, string>>;

/** An answer with what it answers, as the cache and recordings keep it. */
export interface KeptCall {
  key: string;
  endpoint: string;
  model: string;
  parts: KeyParts;
  answer: Answer;
}

/** One line of a file of recorded calls. */
export const RecordedCall = z.strictObject({
  key: z.string().regex(/^[0-9a-f]{64}$/),
  endpoint: z.string(),
  model: z.string(),
  parts: z.record(z.string(), z.string()),
  answer: z.strictObject({
    body: z.unknown(),
    durationMs: z.number(),
    attempts: z.int(),
    usage: z.strictObject({
      inputTokens: z.number().exactOptional(),
      outputTokens: z.number().exactOptional(),
      cost: z.number().exactOptional(),
    }),
  }),
});
