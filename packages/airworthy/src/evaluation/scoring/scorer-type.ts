import type { z } from 'zod';
import { contentKey } from '../../kernel/ids.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { TaskOutput } from '../tasks/task.ts';
import type { MetricSpec, Score, Scorer, ScorerContext } from './scorer.ts';

/** Where a suite is, and what its scorers may count on. */
export interface ScorerEnvironment {
  /** What relative paths in settings are relative to. */
  folder: string;
  /** Defaults that judges start from, such as their model; see evaluation/judging. */
  judges?: Readonly<Record<string, unknown>>;
}

/** A metric of a scorer: `part` is what follows the scorer's name and a slash; the scorer's own metric has none. */
export interface PartSpec extends Omit<MetricSpec, 'name'> {
  part?: string;
}

/** A score for each part by its name; the scorer's own metric by `''`. One score alone is for the first part. */
export type PartScores = Score | Record<string, Score>;

/** A scorer before it has a name: what it measures and how. The first part is what thresholds and `not-` apply to. */
export interface ScoringRule {
  parts: readonly [PartSpec, ...PartSpec[]];
  /** Digest that calibration records are kept by; only of judges. */
  judge?: string;
  /** What decides the scores beside the settings that the suite has written, such as the default judge; for digest and records. */
  settings?: Readonly<Record<string, unknown>>;
  score(each: EvaluationCase, output: TaskOutput, context: ScorerContext): PartScores | Promise<PartScores>;
}

interface ScorerTypeSpec<Options extends z.ZodObject> {
  /** The name a suite calls it by. */
  type: string;
  /** Counted up when the same settings would give other scores. */
  version: number;
  /** Other names, each with the settings it stands for. */
  aliases?: Readonly<Record<string, Partial<z.input<Options>>>>;
  /** What a suite may set; unknown settings are refused. */
  options: Options;
  create(options: z.output<Options>, environment: ScorerEnvironment): ScoringRule | Promise<ScoringRule>;
}

/** A kind of scorer that suites can name. */
export interface ScorerType {
  type: string;
  version: number;
  aliases: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  options: z.ZodObject;
  /** Checks the settings (a ZodError where they are wrong) and makes the rule. */
  create(
    options: unknown,
    environment: ScorerEnvironment,
  ): Promise<{ rule: ScoringRule; options: Record<string, unknown> }>;
}

/**
 * Describes a kind of scorer for the registry.
 *
 * @example
 * scorerType({
 *   type: 'answered', version: 1, options: z.strictObject({}),
 *   create: () => ({
 *     parts: [{ aggregate: { kind: 'mean' }, better: 'higher', binary: true, range: [0, 1] }],
 *     score: (_, output) => verdict(output.value !== null, 'no-answer'),
 *   }),
 * });
 */
export function scorerType<Options extends z.ZodObject>(spec: ScorerTypeSpec<Options>): ScorerType {
  return {
    type: spec.type,
    version: spec.version,
    aliases: spec.aliases ?? {},
    options: spec.options,
    async create(input, environment) {
      const options = spec.options.parse(input);
      return { rule: await spec.create(options, environment), options };
    },
  };
}

/** 0 or 1 for each case, more is better: what most scorers measure. */
export const RIGHT_OR_WRONG: PartSpec = {
  aggregate: { kind: 'mean' },
  better: 'higher',
  binary: true,
  range: [0, 1],
};

/** 0 to 1 for each case, more is better. */
export const SHARE: PartSpec = { ...RIGHT_OR_WRONG, binary: false };

/** Gives a rule its name and digest. */
export function namedScorer(
  name: string,
  rule: ScoringRule,
  identity: { type: string; version: number; settings: Readonly<Record<string, unknown>> },
): Scorer {
  const metrics = rule.parts.map(({ part, ...spec }) => ({ name: part ? `${name}/${part}` : name, ...spec }));
  const main = rule.parts[0].part ?? '';
  return {
    name,
    digest: contentKey(identity),
    spec: { type: identity.type, ...identity.settings },
    metrics,
    ...(rule.judge === undefined ? {} : { judge: rule.judge }),
    async score(each, output, context) {
      const given = await rule.score(each, output, context);
      const scores = isScore(given) ? { [main]: given } : given;
      return Object.fromEntries(
        Object.entries(scores).map(([part, score]) => [part === '' ? name : `${name}/${part}`, score]),
      );
    },
  };
}

export function isScore(given: PartScores): given is Score {
  return typeof given.status === 'string';
}
