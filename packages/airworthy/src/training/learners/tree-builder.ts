import type { Tree } from '../../models/model.ts';
import type { BinnedFeature } from './binned-matrix.ts';

/** Which rows a split sends left, in bins. */
export interface BinSplit {
  feature: number;
  /** Numbers: the last bin that goes left. */
  bin: number;
  missingLeft: boolean;
  /** Categories: the bins that go left. */
  categories: number[] | null;
}

/** A tree under construction; nodes are numbered in the order they are added. */
export class TreeBuilder {
  readonly #output: number;
  readonly #width: number;
  readonly #features: readonly BinnedFeature[];
  readonly #tree: Omit<Tree, 'output' | 'categories'>;
  readonly #categories: (number[] | null)[] = [];

  /** Leaves hold `width` numbers, one for each output where there are several: `output` is then -1. */
  constructor(output: number, width: number, features: readonly BinnedFeature[]) {
    this.#output = output;
    this.#width = width;
    this.#features = features;
    this.#tree = {
      feature: [],
      threshold: [],
      left: [],
      right: [],
      missingLeft: [],
      values: [],
      cover: [],
    };
  }

  /** Adds a leaf; it may become an inner node. */
  add(): number {
    const tree = this.#tree;
    tree.feature.push(-1);
    tree.threshold.push(0);
    tree.left.push(-1);
    tree.right.push(-1);
    tree.missingLeft.push(0);
    tree.cover.push(0);
    for (let output = 0; output < this.#width; output++) tree.values.push(0);
    this.#categories.push(null);
    return tree.feature.length - 1;
  }

  setCover(node: number, cover: number): void {
    this.#tree.cover[node] = cover;
  }

  setValue(leaf: number, output: number, value: number): void {
    this.#tree.values[leaf * this.#width + output] = value;
  }

  split(node: number, split: BinSplit, left: number, right: number): void {
    const tree = this.#tree;
    const feature = this.#features[split.feature];
    tree.feature[node] = split.feature;
    tree.left[node] = left;
    tree.right[node] = right;
    tree.missingLeft[node] = split.missingLeft ? 1 : 0;
    if (feature.kind === 'categories') {
      this.#categories[node] = (split.categories ?? []).map((bin) => feature.codes[bin]);
    } else {
      // After the last bin only missing values are left: all numbers but +Infinity go left.
      tree.threshold[node] = feature.edges[split.bin] ?? Number.MAX_VALUE;
    }
  }

  finish(): Tree {
    const hasCategories = this.#categories.some((codes) => codes !== null);
    return {
      output: this.#output,
      ...this.#tree,
      ...(hasCategories ? { categories: this.#categories } : {}),
    };
  }
}

/** 256 bytes: 1 where rows of the bin go left. */
export function fillSides(sides: Uint8Array, split: BinSplit, missingBin: number): void {
  if (split.categories) {
    sides.fill(0);
    for (const bin of split.categories) sides[bin] = 1;
  } else {
    sides.fill(1, 0, split.bin + 1);
    sides.fill(0, split.bin + 1);
    sides[missingBin] = split.missingLeft ? 1 : 0;
  }
}
