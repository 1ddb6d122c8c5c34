import type { Feature } from '../../models/model.ts';

/** A feature as the model will hold it and, for a target statistic, its values on the training rows. */
export interface FittedFeature {
  feature: Feature;
  outOfFold?: Float64Array;
}
