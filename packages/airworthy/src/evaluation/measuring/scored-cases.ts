import { type Clusters, numberClusters } from './clusters.ts';
import type { MetricSample } from './metric-sample.ts';

/** The cases of a sample that have a score, one after the other. */
export interface ScoredCases {
  /** Their positions in the sample. */
  positions: Int32Array;
  values: Float64Array;
  /** Row-major, of aggregates over sums. */
  sums: Float64Array | undefined;
  width: number;
  clusters: Clusters | undefined;
}

/** Positions in a sample, such as those of a slice. */
export type Positions = Int32Array | Uint32Array;

/** The cases with a score: all, or those among `rows`. */
export function scoredCases(sample: MetricSample, rows?: Positions): ScoredCases {
  const chosen: number[] = [];
  const consider = (position: number) => {
    if (sample.scored[position] === 1) chosen.push(position);
  };
  if (rows) rows.forEach(consider);
  else for (let position = 0; position < sample.n; position++) consider(position);
  return casesAt(sample, Int32Array.from(chosen));
}

/** The cases at these positions, all of which have a score. */
export function casesAt(sample: MetricSample, positions: Int32Array): ScoredCases {
  const width = widthOf(sample);
  return {
    positions,
    values: Float64Array.from(positions, (position) => sample.values[position]),
    sums: sample.sums && sumsAt(sample.sums, width, positions),
    width,
    clusters: sample.clustered
      ? numberClusters(Int32Array.from(positions, (position) => sample.clusters[position]))
      : undefined,
  };
}

function sumsAt(sums: Float64Array, width: number, positions: Int32Array): Float64Array {
  const chosen = new Float64Array(positions.length * width);
  positions.forEach((position, place) => {
    chosen.set(sums.subarray(position * width, (position + 1) * width), place * width);
  });
  return chosen;
}

function widthOf({ sums, n }: MetricSample): number {
  return sums && n > 0 ? sums.length / n : 0;
}
