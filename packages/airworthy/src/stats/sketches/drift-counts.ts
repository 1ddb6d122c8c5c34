import type { BinnedCounts } from './binned-counts.ts';
import type { CategoryCounts } from './category-counts.ts';

/** What is counted of a column, in a reference profile or in a window on its edges and categories. */
export type DriftSketch =
  | { kind: 'number' | 'timestamp'; deciles: Pick<BinnedCounts, 'counts' | 'under' | 'over' | 'missing'> }
  | ({ kind: 'category' } & Pick<CategoryCounts, 'counts' | 'other' | 'unseen' | 'missing'>);

/**
 * The counts that tests of drift take, every row in one place: below the reference's range, its deciles, above the
 * range, missing; or its frequent categories, the others, unseen ones, missing. Of a timestamp only present and missing:
 * time always moves on.
 */
export function driftCounts(sketch: DriftSketch): number[] {
  if (sketch.kind === 'category') return [...sketch.counts, sketch.other, sketch.unseen, sketch.missing];
  const { counts, under, over, missing } = sketch.deciles;
  if (sketch.kind === 'number') return [under, ...counts, over, missing];
  return [counts.reduce((sum, count) => sum + count, under + over), missing];
}
