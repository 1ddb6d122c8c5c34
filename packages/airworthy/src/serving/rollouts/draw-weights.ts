import { createRandom, type Random } from '../../stats/random.ts';
import type { ArmTotals } from '../../stats/sequential/lift.ts';

const DRAWS = 4_000;
/** Rewards from which on a posterior is of use. */
const MIN_REWARDS = 30;

/** An arm’s rewards so far: 0 and 1, or any number of which more is better. */
export interface ArmRewards {
  arm: string;
  rewards: ArmTotals;
}

export interface DrawnWeights {
  weights: Record<string, number>;
  /** How probable it is that each arm is the best. */
  best: Record<string, number>;
}

/**
 * Thompson sampling in batches: each arm’s part of the units is the probability that its mean reward is the highest, and
 * never below the floor. Rewards that are all 0 or 1 have a Beta(1, 1) prior, others a weak normal-inverse-gamma one around
 * their common mean. The same rewards and seed give the same weights. Undefined while an arm has fewer than 30 rewards.
 *
 * @param seed names the draw, such as the rollout’s seed and the number of the event
 * @example
 * drawWeights([{ arm: 'a', rewards: { n: 100, sum: 60, squares: 60 } }, …], { floor: 0.05, seed: '1/7' });
 */
export function drawWeights(
  arms: readonly ArmRewards[],
  { floor, seed }: { floor: number; seed: string },
): DrawnWeights | undefined {
  if (arms.some(({ rewards }) => rewards.n < MIN_REWARDS)) return undefined;
  const random = createRandom(seed);
  const samplers = arms.map(({ arm, rewards }) => createSampler(random.fork(arm), rewards, arms));
  const wins = new Array<number>(arms.length).fill(0);
  for (let draw = 0; draw < DRAWS; draw++) wins[indexOfLargest(samplers.map((sample) => sample()))]++;
  const best = Object.fromEntries(arms.map(({ arm }, index) => [arm, wins[index] / DRAWS]));
  // What lies above the floors is shared out, so that parts add up to 1 and none falls below.
  const free = Math.max(0, 1 - floor * arms.length);
  const weights = Object.fromEntries(arms.map(({ arm }) => [arm, round(floor + free * best[arm])]));
  return { weights: addUp(weights), best };
}

function createSampler(
  random: Random,
  { n, sum, squares }: ArmTotals,
  arms: readonly ArmRewards[],
): () => number {
  const binary = arms.every(({ rewards }) => rewards.sum === rewards.squares);
  if (binary) return () => betaDraw(random, 1 + sum, 1 + n - sum);
  const all = arms.reduce((total, { rewards }) => total + rewards.sum, 0);
  const count = arms.reduce((total, { rewards }) => total + rewards.n, 0);
  // One observation’s worth of belief that every arm is as good as all together.
  const center = all / count;
  const mean = (center + sum) / (n + 1);
  const spread = squares - (sum * sum) / n + (n / (n + 1)) * (sum / n - center) ** 2;
  const [shape, rate] = [1 + n / 2, Math.max(Number.MIN_VALUE, spread / 2)];
  return () => mean + random.normal() * Math.sqrt(rate / gammaDraw(random, shape) / (n + 1));
}

function betaDraw(random: Random, a: number, b: number): number {
  const x = gammaDraw(random, a);
  return x / (x + gammaDraw(random, b));
}

/** Marsaglia and Tsang (2000), for shapes of at least 1. */
function gammaDraw(random: Random, shape: number): number {
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const x = random.normal();
    const v = (1 + c * x) ** 3;
    if (v <= 0) continue;
    if (Math.log(1 - random.next()) < 0.5 * x * x + d - d * v + d * Math.log(v)) return d * v;
  }
}

function indexOfLargest(values: readonly number[]): number {
  return values.reduce((best, value, index) => (value > values[best] ? index : best), 0);
}

function round(weight: number): number {
  return Math.round(weight * 1_000) / 1_000;
}

/** The rounding is the largest arm’s: another one would fall below its floor. */
function addUp(weights: Record<string, number>): Record<string, number> {
  const [largest] = Object.keys(weights).sort((a, b) => weights[b] - weights[a]);
  const all = Object.values(weights).reduce((sum, weight) => sum + weight, 0);
  return { ...weights, [largest]: round(weights[largest] + 1 - all) };
}
