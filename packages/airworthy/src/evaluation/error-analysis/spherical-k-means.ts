import type { Random } from '../../stats/random.ts';
import type { SparsePoints } from './term-vectors.ts';

export interface Clustering {
  /** Of each point. */
  clusters: Int32Array;
  /** Cosine of each point with the centre of its cluster. */
  closeness: Float64Array;
  /** Row-major, of unit length. */
  centers: Float64Array;
  count: number;
  /** How much nearer points are to their own centre than to the next, on average: 0 not at all, 1 wholly. */
  separation: number;
}

const MOST_ROUNDS = 15;

/**
 * Points of unit length in `count` clusters by the direction of their centres (spherical k-means, Dhillon and Modha 2001), begun
 * at points that are far from each other (k-means++).
 */
export function sphericalKMeans(points: SparsePoints, count: number, random: Random): Clustering {
  const n = points.starts.length - 1;
  const centers = farApart(points, count, random);
  const clusters = new Int32Array(n).fill(-1);
  const closeness = new Float64Array(n);
  let separation = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const assigned = assign(points, { centers, count, clusters, closeness });
    separation = assigned.separation;
    if (!assigned.changed) break;
    moveCenters(points, centers, clusters);
  }
  return { clusters, closeness, centers, count, separation };
}

/** The cosine of a point with a centre. */
function cosine(
  { starts, places, values, dimensions }: SparsePoints,
  point: number,
  centers: Float64Array,
  center: number,
): number {
  let total = 0;
  for (let at = starts[point]; at < starts[point + 1]; at++) {
    total += values[at] * centers[center * dimensions + places[at]];
  }
  return total;
}

function assign(
  points: SparsePoints,
  { centers, count, clusters, closeness }: Omit<Clustering, 'separation'>,
): { changed: boolean; separation: number } {
  let changed = false;
  let separation = 0;
  for (let point = 0; point < clusters.length; point++) {
    let [best, next, cluster] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
    for (let center = 0; center < count; center++) {
      const near = cosine(points, point, centers, center);
      if (near > best) [best, next, cluster] = [near, best, center];
      else if (near > next) next = near;
    }
    if (clusters[point] !== cluster) changed = true;
    clusters[point] = cluster;
    closeness[point] = best;
    const [own, other] = [1 - best, 1 - next];
    if (count > 1 && other > 0) separation += (other - own) / other / clusters.length;
  }
  return { changed, separation };
}

function moveCenters(points: SparsePoints, centers: Float64Array, clusters: Int32Array): void {
  centers.fill(0);
  for (let point = 0; point < clusters.length; point++) {
    const start = clusters[point] * points.dimensions;
    for (let at = points.starts[point]; at < points.starts[point + 1]; at++) {
      centers[start + points.places[at]] += points.values[at];
    }
  }
  for (let start = 0; start < centers.length; start += points.dimensions) {
    const center = centers.subarray(start, start + points.dimensions);
    let squares = 0;
    for (const value of center) squares += value * value;
    const length = Math.sqrt(squares) || 1;
    for (let place = 0; place < center.length; place++) center[place] /= length;
  }
}

function farApart(points: SparsePoints, count: number, random: Random): Float64Array {
  const n = points.starts.length - 1;
  const centers = new Float64Array(count * points.dimensions);
  const distances = new Float64Array(n).fill(1);
  for (let center = 0; center < count; center++) {
    const chosen = drawByWeight(distances, random);
    for (let at = points.starts[chosen]; at < points.starts[chosen + 1]; at++) {
      centers[center * points.dimensions + points.places[at]] = points.values[at];
    }
    for (let point = 0; point < n; point++) {
      const distance = Math.max(0, 1 - cosine(points, point, centers, center));
      distances[point] = Math.min(distances[point], distance);
    }
  }
  return centers;
}

function drawByWeight(weights: Float64Array, random: Random): number {
  const total = weights.reduce((all, weight) => all + weight, 0);
  let left = random.next() * total;
  for (let index = 0; index < weights.length; index++) {
    left -= weights[index];
    if (left < 0) return index;
  }
  return random.integer(weights.length);
}
