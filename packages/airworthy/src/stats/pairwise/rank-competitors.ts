import { quantileOfSorted } from '../order.ts';
import type { Random } from '../random.ts';
import { bradleyTerry } from './bradley-terry.ts';

/** One comparison of competitors `a` and `b` (numbers from 0) on a prompt: 1 where a won, 0 where b did, 0.5 for a tie. */
export interface Comparison {
  prompt: number;
  a: number;
  b: number;
  score: number;
}

export interface Rank {
  competitor: number;
  strength: number;
  elo: number;
  low: number;
  high: number;
}

/**
 * Competitors from strongest to weakest, by Bradley and Terry with ties counted half; the intervals of their Elo figures are a
 * percentile bootstrap over prompts. `regularised` as in `bradleyTerry`.
 */
export function rankCompetitors(
  comparisons: readonly Comparison[],
  count: number,
  {
    random,
    confidence = 0.95,
    replicates = 500,
  }: { random: Random; confidence?: number; replicates?: number },
): { ranks: Rank[]; prompts: number; regularised: boolean } {
  const byPrompt = [...Map.groupBy(comparisons, ({ prompt }) => prompt).values()];
  const whole = fitted(winTable(comparisons, count));
  const draws = whole.elo.map(() => new Float64Array(replicates));
  for (let replicate = 0; replicate < replicates; replicate++) {
    const wins = emptyTable(count);
    for (let draw = 0; draw < byPrompt.length; draw++) {
      for (const comparison of byPrompt[random.integer(byPrompt.length)]) addTo(wins, comparison);
    }
    const { elo } = fitted(wins, whole.strengths);
    for (const [competitor, value] of elo.entries()) draws[competitor][replicate] = value;
  }
  const tail = (1 - confidence) / 2;
  const ranks = whole.elo.map((elo, competitor) => {
    const sorted = draws[competitor].sort();
    const low = quantileOfSorted(sorted, tail);
    const high = quantileOfSorted(sorted, 1 - tail);
    return { competitor, strength: whole.strengths[competitor], elo, low, high };
  });
  ranks.sort((first, second) => second.elo - first.elo || first.competitor - second.competitor);
  return { ranks, prompts: byPrompt.length, regularised: whole.regularised };
}

/** Wins of each over each, a tie half for both. */
export function winTable(comparisons: readonly Omit<Comparison, 'prompt'>[], count: number): number[][] {
  const wins = emptyTable(count);
  for (const comparison of comparisons) addTo(wins, comparison);
  return wins;
}

function emptyTable(count: number): number[][] {
  return Array.from({ length: count }, () => new Array<number>(count).fill(0));
}

function addTo(wins: number[][], { a, b, score }: Omit<Comparison, 'prompt'>): void {
  wins[a][b] += score;
  wins[b][a] += 1 - score;
}

function fitted(wins: number[][], start?: readonly number[]) {
  const found = bradleyTerry(wins, start ? { start } : {});
  if (found === null) throw new Error('unreachable: half a win each way connects everyone');
  return found;
}
