import { wilson } from '../../stats/intervals.ts';
import { type Comparison, rankCompetitors } from '../../stats/pairwise/rank-competitors.ts';
import { createRandom } from '../../stats/random.ts';
import type { PairwiseRanking } from './agreement-schema.ts';
import type { ReviewedItem } from './reviewed-items.ts';
import type { Question } from './schema.ts';

/** The order of the tasks by what reviewers preferred: Bradley and Terry, ties as half, intervals over cases. */
export function rankPairs(question: Question, items: readonly ReviewedItem[], seed: string): PairwiseRanking {
  const tasks = [...new Set(items.flatMap(({ payload }) => payload.outputs.map(({ task }) => task)))].sort();
  const cases = new Map<string, number>();
  const comparisons: Comparison[] = [];
  const sides = { left: 0, right: 0, tie: 0, 'both-bad': 0 };
  for (const { id, payload, annotations } of items) {
    const [a, b] = payload.outputs.map(({ task }) => tasks.indexOf(task));
    const name = payload.origin.case ?? id;
    for (const { state, answers } of annotations) {
      const said = answers[question.name];
      if (state !== 'submitted' || !isSide(said)) continue;
      const prompt = cases.get(name) ?? cases.size;
      cases.set(name, prompt);
      sides[said]++;
      comparisons.push({ prompt, a, b, score: said === 'left' ? 1 : said === 'right' ? 0 : 0.5 });
    }
  }
  const told = {
    ...{
      question: question.name,
      comparisons: comparisons.length,
      ties: sides.tie,
      bothBad: sides['both-bad'],
    },
    leftShare: leftShare(sides),
  };
  if (comparisons.length === 0) return { ...told, regularised: false, ranks: [] };
  const random = createRandom(`ranking ${seed}`).fork(question.name);
  const { ranks, regularised } = rankCompetitors(comparisons, tasks.length, { random });
  return {
    ...{ ...told, regularised },
    ranks: ranks.map(({ competitor, elo, low, high, strength }) => ({
      task: tasks[competitor],
      elo,
      low,
      high,
      strength,
    })),
  };
}

function isSide(answer: unknown): answer is 'left' | 'right' | 'tie' | 'both-bad' {
  return answer === 'left' || answer === 'right' || answer === 'tie' || answer === 'both-bad';
}

function leftShare({ left, right }: { left: number; right: number }): PairwiseRanking['leftShare'] {
  const n = left + right;
  return n === 0 ? null : { value: left / n, ...wilson(left, n) };
}
