import type { z } from 'zod';
import { sha256 } from '../../kernel/ids.ts';
import type { Score, Scorer } from '../scoring/scorer.ts';
import { namedScorer, SHARE } from '../scoring/scorer-type.ts';
import type { ModelCaller } from '../tasks/task.ts';
import { JudgeModel } from './judge-model.ts';
import { judgeDigest } from './judge-type.ts';

/** What a scorer of the npm package autoevals answers. */
export interface AutoevalsScore {
  name: string;
  /** 0 to 1; null where the scorer was skipped. */
  score: number | null;
  metadata?: Record<string, unknown>;
  error?: unknown;
}

export interface AutoevalsOptions {
  /** Name of the metric; the function's where absent. */
  name?: string;
  /** Sent along with every call: `model`, `criteria`, `client` … */
  args?: Readonly<Record<string, unknown>>;
  /** Version of the package, so that scores of another one are not compared. */
  version?: string;
  /**
   * The model that it asks. Its calls are then cached, counted and limited as all others are, and it can be calibrated;
   * without, they are its own affair.
   */
  judge?: z.input<typeof JudgeModel>;
}

/**
 * A scorer from a function of the npm package autoevals, or one of that signature. null is unscorable; what it throws, and a
 * score out of 0 to 1, is an error.
 *
 * @example
 * import { Factuality } from 'autoevals';
 * scorers: [autoevals(Factuality, { judge: { model: 'gpt-4o', keyVariable: 'OPENAI_API_KEY' } })];
 */
export function autoevals(
  scorer: (args: never) => unknown,
  { name = scorer.name, args = {}, version = '', judge: input }: AutoevalsOptions = {},
): Scorer {
  const code = sha256(scorer.toString());
  const settings = Object.fromEntries(Object.entries(args).filter(([, value]) => isPlain(value)));
  const judge = input && JudgeModel.parse(input);
  const asked = judge ? { judge: judgeDigest(judge, { code, settings }) } : {};
  const call = scorer as unknown as (args: Record<string, unknown>) => unknown;
  return namedScorer(
    name,
    {
      ...{ parts: [SHARE], ...asked },
      async score({ input, expected, metadata }, output, { models }) {
        const client = judge ? { model: judge.model, client: clientOver(models, judge) } : {};
        const given = { input, output: output.value, expected, metadata, ...client, ...args };
        return toScore((await call(given)) as Partial<AutoevalsScore>);
      },
    },
    { type: 'autoevals', version: 1, settings: { code, settings, version, ...asked } },
  );
}

/** As much of OpenAI's client as autoevals uses. */
function clientOver(models: ModelCaller, { endpoint, model, keyVariable, timeoutSeconds }: JudgeModel) {
  const key = keyVariable === undefined ? {} : { keyVariable };
  const create = (path: string) => async (body: unknown) =>
    (await models.call({ endpoint, path, model, body, ...key, timeoutMs: timeoutSeconds * 1000 })).body;
  return {
    chat: { completions: { create: create('chat/completions') } },
    embeddings: { create: create('embeddings') },
  };
}

/** Clients and the like are no part of a record. */
function isPlain(value: unknown): boolean {
  if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
  return Array.isArray(value) && value.every(isPlain);
}

function toScore({ score, metadata, error }: Partial<AutoevalsScore>): Score {
  if (error) return { status: 'error', code: 'autoevals-failed', reason: String(error) };
  if (score === null || score === undefined) {
    return { status: 'unscorable', code: 'autoevals-null', reason: 'the scorer gave no score' };
  }
  if (!(score >= 0 && score <= 1)) {
    return {
      status: 'error',
      code: 'autoevals-out-of-range',
      reason: `the scorer gave ${score}, not 0 to 1`,
    };
  }
  const { choice, rationale } = metadata ?? {};
  return {
    ...{ status: 'scored', value: score },
    ...(typeof choice === 'string' ? { label: choice } : {}),
    ...(typeof rationale === 'string' ? { rationale } : {}),
    ...(metadata === undefined ? {} : { evidence: metadata }),
  };
}
