import { z } from 'zod';
import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey } from '../../kernel/ids.ts';
import type { ScorerEnvironment, ScorerType, ScoringRule } from '../scoring/scorer-type.ts';
import { Embedder, JudgeModel, sentParameters } from './judge-model.ts';

interface ModelTypeSpec<Options extends z.ZodObject, Model> {
  type: string;
  version: number;
  /** Other names of it: those that promptfoo uses. */
  aliases?: readonly string[];
  options: Options;
  create(options: z.output<Options>, model: Model): ScoringRule;
}

/** What the scorers of a suite start from where they name no judge or embedder of their own. */
const Defaults = z.object({ judge: JudgeModel.optional(), embedder: Embedder.optional() });

/** A kind of scorer that asks a judge: its own (`judge`), else the suite's. */
export function judgeType<Options extends z.ZodObject>(spec: ModelTypeSpec<Options, JudgeModel>): ScorerType {
  const own = z.object({
    judge: JudgeModel.optional().describe('Who judges; the suite’s judge where absent.'),
  });
  return modelType(spec, own, 'judge', (judge) => ({
    ...{ model: judge.model, votes: judge.votes, parameters: sentParameters(judge) },
  }));
}

/** A kind of scorer that compares embeddings: by its own embedder (`embedder`), else the suite's. */
export function embedderType<Options extends z.ZodObject>(
  spec: ModelTypeSpec<Options, Embedder>,
): ScorerType {
  const own = z.object({
    embedder: Embedder.optional().describe('What embeds; the suite’s embedder where absent.'),
  });
  return modelType(spec, own, 'embedder', ({ model, parameters }) => ({ model, parameters }));
}

/**
 * @param identity what of the model decides its answers: the address does not, so the same model elsewhere gives scores that
 * can be compared
 */
function modelType<Options extends z.ZodObject, Key extends 'judge' | 'embedder'>(
  spec: ModelTypeSpec<Options, NonNullable<z.output<typeof Defaults>[Key]>>,
  own: z.ZodObject,
  key: Key,
  identity: (model: NonNullable<z.output<typeof Defaults>[Key]>) => Record<string, unknown>,
): ScorerType {
  const { type, version, aliases = [] } = spec;
  return {
    ...{ type, version, aliases: Object.fromEntries(aliases.map((alias) => [alias, {}])) },
    options: spec.options.extend(own.shape),
    async create(input, environment) {
      const { [key]: given, ...rest } = (input ?? {}) as Record<string, unknown>;
      const options = spec.options.parse(rest);
      const named = Defaults.parse({ [key]: given ?? defaultOf(environment, key) })[key];
      if (!named) throw noneNamed(type, key);
      const model = named as NonNullable<z.output<typeof Defaults>[Key]>;
      return { rule: spec.create(options, model), options: { ...options, [key]: identity(model) } };
    },
  };
}

function defaultOf({ judges }: ScorerEnvironment, key: 'judge' | 'embedder'): unknown {
  return judges?.[key];
}

function noneNamed(type: string, key: 'judge' | 'embedder'): AirworthyError {
  return new AirworthyError('SCORER_INVALID', {
    message: `scorer ${type}: no ${key} is named`,
    remedy: `Give the scorer a ${key}: { model, endpoint }; docs/judges.md has an example.`,
    at: key,
  });
}

/**
 * The name calibration records are kept by: model, parameters, votes, and everything the judge is told apart from the
 * case itself.
 */
export function judgeDigest(judge: JudgeModel, prompt: unknown): string {
  const { model, votes } = judge;
  return contentKey({ format: 'airworthy-judge/1', model, votes, parameters: sentParameters(judge), prompt });
}
