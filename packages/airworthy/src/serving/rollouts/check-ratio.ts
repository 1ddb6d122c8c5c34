import { sequenceP } from '../../stats/sequential/confidence-sequence.ts';
import { SHARDS } from './assign-arm.ts';
import type { JudgedPhases } from './judge-guards.ts';
import { type ArmSample, effectiveSize, FEWEST_SHARDS } from './samples.ts';
import type { RatioCheck } from './schema.ts';

/** Below this the parts that arms get are not what they were to be. */
const MISMATCH_P = 0.001;
const MIN_REQUESTS = 200;

/**
 * Do the arms get the part of the requests they are to get? If not, the assignment or the counting is broken and no
 * comparison can be believed. Looked at every second, a chi-square test would cry wolf sooner or later; this p stays valid at
 * every look (a confidence sequence around each arm’s part). The requests of a unit come together, so that the error is that
 * of units and not of requests.
 */
export function checkRatio(samples: readonly ArmSample[], { phases, shadow }: JudgedPhases): RatioCheck {
  if (shadow) return { p: null, state: 'ok' };
  const arms = new Set(phases.flatMap(({ weights }) => Object.keys(weights)));
  const looks = [...arms].flatMap((arm) => lookAt(arm, samples, phases));
  if (looks.length === 0) return { p: null, state: 'waiting' };
  const p = Math.min(1, Math.min(...looks) * arms.size);
  return { p, state: p < MISMATCH_P ? 'mismatch' : 'ok' };
}

function lookAt(arm: string, samples: readonly ArmSample[], phases: JudgedPhases['phases']): number[] {
  const counts = Array.from({ length: SHARDS }, () => 0);
  let [excess, independent] = [0, 0];
  for (const { phase, weights } of phases) {
    const weight = weights[arm] ?? 0;
    for (const sample of samples) {
      if (sample.phase !== phase) continue;
      for (const [shard, { requests }] of sample.shards.entries()) {
        counts[shard] += requests;
        excess += (sample.arm === arm ? 1 - weight : -weight) * requests;
        independent += weight * (1 - weight) * requests;
      }
    }
  }
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (n < MIN_REQUESTS || independent === 0 || effectiveSize(counts) < FEWEST_SHARDS) return [];
  const standardError = Math.sqrt(independent * Math.max(1, requestsAtOnce(counts))) / n;
  return [sequenceP({ value: excess / n, standardError, n }, { alpha: MISMATCH_P, plannedN: 5_000 })];
}

/**
 * The mean number of requests that come along with a request, itself among them: 1 where every unit makes one. Units fall into
 * shards at random, so that how the shards’ sizes vary tells the sum of the squares of what the units make.
 */
function requestsAtOnce(counts: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const squares = counts.reduce((sum, count) => sum + (count - n / SHARDS) ** 2, 0);
  return ((squares / n) * SHARDS) / (SHARDS - 1);
}
