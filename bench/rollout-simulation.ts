// Rollouts on simulated traffic: who is rolled back, and what it cost.
import { RolloutPlan } from '../packages/airworthy/src/serving/rollouts/plan-schema.ts';
import {
  HEALTHY,
  type Simulation,
  simulateRollout,
  USUAL,
} from '../packages/airworthy/src/serving/testing/simulate-rollout.ts';

export interface Scenario extends Simulation {
  name: string;
  /** Requests that the worse version answers at most, in 95 % of the rollouts. */
  bound: number;
}

const CANARIES = [0.05, 0.25, 0.5].map((weight) => ({ mode: 'canary' as const, weight }));
const NO_SHADOW = RolloutPlan.parse({ steps: CANARIES });
const { guards } = RolloutPlan.parse({});
const WITH_LABELS = RolloutPlan.parse({ guards: [...guards, { metric: 'accuracy' }] });

/** Two equal versions. */
export const SAME: Scenario[] = [
  { ...USUAL, name: 'every request its own unit', bound: 0 },
  { ...USUAL, name: 'units of 20 requests, each unlike the others', requestsPerUnit: 20, bound: 0 },
  { ...USUAL, name: 'with a guard on accuracy', plan: WITH_LABELS, bound: 0 },
];

/** Versions that are worse by one thing. */
export const REGRESSIONS: Scenario[] = [
  worse('error rate 1 % → 3 %', { errorRate: 0.03 }, 0),
  worse('error rate 1 % → 3 %, no shadow', { errorRate: 0.03 }, 1_500, NO_SHADOW),
  worse('latency doubled', { latency: Math.log(2) }, 150),
  worse('5 % of requests four times slower', { tail: 0.05 }, 1_000),
  worse('scores 0.5 standard deviations higher', { score: 0.4 }, 0),
  worse('scores 0.5 standard deviations higher, no shadow', { score: 0.4 }, 500, NO_SHADOW),
  worse('accuracy 80 % → 75 %, labels after ten minutes', { wrong: 0.25 }, 4_000, WITH_LABELS),
];

function worse(name: string, change: Partial<typeof HEALTHY>, bound: number, plan = USUAL.plan): Scenario {
  return { ...USUAL, name, plan, bound, challenger: { ...HEALTHY, ...change } };
}

export interface Summary {
  rolledBack: number;
  promoted: number;
  paused: number;
  /** Rolled back, and within the bound. */
  within: number;
  exposed: { median: number; p95: number };
  requests: { median: number; p95: number };
}

/** What comes of so many rollouts. */
export function summarise(scenario: Scenario, rounds: number): Summary {
  const ends = Array.from({ length: rounds }, (_, round) => simulateRollout(scenario, round + 1));
  const share = (name: string) => ends.filter((end) => end.name === name).length / rounds;
  const within = ends.filter(({ name, exposed }) => name === 'rolling-back' && exposed <= scenario.bound);
  const quantiles = (of: 'exposed' | 'requests') => {
    const sorted = ends.map((end) => end[of]).sort((a, b) => a - b);
    return { median: sorted[Math.floor(rounds / 2)], p95: sorted[Math.ceil(0.95 * rounds) - 1] };
  };
  return {
    ...{ rolledBack: share('rolling-back'), promoted: share('promoting'), paused: share('paused') },
    ...{ within: within.length / rounds, exposed: quantiles('exposed'), requests: quantiles('requests') },
  };
}
