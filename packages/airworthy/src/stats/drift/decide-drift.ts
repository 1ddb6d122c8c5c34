import { chiSquareSurvival } from '../distributions/chi-square.ts';
import { benjaminiHochberg, chiSquareTwoSample } from '../tests.ts';
import { jensenShannon, psi, psiEffect } from './distances.ts';
import { effectiveRows, phiAt } from './overdispersion.ts';
import { poolPlaces } from './pool-places.ts';

/** When a column has drifted in one window. How many windows in a row make an alert is the policy's affair. */
export interface DriftRule {
  /** False discovery rate across the columns of a window (Benjamini and Hochberg). */
  q: number;
  /** Least PSI, less what chance alone gives. */
  effect: number;
}

/** A column of a window and of its reference, counted on the same places (`driftCounts`). */
export interface ColumnCounts {
  column: string;
  reference: readonly number[];
  current: readonly number[];
  /** The reference's overdispersion and the rows it was learnt at; 1 and 0 where nothing was learnt. */
  phi: number;
  phiRows: number;
  /** The least effect where it is to be larger than the rule's (`falseAlarmBudget`). */
  floor?: number;
}

export interface DriftResult {
  column: string;
  /** Rows of the window. */
  n: number;
  /** `psi` and `psiEffect` over places with their rare ones pooled. */
  psi: number;
  effect: number;
  /** Of the two-sample chi-square test on these places, corrected for overdispersion; `q` is adjusted across columns. */
  p: number;
  q: number;
  /** Over all places. */
  jensenShannon: number;
  drifted: boolean;
}

/**
 * Decides for the columns of one window which have drifted: significantly, all columns considered, and by enough to
 * matter. p-values alone call any difference drift at many rows, effects alone any chance at few.
 *
 * @example
 * const [{ drifted }] = decideDrift(
 *   [{ column: 'x', reference: [500, 500], current: [400, 100], phi: 1, phiRows: 0 }],
 *   { q: 0.001, effect: 0.1 },
 * ); // true
 */
export function decideDrift(columns: readonly ColumnCounts[], rule: DriftRule): DriftResult[] {
  const compared = columns.map(compareCounts);
  const adjusted = benjaminiHochberg(compared.map(({ p }) => p));
  return columns.map(({ column, floor = 0 }, index) => {
    const { n, psi, effect, p, jensenShannon } = compared[index];
    const q = adjusted[index];
    const drifted = q <= rule.q && effect >= Math.max(rule.effect, floor);
    return { column, n, psi, effect, p, q, jensenShannon, drifted };
  });
}

function compareCounts({
  reference,
  current,
  phi,
  phiRows,
}: ColumnCounts): Omit<DriftResult, 'column' | 'q' | 'drifted'> {
  const n = total(current);
  const pooled = poolPlaces(reference, current);
  const { statistic, df } = chiSquareTwoSample(pooled.reference, pooled.current);
  const inflation = phiAt({ phi, windowRows: phiRows }, effectiveRows(total(reference), n));
  return {
    n,
    psi: psi(pooled.reference, pooled.current),
    effect: psiEffect(pooled.reference, pooled.current),
    p: df < 1 ? 1 : chiSquareSurvival(statistic / inflation, df),
    jensenShannon: jensenShannon(reference, current),
  };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
