import { figure } from '../../kernel/figures.ts';
import type { ColumnDrift } from '../schema.ts';

/** What one unit is in another, where people and programs take one for the other; each works both ways. */
const FACTORS = [
  1.609_344, 1.852, 3.280_84, 2.54, 12, 0.453_592_37, 28.349_523, 16, 3.785_412, 4.184, 60, 3_600, 24, 1_440,
  86_400, 7, 10, 100, 1_000, 10_000, 1e6, 1e9,
] as const;

/** Ratios of means and spreads are uncertain by about 1 / √n each; nearer than this they never need to be. */
const CLOSE = 0.03;

/**
 * Whether a column moved as a change of its unit moves it: mean and spread by the same factor, and one that turns one
 * unit into another. Kilometres for miles put hardly a value out of range, and yet everything the model makes of them is
 * wrong: that is a broken column rather than a drift.
 */
export function findUnitChange(column: ColumnDrift): {
  effect: number;
  threshold: number;
  says: () => string;
} {
  const { meanRatio, spreadRatio, n, drifted } = column;
  const found =
    drifted && meanRatio !== null && spreadRatio !== null && isUnitChange(meanRatio, spreadRatio, n);
  return {
    effect: found ? 1 : 0,
    threshold: 1,
    says: () => `${column.column} is ${figure(meanRatio ?? 1)} times what it was, as if its unit had changed`,
  };
}

function isUnitChange(meanRatio: number, spreadRatio: number, n: number): boolean {
  if (!(meanRatio > 0 && spreadRatio > 0)) return false;
  const tolerance = Math.max(CLOSE, 3 / Math.sqrt(n));
  if (Math.abs(Math.log(spreadRatio / meanRatio)) > tolerance) return false;
  const factor = Math.abs(Math.log(meanRatio));
  return FACTORS.some((each) => Math.abs(factor - Math.abs(Math.log(each))) <= tolerance);
}
