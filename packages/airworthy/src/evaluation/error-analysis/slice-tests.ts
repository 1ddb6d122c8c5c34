import { hypergeometricAtLeast } from '../../stats/distributions/hypergeometric.ts';
import { studentTSurvival } from '../../stats/distributions/student-t.ts';

/** The rows a rule is judged on. */
export interface JudgedRows {
  rows: Int32Array;
  /** Of each row of the whole table: 1 where it failed. */
  failed: Uint8Array;
  /** Of each row of the whole table; absent where every case stands for itself. */
  clusters?: Int32Array;
}

/**
 * The one-sided p-value that rows of a rule fail no more often than the rest: hypergeometric, or where rows come in clusters
 * (which fail together) a cluster-robust t test of the difference of the two rates.
 */
export function sliceP(holds: (row: number) => boolean, judged: JudgedRows): number {
  const { rows, failed } = judged;
  let [inside, insideFailed, allFailed] = [0, 0, 0];
  for (const row of rows) {
    allFailed += failed[row];
    if (!holds(row)) continue;
    inside++;
    insideFailed += failed[row];
  }
  if (inside === 0 || inside === rows.length) return 1;
  if (judged.clusters === undefined) {
    return hypergeometricAtLeast(insideFailed, { all: rows.length, marked: allFailed, drawn: inside });
  }
  const rates: [number, number] = [
    (allFailed - insideFailed) / (rows.length - inside),
    insideFailed / inside,
  ];
  return clusteredP(
    holds,
    { ...judged, clusters: judged.clusters },
    { rates, sizes: [rows.length - inside, inside] },
  );
}

function clusteredP(
  holds: (row: number) => boolean,
  { rows, failed, clusters }: Required<JudgedRows>,
  { rates, sizes }: { rates: [number, number]; sizes: [number, number] },
): number {
  const influence = new Map<number, number>();
  const sides = [new Set<number>(), new Set<number>()];
  for (const row of rows) {
    const side = holds(row) ? 1 : 0;
    const cluster = clusters[row];
    sides[side].add(cluster);
    const share = ((side === 1 ? 1 : -1) * (failed[row] - rates[side])) / sizes[side];
    influence.set(cluster, (influence.get(cluster) ?? 0) + share);
  }
  const df = Math.min(sides[0].size, sides[1].size) - 1;
  if (df < 1) return 1;
  let squares = 0;
  for (const each of influence.values()) squares += each * each;
  const error = Math.sqrt((influence.size / (influence.size - 1)) * squares);
  const t = (rates[1] - rates[0]) / error;
  return Number.isNaN(t) ? 1 : studentTSurvival(t, df);
}
