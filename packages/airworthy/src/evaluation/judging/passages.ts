import { z } from 'zod';
import { type ScorerType, SHARE } from '../scoring/scorer-type.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import { ContextPath, passagesOf, requireExpected } from './case-texts.ts';
import { judgeRule } from './judge-rule.ts';
import { judgeType } from './judge-type.ts';
import { NoVerdict } from './no-verdict.ts';

const Answer = z.strictObject({
  passages: z.array(z.strictObject({ number: z.int(), rationale: z.string(), relevant: z.boolean() })),
});

interface PassageType {
  type: string;
  aliases: readonly string[];
  instructions: string;
  data(each: EvaluationCase): Record<string, unknown>;
  /** One text is cut into its sentences, so that there is something to count. */
  cut: boolean;
  value(relevant: readonly boolean[]): number;
}

const EACH = 'Judge each passage by itself, and give one entry for each, in their order, with its number.';

function passageType({ type, aliases, instructions, data, cut, value }: PassageType): ScorerType {
  return judgeType({
    ...{ type, aliases, version: 1 },
    options: z.strictObject({ context: ContextPath }),
    create: ({ context }, judge) =>
      judgeRule({
        ...{ judge, answer: Answer, parts: [SHARE], instructions: `${instructions} ${EACH}` },
        async verdict(ask, each, output) {
          const found = passagesOf(each, output, context);
          const passages = cut && found.length === 1 ? sentencesOf(found[0]) : found;
          const named = passages.map((text, index) => [`PASSAGE ${index + 1}`, text]);
          const answer = await ask({ QUESTION: each.input, ...data(each), ...Object.fromEntries(named) });
          const relevant = relevanceOf(answer.passages, passages.length);
          return { '': { status: 'scored', value: value(relevant), evidence: answer } };
        },
      }),
  });
}

function sentencesOf(text: string): string[] {
  const segments = [...new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text)];
  return segments.map(({ segment }) => segment.trim()).filter((sentence) => sentence !== '');
}

function relevanceOf(judged: z.infer<typeof Answer>['passages'], length: number): boolean[] {
  const whole = judged.length === length && judged.every(({ number }, index) => number === index + 1);
  if (whole) return judged.map(({ relevant }) => relevant);
  throw new NoVerdict(
    'error',
    'judge-wrong-form',
    `the judge did not judge passages 1 to ${length} in their order`,
  );
}

/** Do the useful passages come first? Mean over the useful ones of the share that is useful up to there (average precision). */
export const contextPrecision = passageType({
  type: 'context-precision',
  aliases: [],
  cut: false,
  instructions:
    'Passages were retrieved to answer QUESTION. EXPECTED is the right answer. A passage is relevant where it helps to arrive at EXPECTED.',
  data: (each) => ({ EXPECTED: requireExpected(each) }),
  value: averagePrecision,
});

/** What share of the passages, or of the sentences of the only one, bears on the question. */
export const contextRelevance = passageType({
  type: 'context-relevance',
  aliases: ['context-relevancy'],
  cut: true,
  instructions:
    'Passages were retrieved to answer QUESTION. A passage is relevant where it holds something that is needed to answer it.',
  data: () => ({}),
  value: (relevant) => relevant.filter(Boolean).length / relevant.length,
});

/** 0 where none is relevant. */
function averagePrecision(relevant: readonly boolean[]): number {
  let [hits, total] = [0, 0];
  for (const [index, hit] of relevant.entries()) {
    if (!hit) continue;
    hits++;
    total += hits / (index + 1);
  }
  return hits === 0 ? 0 : total / hits;
}
