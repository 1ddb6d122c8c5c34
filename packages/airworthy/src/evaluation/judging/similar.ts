import { z } from 'zod';
import type { ScorerContext } from '../scoring/scorer.ts';
import { type PartSpec, SHARE } from '../scoring/scorer-type.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { TaskOutput } from '../tasks/task.ts';
import { requireAnswer, requireExpected } from './case-texts.ts';
import { cosine, embed } from './embed.ts';
import type { Embedder } from './judge-model.ts';
import { textOf } from './judge-prompt.ts';
import { scoresOfFailure } from './judge-rule.ts';
import { embedderType } from './judge-type.ts';

const COSINE: PartSpec = { ...SHARE, range: [-1, 1] };

/** Cosine of the embeddings of the answer and the expected one. */
export const similar = embedderType({
  type: 'similar',
  version: 1,
  aliases: ['similar:cosine', 'embedding-similarity'],
  options: z.strictObject({
    value: z
      .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
      .optional()
      .describe('What to be like; the nearest counts of several. What the case expects where absent.'),
  }),
  create: ({ value }, embedder) => ({
    parts: [COSINE],
    score: (each, output, context) =>
      nearestCosine({ each, output, context, embedder, value }).then(
        (nearest) => ({ '': { status: 'scored', value: nearest } }),
        (error) => scoresOfFailure([COSINE], error),
      ),
  }),
});

interface Comparison {
  each: EvaluationCase;
  output: TaskOutput;
  context: ScorerContext;
  embedder: Embedder;
  value: string | string[] | undefined;
}

async function nearestCosine({ each, output, context, embedder, value }: Comparison): Promise<number> {
  const given = value ?? requireExpected(each);
  const wanted = (Array.isArray(given) ? given : [given]).map(textOf);
  const [answer, ...others] = await embed(context.models, embedder, [
    textOf(requireAnswer(output)),
    ...wanted,
  ]);
  return Math.max(...others.map((other) => cosine(answer, other)));
}
