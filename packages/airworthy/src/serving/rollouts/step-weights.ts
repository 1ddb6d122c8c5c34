import type { Weights } from './assign-arm.ts';
import type { RolloutStep } from './plan-schema.ts';

/** The part of the units by arm in a step, as it begins. The champion is the first of the arms. */
export function weightsIn(
  step: RolloutStep,
  arms: readonly string[],
  challenger: string,
): Record<string, number> {
  const [champion, ...others] = arms;
  switch (step.mode) {
    case 'shadow':
      return { [champion]: 1 };
    case 'canary':
      return { [challenger]: step.weight, [champion]: complement([step.weight]) };
    case 'ab': {
      // One that was taken out as worse does not come back.
      const named = Object.entries(step.weights).filter(([arm]) => others.includes(arm));
      return { ...Object.fromEntries(named), [champion]: complement(named.map(([, weight]) => weight)) };
    }
    case 'bandit': {
      const equal = Math.floor(1_000 / arms.length) / 1_000;
      return {
        ...Object.fromEntries(others.map((arm) => [arm, equal])),
        [champion]: complement(others.map(() => equal)),
      };
    }
  }
}

/** In the order of their places: the champion’s is the last. */
export function inOrder(weights: Record<string, number>, champion: string): Weights {
  const others = Object.entries(weights).filter(([arm]) => arm !== champion);
  return [...others, [champion, weights[champion] ?? 0]];
}

function complement(weights: readonly number[]): number {
  return Math.round((1 - weights.reduce((sum, weight) => sum + weight, 0)) * 1e9) / 1e9;
}
