/**
 * Distances between a reference and a window, both counted on the same places (bins or categories). They take any two
 * counts, and are 0 where either is empty: nothing was seen that differs.
 */

/** Added to every count, so that a place empty on one side gives a large but finite term (Jeffreys' prior). */
const PRIOR = 0.5;

/**
 * The population stability index, sum of (c - r) ln(c / r) over the shares: Jeffreys' divergence. 0.5 is added to each
 * count; places empty on both sides are left out.
 *
 * @example
 * psi([50, 50], [50, 50]); // 0
 */
export function psi(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const { n, m, places } = measure(reference, current);
  if (n === 0 || m === 0) return 0;
  const [referenceMass, currentMass] = [n + PRIOR * places, m + PRIOR * places];
  let total = 0;
  for (let place = 0; place < reference.length; place++) {
    if (reference[place] + current[place] === 0) continue;
    const r = (reference[place] + PRIOR) / referenceMass;
    const c = (current[place] + PRIOR) / currentMass;
    total += (c - r) * Math.log(c / r);
  }
  return total;
}

/**
 * PSI less what chance alone gives, (places - 1)(1/n + 1/m) (Yurdakul and Naranjo 2020): about 0 without drift at any
 * size of window, and so may be negative. On deciles a shift of d standard deviations gives about 0.95 d².
 */
export function psiEffect(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const { n, m, places } = measure(reference, current);
  if (n === 0 || m === 0) return 0;
  return psi(reference, current) - (places - 1) * (1 / n + 1 / m);
}

/**
 * The Jensen-Shannon distance in base 2, 0 to 1: the root of the divergence (Lin 1991; Endres and Schindelin 2003).
 * Others of the name are in base e (scipy's default), or not rooted.
 */
export function jensenShannon(reference: ArrayLike<number>, current: ArrayLike<number>): number {
  const { n, m } = measure(reference, current);
  if (n === 0 || m === 0) return 0;
  let divergence = 0;
  for (let place = 0; place < reference.length; place++) {
    const [r, c] = [reference[place] / n, current[place] / m];
    const middle = (r + c) / 2;
    if (r > 0) divergence += (r / 2) * Math.log2(r / middle);
    if (c > 0) divergence += (c / 2) * Math.log2(c / middle);
  }
  return Math.sqrt(Math.min(1, Math.max(0, divergence)));
}

/** A distance known from counts in bins: wherever the values lie in their bins, theirs is from `low` to `high`. */
export interface BoundedDistance {
  value: number;
  low: number;
  high: number;
}

const NO_DISTANCE: BoundedDistance = { value: 0, low: 0, high: 0 };

/**
 * The Kolmogorov-Smirnov distance at the edges of ordered bins (missing values are no bin): a lower bound, because
 * within a bin the distribution functions may part further, by the bin's share at most.
 */
export function binnedKolmogorovSmirnov(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
): BoundedDistance {
  const { n, m } = measure(reference, current);
  if (n === 0 || m === 0) return NO_DISTANCE;
  let [ahead, low, high] = [0, 0, 0];
  for (let bin = 0; bin < reference.length; bin++) {
    const [r, c] = [reference[bin] / n, current[bin] / m];
    // Furthest apart where all values of one side come before any of the other.
    high = Math.max(high, ahead + c, r - ahead);
    ahead += c - r;
    low = Math.max(low, Math.abs(ahead));
  }
  return { value: low, low, high: Math.min(1, high) };
}

/**
 * The Wasserstein-1 distance, the area between the distribution functions, from ordered bins between `bounds` (one more
 * than there are bins, all finite), with values spread evenly within each bin. In the unit of the values.
 *
 * @example
 * binnedWasserstein([10, 0], [0, 10], [0, 1, 2]); // { value: 1, low: 0, high: 2 }
 */
export function binnedWasserstein(
  reference: ArrayLike<number>,
  current: ArrayLike<number>,
  bounds: ArrayLike<number>,
): BoundedDistance {
  const { n, m } = measure(reference, current);
  if (n === 0 || m === 0) return NO_DISTANCE;
  let ahead = 0;
  let [value, low, high] = [0, 0, 0];
  for (let bin = 0; bin < reference.length; bin++) {
    const width = bounds[bin + 1] - bounds[bin];
    const [r, c] = [reference[bin] / n, current[bin] / m];
    value += width * meanAbsolute(ahead, ahead + c - r);
    // The functions may differ by anything between these two over all of the bin.
    const [least, most] = [ahead - r, ahead + c];
    low += width * Math.max(0, least, -most);
    high += width * Math.max(most, -least);
    ahead += c - r;
  }
  return { value, low, high };
}

/** The mean of |x| as x goes evenly from a to b. */
function meanAbsolute(a: number, b: number): number {
  if (a * b >= 0) return Math.abs(a + b) / 2;
  return (a * a + b * b) / (2 * Math.abs(a - b));
}

/**
 * The Wasserstein-1 distance of two samples without missing values, in their unit; 0 where either is empty.
 *
 * @example
 * wasserstein(Float64Array.of(0, 1), Float64Array.of(1, 2)); // 1
 */
export function wasserstein(a: Float64Array, b: Float64Array): number {
  if (a.length === 0 || b.length === 0) return 0;
  const [first, second] = [a.toSorted(), b.toSorted()];
  let area = 0;
  let previous = Math.min(first[0], second[0]);
  for (let i = 0, j = 0; i < first.length || j < second.length; ) {
    const value = Math.min(first[i] ?? Number.POSITIVE_INFINITY, second[j] ?? Number.POSITIVE_INFINITY);
    area += (value - previous) * Math.abs(i / first.length - j / second.length);
    previous = value;
    while (first[i] === value) i++;
    while (second[j] === value) j++;
  }
  return area;
}

/** Rows on either side, and how many places hold any of them. */
function measure(reference: ArrayLike<number>, current: ArrayLike<number>) {
  let [n, m, places] = [0, 0, 0];
  for (let place = 0; place < reference.length; place++) {
    n += reference[place];
    m += current[place];
    if (reference[place] + current[place] > 0) places++;
  }
  return { n, m, places };
}
