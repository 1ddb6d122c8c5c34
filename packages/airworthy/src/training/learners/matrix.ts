export type { FeatureMatrix, MatrixFeature } from '../../models/feature-matrix.ts';
