/** The least rows that chance must be expected to put into a place for the chi-square distribution to hold. */
const LEAST_EXPECTED = 5;

export interface PooledCounts {
  reference: number[];
  current: number[];
}

/**
 * Two counts with their rare places put together, so that without drift each place would expect at least five rows on
 * either side (Cochran 1954). The order of places does not matter. One place, or none, is left where the rows are too
 * few for two.
 *
 * @example
 * poolPlaces([50, 46, 3, 1], [48, 50, 1, 1]); // { reference: [50, 50], current: [48, 52] }
 */
export function poolPlaces(reference: ArrayLike<number>, current: ArrayLike<number>): PooledCounts {
  let [n, m] = [0, 0];
  for (let place = 0; place < reference.length; place++) {
    n += reference[place];
    m += current[place];
  }
  const least = (LEAST_EXPECTED * (n + m)) / Math.min(n, m);
  const pooled: PooledCounts = { reference: [], current: [] };
  let [rareReference, rareCurrent] = [0, 0];
  for (let place = 0; place < reference.length; place++) {
    if (reference[place] + current[place] >= least) {
      pooled.reference.push(reference[place]);
      pooled.current.push(current[place]);
    } else {
      rareReference += reference[place];
      rareCurrent += current[place];
    }
  }
  const rare = rareReference + rareCurrent;
  if (rare >= least || (rare > 0 && pooled.reference.length === 0)) {
    pooled.reference.push(rareReference);
    pooled.current.push(rareCurrent);
  } else if (rare > 0) {
    const host = smallestPlace(pooled);
    pooled.reference[host] += rareReference;
    pooled.current[host] += rareCurrent;
  }
  return pooled;
}

/** Of places with the same total the one with the fewest rows of the reference, so that order decides nothing. */
function smallestPlace({ reference, current }: PooledCounts): number {
  let smallest = 0;
  for (let place = 1; place < reference.length; place++) {
    const more = reference[place] + current[place] - reference[smallest] - current[smallest];
    if (more < 0 || (more === 0 && reference[place] < reference[smallest])) smallest = place;
  }
  return smallest;
}
