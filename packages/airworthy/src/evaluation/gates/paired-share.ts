import type { MetricSample } from '../measuring/metric-sample.ts';
import type { Positions } from '../measuring/scored-cases.ts';

export interface PairedShare {
  /** Cases that both sides say something of. */
  paired: number;
  /** Cases that either side says something of, or should. */
  of: number;
}

interface Sides {
  candidate: MetricSample;
  baseline: MetricSample;
  /** Of each of the candidate's cases the baseline's position, or -1. */
  pairs: Int32Array;
}

/**
 * How many cases are judged on both sides. A case that neither side scores (no assertion of this kind) says nothing; a score that is
 * missing through an error counts as there, because what it could turn is bounded elsewhere; a case skipped on one side alone is no pair.
 */
export function pairedShare({ candidate, baseline, pairs }: Sides, rows?: Positions): PairedShare {
  const positions = rows ?? Int32Array.from({ length: candidate.n }, (_, position) => position);
  let paired = 0;
  let silent = 0;
  for (const position of positions) {
    const other = pairs[position];
    if (other < 0) continue;
    const [ours, theirs] = [speaks(candidate, position), speaks(baseline, other)];
    if (ours && theirs) paired++;
    else if (!ours && !theirs) silent++;
  }
  const more = rows ? 0 : Math.max(0, baseline.n - candidate.n);
  return { paired, of: positions.length - silent + more };
}

function speaks({ scored, missing }: MetricSample, position: number): boolean {
  return scored[position] === 1 || missing[position] > 0;
}
