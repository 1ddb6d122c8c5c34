/** Which rows belong together (one person's, one conversation's): numbers 0 … count-1. Absent wherever rows stand for themselves. */
export interface Clusters {
  of: Int32Array;
  count: number;
}

/** Numbers whatever keys there are as 0, 1, 2 … in the order of their first row. */
export function numberClusters(keys: ArrayLike<unknown>): Clusters {
  const numbers = new Map<unknown, number>();
  const of = Int32Array.from({ length: keys.length }, (_, row) => {
    const known = numbers.get(keys[row]) ?? numbers.size;
    numbers.set(keys[row], known);
    return known;
  });
  return { of, count: numbers.size };
}

/** The clusters of some of the rows. */
export function selectClusters(clusters: Clusters, rows: ArrayLike<number>): Clusters {
  return numberClusters(Int32Array.from(rows, (row) => clusters.of[row]));
}

/** How many independent things a figure of these rows is made from. */
export function unitsOf(rows: number, clusters: Clusters | undefined): number {
  return clusters?.count ?? rows;
}
