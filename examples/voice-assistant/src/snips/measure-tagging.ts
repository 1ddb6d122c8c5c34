import { seededRandom } from '../corpus/seeded-random.ts';
import type { Tagging } from '../planners/tagger/create-tagger.ts';
import { type Span, spansOf } from '../planners/tagger/spans-of.ts';

/** A share or an F1 with its 95 % interval. */
export interface Measured {
  value: number;
  low: number;
  high: number;
}

export interface TaggingMeasures {
  sentences: number;
  intent: Measured;
  /** Micro-averaged over spans: slot, first and last word must agree (CoNLL). */
  slotF1: Measured;
  /** Intent and every span right. */
  exact: Measured;
}

/** One sentence, judged: counts that sums are made of. */
interface Judged {
  intent: boolean;
  exact: boolean;
  right: number;
  said: number;
  expected: number;
}

/** Holds taggings against what is right, with Wilson's interval for shares and a bootstrap over sentences for F1. */
export function measureTagging(
  sentences: readonly { tokens: readonly string[]; labels: readonly string[]; intent: string }[],
  taggings: readonly Tagging[],
): TaggingMeasures {
  const judged = sentences.map((sentence, i) => judge(sentence, taggings[i]));
  return {
    sentences: judged.length,
    intent: shareOf(judged.map(({ intent }) => intent)),
    slotF1: bootstrapF1(judged),
    exact: shareOf(judged.map(({ exact }) => exact)),
  };
}

function judge(
  { tokens, labels, intent }: { tokens: readonly string[]; labels: readonly string[]; intent: string },
  tagging: Tagging,
): Judged {
  const expected = new Set(spansOf(tokens, labels, { joined: false }).map(keyOf));
  const said = new Set(tagging.spans.map(keyOf));
  const right = [...said].filter((key) => expected.has(key)).length;
  const sameIntent = tagging.label === intent;
  const sameSpans = right === expected.size && right === said.size;
  return {
    intent: sameIntent,
    exact: sameIntent && sameSpans,
    right,
    said: said.size,
    expected: expected.size,
  };
}

function keyOf({ slot, start, end }: Span): string {
  return `${slot} ${start} ${end}`;
}

/** The z of 95 %. */
const Z = 1.959964;

/** Wilson's score interval (Wilson 1927). */
function shareOf(outcomes: readonly boolean[]): Measured {
  const n = outcomes.length;
  const value = outcomes.filter(Boolean).length / n;
  const center = (value + Z ** 2 / (2 * n)) / (1 + Z ** 2 / n);
  const half = (Z * Math.sqrt((value * (1 - value)) / n + Z ** 2 / (4 * n ** 2))) / (1 + Z ** 2 / n);
  return { value, low: center - half, high: center + half };
}

const REPLICATES = 2000;

function bootstrapF1(judged: readonly Judged[]): Measured {
  const random = seededRandom('snips/bootstrap');
  const draws = Array.from({ length: REPLICATES }, () => f1Of(judged.map(() => random.pick(judged)))).sort(
    (a, b) => a - b,
  );
  return {
    value: f1Of(judged),
    low: draws[Math.floor(0.025 * REPLICATES)],
    high: draws[Math.ceil(0.975 * REPLICATES) - 1],
  };
}

function f1Of(judged: readonly Judged[]): number {
  let right = 0;
  let both = 0;
  for (const one of judged) {
    right += one.right;
    both += one.said + one.expected;
  }
  return both === 0 ? 1 : (2 * right) / both;
}
