import { sequenceP } from '../../stats/sequential/confidence-sequence.ts';
import { SHARDS } from './assign-arm.ts';
import type { JudgedPhases } from './judge-guards.ts';
import type { ArmSample } from './samples.ts';
import type { RatioCheck } from './schema.ts';

/** Below this the parts that arms get are not what they were to be. */
const MISMATCH_P = 0.001;
const MIN_REQUESTS = 200;

/**
 * Do the arms get the part of the requests they are to get? If not, the assignment or the counting is broken and no
 * comparison can be believed. Looked at every second, a chi-square test would cry wolf sooner or later; this p stays valid at
 * every look (a confidence sequence around each arm’s part, its error from how the shards differ, since the requests of a
 * unit come together).
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
  const [excess, counts] = [new Float64Array(SHARDS), new Float64Array(SHARDS)];
  let independent = 0;
  for (const { phase, weights } of phases) {
    const weight = weights[arm] ?? 0;
    for (const sample of samples) {
      if (sample.phase !== phase) continue;
      for (const [shard, { requests }] of sample.shards.entries()) {
        excess[shard] += (sample.arm === arm ? 1 - weight : -weight) * requests;
        counts[shard] += requests;
        independent += weight * (1 - weight) * requests;
      }
    }
  }
  const n = counts.reduce((sum, count) => sum + count, 0);
  if (n < MIN_REQUESTS || independent === 0) return [];
  const value = excess.reduce((sum, each) => sum + each, 0) / n;
  const ofShards = excess.reduce((sum, each, shard) => sum + (each - value * counts[shard]) ** 2, 0);
  const variance = Math.max(independent, (ofShards * SHARDS) / (SHARDS - 1));
  return [
    sequenceP({ value, standardError: Math.sqrt(variance) / n, n }, { alpha: MISMATCH_P, plannedN: 5_000 }),
  ];
}
