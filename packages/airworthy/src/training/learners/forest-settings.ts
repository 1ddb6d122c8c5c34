import { atLeast } from './check-option.ts';
import type { LearnerInput } from './learner-input.ts';
import type { ForestOptions } from './learner-options.ts';

/** Options with their defaults filled in; plain data, as threads are sent it. */
export interface ForestSettings {
  trees: number;
  /** Classes beyond two, whose leaves hold a share each; 0 where one number is enough. */
  classes: number;
  featuresPerSplit: number;
  bootstrap: boolean;
  minLeafRows: number;
  maxDepth: number;
  minCategoryRows: number;
  seed: number;
}

export function readForestSettings(
  options: ForestOptions,
  { matrix, classes }: LearnerInput,
): ForestSettings {
  const features = matrix.features.length;
  const usual = options.objective === 'squared' ? features : Math.max(1, Math.floor(Math.sqrt(features)));
  return {
    trees: atLeast('trees', options.trees ?? 100, 1),
    classes: options.objective === 'softmax' ? classes : 0,
    featuresPerSplit: Math.min(features, atLeast('featuresPerSplit', options.featuresPerSplit ?? usual, 1)),
    bootstrap: options.bootstrap ?? true,
    minLeafRows: atLeast('minLeafRows', options.minLeafRows ?? 1, 1),
    maxDepth: atLeast('maxDepth', options.maxDepth ?? Number.MAX_SAFE_INTEGER, 1),
    minCategoryRows: atLeast('minCategoryRows', options.minCategoryRows ?? 10, 1),
    seed: options.seed ?? 0,
  };
}
