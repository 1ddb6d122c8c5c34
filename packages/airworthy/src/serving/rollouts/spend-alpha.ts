import { type Guard, isJudgedIn, LABEL_METRICS, type RolloutPlan } from './plan-schema.ts';

/**
 * What a guard may spend of the plan’s alpha on one arm in one step. Guards without a share of their own get equal parts of
 * what the others leave; a guard’s part is divided by the steps in which it judges afresh (labels are looked at once, over the
 * whole rollout) and by the arms. So the chance that any of them ever fails an arm that is no worse adds up to alpha at most
 * (Bonferroni).
 */
export function spendAlpha(plan: RolloutPlan, guard: Guard, arms: number): number {
  const named = plan.guards.reduce((sum, { alpha = 0 }) => sum + alpha, 0);
  const unnamed = plan.guards.filter(({ alpha }) => alpha === undefined).length;
  const whole = guard.alpha ?? Math.max(plan.alpha - named, 0) / unnamed;
  const steps = plan.steps.filter(({ mode }) => isJudgedIn(guard.metric, mode)).length;
  return whole / (LABEL_METRICS.has(guard.metric) ? 1 : Math.max(1, steps)) / Math.max(1, arms);
}
