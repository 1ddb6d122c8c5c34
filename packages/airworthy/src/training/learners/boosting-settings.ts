import type { FeatureMatrix } from '../../models/feature-matrix.ts';
import { above, atLeast, from, refuse, share } from './check-option.ts';
import type { BoostingOptions, EarlyStopping, Objective } from './learner-options.ts';

/** Options with their defaults filled in. */
export interface BoostingSettings {
  objective: Objective;
  iterations: number;
  learningRate: number;
  maxLeaves: number;
  maxDepth: number;
  minLeafRows: number;
  minLeafHessian: number;
  l2: number;
  minCategoryRows: number;
  /** Added to a category's hessian before categories are put in order, so that rare ones are drawn to the middle. */
  categorySmoothing: number;
  featuresPerSplit: number;
  directions: readonly number[] | null;
  earlyStopping: Required<EarlyStopping> | null;
  seed: number;
}

const CATEGORY_SMOOTHING = 10;

export function readBoostingSettings(options: BoostingOptions, matrix: FeatureMatrix): BoostingSettings {
  const { earlyStopping } = options;
  return {
    objective: options.objective,
    iterations: atLeast('iterations', options.iterations ?? 100, 1),
    learningRate: above('learningRate', options.learningRate ?? 0.1, 0),
    maxLeaves: atLeast('maxLeaves', options.maxLeaves ?? 31, 2),
    maxDepth: atLeast('maxDepth', options.maxDepth ?? Number.MAX_SAFE_INTEGER, 1),
    minLeafRows: atLeast('minLeafRows', options.minLeafRows ?? 20, 1),
    minLeafHessian: from('minLeafHessian', options.minLeafHessian ?? 1e-3, 0),
    l2: from('l2', options.l2 ?? 0, 0),
    minCategoryRows: atLeast('minCategoryRows', options.minCategoryRows ?? 10, 1),
    categorySmoothing: CATEGORY_SMOOTHING,
    featuresPerSplit: Math.max(
      1,
      Math.round(share('featureFraction', options.featureFraction ?? 1) * matrix.features.length),
    ),
    directions: readDirections(options, matrix),
    earlyStopping: earlyStopping
      ? {
          fraction: share('earlyStopping.fraction', earlyStopping.fraction ?? 0.1),
          patience: atLeast('earlyStopping.patience', earlyStopping.patience ?? 10, 1),
          tolerance: from('earlyStopping.tolerance', earlyStopping.tolerance ?? 1e-7, 0),
        }
      : null,
    seed: options.seed ?? 0,
  };
}

function readDirections(
  { monotone, objective }: BoostingOptions,
  matrix: FeatureMatrix,
): readonly number[] | null {
  if (!monotone?.some((direction) => direction !== 0)) return null;
  if (monotone.length !== matrix.features.length || monotone.some((value) => ![-1, 0, 1].includes(value)))
    refuse('monotone', `needs -1, 0 or 1 for each of the ${matrix.features.length} features`);
  if (objective === 'softmax') refuse('monotone', 'has no meaning for more than two classes');
  const category = matrix.features.find(
    (feature, index) => feature.categories !== null && monotone[index] !== 0,
  );
  if (category) refuse('monotone', `"${category.name}" holds categories, which have no order`);
  return monotone;
}
