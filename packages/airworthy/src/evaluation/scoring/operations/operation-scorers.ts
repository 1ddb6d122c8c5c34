import { z } from 'zod';
import type { Usage } from '../../tasks/task.ts';
import { type PartSpec, RIGHT_OR_WRONG, type ScorerType, scorerType } from '../scorer-type.ts';
import { scored, skipped, unscorable, verdict } from '../scores.ts';

/** What is known of how an answer came about. */
interface CallFacts extends Usage {
  latencyMs?: number | undefined;
}

interface Figure {
  unit?: string;
  /** Said where the figure is not known. */
  unknown: string;
  of(facts: CallFacts): number | undefined;
}

/** A figure of the call itself: its mean, and the quantiles that people ask for. */
function callFigure(type: string, { unit, unknown, of }: Figure): ScorerType {
  const spec: PartSpec = {
    aggregate: { kind: 'mean' },
    better: 'lower',
    binary: false,
    ...(unit === undefined ? {} : { unit }),
  };
  const quantile = (part: string, probability: number): PartSpec => ({
    ...spec,
    part,
    aggregate: { kind: 'quantile', probability },
  });
  return scorerType({
    type,
    version: 1,
    options: z.strictObject({}),
    create: () => ({
      parts: [spec, quantile('p50', 0.5), quantile('p95', 0.95)],
      score(_, { latencyMs, usage }, context) {
        const value = of({ latencyMs, ...(usage ?? context.usage) });
        const known = value === undefined ? unscorable(unknown) : scored(value);
        const score = context.cached === true ? skipped('the answer was kept from an earlier call') : known;
        return { '': score, p50: score, p95: score };
      },
    }),
  });
}

const NO_TOKENS = 'the task does not report tokens';

const latency = callFigure('latency', {
  unit: 'ms',
  unknown: 'it is not known how long the answer took',
  of: ({ latencyMs }) => latencyMs,
});

const tokens = callFigure('tokens', {
  unit: 'tokens',
  unknown: NO_TOKENS,
  of({ inputTokens, outputTokens }) {
    if (inputTokens === undefined && outputTokens === undefined) return undefined;
    return (inputTokens ?? 0) + (outputTokens ?? 0);
  },
});

const outputTokens = callFigure('output-tokens', {
  unit: 'tokens',
  unknown: NO_TOKENS,
  of: (facts) => facts.outputTokens,
});

const cost = callFigure('cost', {
  unknown: 'the task does not report what the answer cost',
  of: (facts) => facts.cost,
});

/** Why the model stopped is what was asked for. */
const finishReason = scorerType({
  type: 'finish-reason',
  version: 1,
  options: z.strictObject({ value: z.string().min(1).default('stop').describe('The reason that is right.') }),
  create: ({ value }) => ({
    parts: [RIGHT_OR_WRONG],
    score: (_, { finishReason: reason }) =>
      reason === undefined
        ? unscorable('the task does not say why the model stopped')
        : verdict(reason === value, 'other-reason', { label: reason }),
  }),
});

export const OPERATION_SCORERS: readonly ScorerType[] = [latency, tokens, outputTokens, cost, finishReason];
