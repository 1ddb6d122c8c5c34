import { withInterval } from '../story/words.ts';
import type { CategoryFigure } from './judge-plans.ts';

export const FIGURES_HEAD = ['planner', 'category', 'right (95 %)', 'cases'] as const;

/** Of `irrelevance` right is to call nothing: one that never calls anything is perfect there. */
export function figureRows(planner: string, figures: readonly CategoryFigure[]): string[][] {
  return figures.map((figure) => [planner, figure.category, withInterval(figure), String(figure.n)]);
}
