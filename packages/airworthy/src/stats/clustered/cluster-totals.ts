/** What adds up within a cluster. */
export interface ClusterTotals {
  sums: Float64Array;
  sizes: Float64Array;
}

/** Sums and sizes by cluster, in the order of each cluster's first row; the numbers of clusters may have gaps. */
export function clusterTotals(values: Float64Array, clusters: Int32Array): ClusterTotals {
  const places = new Map<number, number>();
  const place = Int32Array.from(clusters, (cluster) => {
    const known = places.get(cluster) ?? places.size;
    places.set(cluster, known);
    return known;
  });
  const sums = new Float64Array(places.size);
  const sizes = new Float64Array(places.size);
  for (let row = 0; row < values.length; row++) {
    sums[place[row]] += values[row];
    sizes[place[row]]++;
  }
  return { sums, sizes };
}
