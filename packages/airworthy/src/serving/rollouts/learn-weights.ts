import { count, figure } from '../../kernel/figures.ts';
import { drawWeights } from './draw-weights.ts';
import { type RolloutCase, samplesOf } from './judge-rollout.ts';
import type { RolloutStep } from './plan-schema.ts';
import { addTotals, totalsOf } from './samples.ts';

/** What a bandit makes of the rewards so far. */
export interface Learned {
  weights: Record<string, number>;
  /** The arm that is most likely the best, and how likely that is. */
  best: string;
  probability: number;
  sentence: string;
  evidence: Record<string, unknown>;
}

/** New parts from the rewards of the step; undefined where it is too early, or while there is an alarm. */
export function learnWeights(
  { state, now, samples, plan, id, frozen }: RolloutCase,
  { updateMinutes, floor }: RolloutStep & { mode: 'bandit' },
): Learned | undefined {
  if (frozen || now - state.weightsSince < updateMinutes * 60_000) return undefined;
  const rewards = Object.keys(state.weights).map((arm) => {
    const totals = samplesOf(samples, state, arm).flatMap((sample) => totalsOf(sample, 'reward'));
    return { arm, rewards: addTotals(totals) };
  });
  const seed = `${plan.seed}/${id}/${state.lastSequence + 1}`;
  const drawn = drawWeights(rewards, { floor, seed });
  if (drawn === undefined) return undefined;
  const [best, probability] = Object.entries(drawn.best).reduce((a, b) => (b[1] > a[1] ? b : a));
  const said = rewards.map(
    ({ arm, rewards: { n, sum } }) =>
      `${arm}: mean reward ${figure(sum / n)}, n ${count(n)}, best with probability ${figure(drawn.best[arm])}`,
  );
  const evidence = { rewards, best: drawn.best, seed };
  return { weights: drawn.weights, best, probability, sentence: said.join('; '), evidence };
}
