import type { Random } from '../../stats/random.ts';
import type { FailureCluster } from '../report/schema.ts';
import { type Clustering, sphericalKMeans } from './spherical-k-means.ts';
import { type SparsePoints, termVectors, toPoints } from './term-vectors.ts';

export interface FailedCase {
  id: string;
  text: string;
  vector?: ArrayLike<number>;
}

const MOST_CLUSTERS = 8;
/** Fewer failures than this are read one by one. */
const FEWEST_FAILURES = 6;
/** Points that are separated less than this from the next cluster are no clusters. */
const LEAST_SEPARATION = 0.05;
const EXEMPLARS = 3;
const TERMS = 6;
/** Embeddings of more dimensions are projected on so many random directions, which keeps their angles. */
const PROJECTED = 64;

/**
 * Failures that read alike, the largest group first: by the words they have in common, or by embeddings where every case
 * has one. As many clusters (up to 8) as are best told apart; one where none are.
 */
export function clusterFailures(failures: readonly FailedCase[], random: Random): FailureCluster[] {
  if (failures.length < FEWEST_FAILURES) return [];
  const words = termVectors(failures.map(({ text }) => text));
  const embedded = failures.every(({ vector }) => vector !== undefined);
  const points = embedded ? embeddedPoints(failures, random.fork('projection')) : words.points;
  const { clusters, closeness, count } = bestClustering(points, random);
  const members = Array.from({ length: count }, () => [] as number[]);
  for (const [point, cluster] of clusters.entries()) members[cluster].push(point);
  return members
    .filter((cases) => cases.length > 0)
    .map((cases) => ({
      terms: telling(words, cases),
      cases: cases.length,
      exemplars: cases
        .toSorted((a, b) => closeness[b] - closeness[a] || a - b)
        .slice(0, EXEMPLARS)
        .map((place) => failures[place].id),
    }))
    .sort(
      (first, second) => second.cases - first.cases || (first.exemplars[0] < second.exemplars[0] ? -1 : 1),
    );
}

function bestClustering(points: SparsePoints, random: Random): Clustering {
  const n = points.starts.length - 1;
  let best = sphericalKMeans(points, 1, random.fork('1 cluster'));
  let separation = LEAST_SEPARATION;
  for (let count = 2; count <= Math.min(MOST_CLUSTERS, Math.floor(n / 3)); count++) {
    for (const start of ['first', 'second']) {
      const found = sphericalKMeans(points, count, random.fork(`${count} clusters, ${start}`));
      // Another cluster must tell more apart, not just be one more.
      if (found.separation > separation * 1.02) {
        best = found;
        separation = found.separation;
      }
    }
  }
  return best;
}

/** The terms that are more usual in these cases than in all. */
function telling(
  { terms, points }: { terms: string[]; points: SparsePoints },
  cases: readonly number[],
): string[] {
  const n = points.starts.length - 1;
  const overall = meanWeights(
    points,
    Array.from({ length: n }, (_, point) => point),
  );
  const here =
    cases.length === n ? overall : meanWeights(points, cases).map((weight, term) => weight - overall[term]);
  return Array.from(here, (weight, term) => ({ weight, term: terms[term] }))
    .filter(({ weight }) => weight > 0)
    .sort((first, second) => second.weight - first.weight || (first.term < second.term ? -1 : 1))
    .slice(0, TERMS)
    .map(({ term }) => term);
}

function meanWeights(
  { dimensions, starts, places, values }: SparsePoints,
  chosen: readonly number[],
): Float64Array {
  const weights = new Float64Array(dimensions);
  for (const point of chosen) {
    for (let at = starts[point]; at < starts[point + 1]; at++)
      weights[places[at]] += values[at] / chosen.length;
  }
  return weights;
}

function embeddedPoints(failures: readonly FailedCase[], random: Random): SparsePoints {
  const vectors = failures.map(({ vector }) => Float64Array.from(vector ?? []));
  const width = vectors[0].length;
  const directions =
    width <= PROJECTED
      ? null
      : Array.from({ length: PROJECTED }, () => Float64Array.from({ length: width }, () => random.normal()));
  const rows = vectors.map((vector) => {
    const coordinates = directions ? directions.map((direction) => dot(direction, vector)) : [...vector];
    return coordinates.map((value, place) => [place, value] as const);
  });
  return toPoints(rows, directions ? PROJECTED : width);
}

function dot(a: Float64Array, b: Float64Array): number {
  let total = 0;
  for (let place = 0; place < a.length; place++) total += a[place] * b[place];
  return total;
}
