/** What is predicted: the probability of the second of two classes, of each class, or a value. */
export type Objective = 'logistic' | 'softmax' | 'squared';

/** Options that all tree learners share. */
export interface LearnerOptions {
  /** Boosting minimises this loss; a forest splits by Gini impurity or squared error and takes it as the kind of target. */
  objective: Objective;
  /** Softmax: the number of classes; the target holds 0 … classes-1. Default: the largest class in the target, plus one. */
  classes?: number;
  /** Multiplied into the rows' weights; 'balanced': rows / (classes × rows of the class). */
  classWeights?: 'balanced' | readonly number[];
  /** Least rows of a leaf. Boosting 20, forest 1. */
  minLeafRows?: number;
  /** Most levels of splits; default unlimited. */
  maxDepth?: number;
  /** Categories with fewer rows in a node join the missing ones. Default 10. */
  minCategoryRows?: number;
  /** Default 0. The same inputs, options and seed give the same bytes, whatever the number of threads. */
  seed?: number;
  /** Default: as many as the machine has cores; few rows are fitted in the calling thread alone. */
  threads?: number;
  /** Checked between iterations (trees of a forest). Its reason is thrown. */
  signal?: AbortSignal;
}

export interface EarlyStopping {
  /** Share of the rows held out by the seed, stratified by class. Default 0.1. */
  fraction?: number;
  /** Iterations without improvement before training stops; the model keeps the best iteration. Default 10. */
  patience?: number;
  /** An improvement is a drop of the validation loss by more than this. Default 1e-7. */
  tolerance?: number;
}

export interface BoostingOptions extends LearnerOptions {
  /** Default 100; softmax grows a tree a class in each. */
  iterations?: number;
  /** Default 0.1. */
  learningRate?: number;
  /** Default 31. */
  maxLeaves?: number;
  /** Least sum of hessians of a leaf. Default 0.001. */
  minLeafHessian?: number;
  /** L2 penalty on leaf values. Default 0. */
  l2?: number;
  /** Share of the features that each split may choose from, drawn anew. Default 1. */
  featureFraction?: number;
  /** By feature: 1 where the prediction may only rise with it, -1 only fall, 0 free. Not for softmax or categories. */
  monotone?: readonly number[];
  /** Default: none, all iterations are run. */
  earlyStopping?: EarlyStopping;
  /** Called after each iteration, counted from 1. The validation loss is null without early stopping. */
  onIteration?: (iteration: number, trainLoss: number, validationLoss: number | null) => void;
}

export interface ForestOptions extends LearnerOptions {
  /** Default 100. */
  trees?: number;
  /** Features tried at each split. Default: the square root of their number for classes, all for values. */
  featuresPerSplit?: number;
  /** Draw as many rows as there are, with replacement, for each tree. Default true. */
  bootstrap?: boolean;
  /** Called after each tree, counted from 1. */
  onTree?: (done: number) => void;
}
