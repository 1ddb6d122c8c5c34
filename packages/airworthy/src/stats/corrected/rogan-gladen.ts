import { criticalZ, type Estimate } from '../intervals.ts';

/** Hits of so many. */
export interface Share {
  hits: number;
  n: number;
}

/**
 * The true rate behind a rate that an imperfect judge reported (Rogan and Gladen 1978), with its delta-method error: `judged`
 * are the cases it passed, `sensitivity` those of the truly good it passed, `specificity` those of the truly bad it failed, the
 * latter two on cases that people labelled. Null where the judge is no better than chance. The value may lie outside 0 … 1, the
 * interval does not.
 *
 * @example
 * roganGladen({ judged: { hits: 800, n: 1000 }, sensitivity: { hits: 108, n: 120 }, specificity: { hits: 56, n: 80 } }); // 0.8333 ± 0.0897
 */
export function roganGladen(
  { judged, sensitivity, specificity }: { judged: Share; sensitivity: Share; specificity: Share },
  confidence = 0.95,
): Estimate | null {
  const [rate, tpr, tnr] = [judged, sensitivity, specificity].map(({ hits, n }) => hits / n);
  const informed = tpr + tnr - 1;
  if (!(informed > 0)) return null;
  const value = (rate + tnr - 1) / informed;
  const variance =
    errorOf(judged) + value * value * errorOf(sensitivity) + (1 - value) ** 2 * errorOf(specificity);
  const standardError = Math.sqrt(variance) / informed;
  const half = criticalZ(confidence) * standardError;
  const within = (limit: number) => Math.min(1, Math.max(0, limit));
  return { value, standardError, low: within(value - half), high: within(value + half) };
}

/** The variance of a share. One of 0 or 1 shows none, which is not to say that it is known: it is taken half a case further in. */
function errorOf({ hits, n }: Share): number {
  const share = Math.min(n - 0.5, Math.max(0.5, hits)) / n;
  return (share * (1 - share)) / n;
}
