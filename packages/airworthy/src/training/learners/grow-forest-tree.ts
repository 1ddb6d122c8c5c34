import type { Tree } from '../../models/model.ts';
import { createRandom, type Random } from '../../stats/random.ts';
import { type BinnedMatrix, columnOf } from './binned-matrix.ts';
import type { ForestSettings } from './forest-settings.ts';
import { BINS, MISSING_BIN, SCRATCH_BYTES, SEARCH_BYTES, SPLIT_BYTES } from './kernel/layout.ts';
import type { Kernel } from './kernel/load-kernel.ts';
import type { LearnerMemory } from './learner-memory.ts';
import { type Quantisation, quantisation } from './quantise.ts';
import { type FoundSplit, SearchBoard, type Totals } from './search-board.ts';
import { fillSides, TreeBuilder } from './tree-builder.ts';

/** What every tree of a forest is grown from; addresses are of shared memory. */
export interface ForestPlan {
  matrix: BinnedMatrix;
  settings: ForestSettings;
  /** Row numbers that are learnt from. */
  learnt: number;
  learntRows: number;
  targets: number;
  /** 0 where every row weighs 1. */
  weights: number;
  /** Values are taken relative to it, which keeps them small. */
  middle: number;
}

/** Added to a category's weight before categories are put in order. */
const CATEGORY_SMOOTHING = 10;

interface OpenNode {
  node: number;
  from: number;
  to: number;
  depth: number;
}

/** Memory that a grower allocates, generously. */
export function growerBytes({ matrix, settings, learntRows }: ForestPlan): number {
  const columns = matrix.features.length * (3 * SPLIT_BYTES);
  return learntRows * 8 + matrix.rows * 8 + BINS * 8 * (settings.classes + 4) + columns + 65_536;
}

/** Grows the trees of a forest, node by node, in one thread. */
export class ForestTreeGrower {
  readonly #plan: ForestPlan;
  readonly #kernel: Kernel;
  readonly #board: SearchBoard;
  readonly #learnt: Uint32Array;
  readonly #target: Float64Array;
  readonly #weights: Float64Array | null;
  readonly #rows: number;
  readonly #order: Uint32Array;
  readonly #right: number;
  readonly #pairs: number;
  readonly #pairWords: Int32Array;
  readonly #search: number;
  readonly #searchWords: Uint32Array;
  readonly #totals: Float64Array;
  readonly #totalsAt: number;
  readonly #sides: Uint8Array;
  readonly #sidesAt: number;
  readonly #features: Int32Array;

  constructor(plan: ForestPlan, kernel: Kernel, memory: LearnerMemory) {
    const { matrix, settings, learntRows } = plan;
    const width = Math.max(2, settings.classes);
    this.#plan = plan;
    this.#kernel = kernel;
    this.#board = new SearchBoard(memory, matrix.features, null);
    this.#learnt = memory.words(plan.learnt, learntRows);
    this.#target = memory.doubles(plan.targets, matrix.rows);
    this.#weights = plan.weights === 0 ? null : memory.doubles(plan.weights, matrix.rows);
    this.#rows = memory.allocate(learntRows * 4);
    this.#order = memory.words(this.#rows, learntRows);
    this.#right = memory.allocate(learntRows * 4);
    this.#pairs = memory.allocate(matrix.rows * 8);
    this.#pairWords = new Int32Array(memory.shared.buffer, this.#pairs, matrix.rows * 2);
    this.#totalsAt = memory.allocate(width * 8);
    this.#totals = memory.doubles(this.#totalsAt, width);
    this.#sidesAt = memory.allocate(BINS);
    this.#sides = memory.bytes(this.#sidesAt, BINS);
    this.#features = Int32Array.from(matrix.features.keys());
    const histogram = memory.allocate(BINS * 8 * width);
    const scratch = memory.allocate(SCRATCH_BYTES);
    const left = memory.allocate(width * 8);
    this.#search = memory.allocate(SEARCH_BYTES);
    this.#searchWords = memory.words(this.#search, SEARCH_BYTES / 4);
    this.#searchWords.set([
      this.#rows,
      0,
      0,
      this.#pairs,
      settings.classes,
      histogram,
      scratch,
      this.#totalsAt,
      left,
    ]);
  }

  /** The tree of this number: what it draws depends on the seed and the number alone. */
  grow(number: number): Tree {
    const { settings, matrix } = this.#plan;
    const random = createRandom(settings.seed).fork(`tree ${number}`);
    const counts = this.#draw(random);
    const units = settings.classes > 0 ? this.#labelPairs(counts) : this.#valuePairs(counts);
    this.#board.setRules({
      l2: 0,
      leastHessian: 0,
      smoothing: CATEGORY_SMOOTHING * units.hessianScale,
      leastRows: settings.minLeafRows,
      leastCategoryRows: settings.minCategoryRows,
      shift: units.shift,
    });
    // Shuffles go on from tree to tree; each has to begin with the same order.
    this.#features.sort();
    const builder = new TreeBuilder(
      settings.classes > 0 ? -1 : 0,
      Math.max(1, settings.classes),
      matrix.features,
    );
    const open: OpenNode[] = [{ node: builder.add(), from: 0, to: counts.inBag, depth: 0 }];
    for (let next = open.pop(); next; next = open.pop()) {
      const split = this.#settle(next, builder, units, random);
      if (split) open.push(...this.#split(next, split, builder));
    }
    return builder.finish();
  }

  /** How often each learnt row was drawn; puts the rows drawn at least once into the order. */
  #draw(random: Random): { times: Uint32Array; inBag: number } {
    const rows = this.#learnt.length;
    const times = new Uint32Array(rows);
    if (!this.#plan.settings.bootstrap) times.fill(1);
    else for (let drawn = 0; drawn < rows; drawn++) times[random.integer(rows)]++;
    let inBag = 0;
    for (let index = 0; index < rows; index++) {
      if (times[index] > 0) this.#order[inBag++] = this.#learnt[index];
    }
    return { times, inBag };
  }

  /** Calls back with each drawn row and its weight times the number of draws; returns the largest. */
  #eachDrawn(times: Uint32Array, visit: (row: number, weight: number) => void): void {
    for (let index = 0; index < times.length; index++) {
      if (times[index] === 0) continue;
      const row = this.#learnt[index];
      visit(row, times[index] * (this.#weights?.[row] ?? 1));
    }
  }

  #valuePairs({ times, inBag }: { times: Uint32Array; inBag: number }): Quantisation {
    const { middle } = this.#plan;
    let [mostGradient, mostWeight] = [0, 0];
    this.#eachDrawn(times, (row, weight) => {
      mostGradient = Math.max(mostGradient, weight * Math.abs(this.#target[row] - middle));
      mostWeight = Math.max(mostWeight, weight);
    });
    const units = quantisation(inBag, mostGradient, mostWeight);
    this.#eachDrawn(times, (row, weight) => {
      const gradient = weight * (this.#target[row] - middle);
      this.#pairWords[2 * row] = Math.round(gradient * units.gradientScale);
      this.#pairWords[2 * row + 1] = Math.round(weight * units.hessianScale);
    });
    return units;
  }

  #labelPairs({ times, inBag }: { times: Uint32Array; inBag: number }): Quantisation {
    let mostWeight = 0;
    this.#eachDrawn(times, (_, weight) => {
      mostWeight = Math.max(mostWeight, weight);
    });
    const units = quantisation(inBag, 1, mostWeight);
    this.#eachDrawn(times, (row, weight) => {
      this.#pairWords[2 * row] = this.#target[row];
      this.#pairWords[2 * row + 1] = Math.round(weight * units.hessianScale);
    });
    return units;
  }

  /** Writes the node's cover; then either finds its split, or writes its values and returns null. */
  #settle(open: OpenNode, builder: TreeBuilder, units: Quantisation, random: Random): FoundSplit | null {
    this.#searchWords.set([open.from, open.to], 1);
    this.#kernel.sumRows(this.#search, this.#totalsAt);
    const totals = this.#readTotals(open.to - open.from);
    builder.setCover(open.node, totals.hessian / units.hessianScale);
    const split = this.#mayBeSplit(open) ? this.#findSplit(totals, random) : null;
    if (!split) this.#setValues(open.node, totals, builder, units);
    return split;
  }

  #readTotals(rows: number): Totals {
    const { classes } = this.#plan.settings;
    if (classes === 0) return { gradient: this.#totals[0], hessian: this.#totals[1], rows };
    let hessian = 0;
    for (let k = 0; k < classes; k++) hessian += this.#totals[k];
    return { gradient: 0, hessian, rows };
  }

  /** Each tree holds its share of the forest's mean. */
  #setValues(node: number, { gradient, hessian }: Totals, builder: TreeBuilder, units: Quantisation): void {
    const { trees, classes } = this.#plan.settings;
    if (classes === 0) {
      const offset = ((gradient / hessian) * units.hessianScale) / units.gradientScale;
      builder.setValue(node, 0, (this.#plan.middle + offset) / trees);
    }
    for (let k = 0; k < classes; k++) builder.setValue(node, k, this.#totals[k] / hessian / trees);
  }

  #mayBeSplit({ from, to, depth }: OpenNode): boolean {
    const { maxDepth, minLeafRows } = this.#plan.settings;
    if (depth >= maxDepth || to - from < 2 * minLeafRows) return false;
    return this.#kernel.isPure(this.#rows, from, to, this.#plan.targets) === 0;
  }

  /** The best split of so many features drawn at random; one that is the same in all rows does not count. */
  #findSplit(totals: Totals, random: Random): FoundSplit | null {
    const { matrix, settings } = this.#plan;
    const features = this.#features;
    let best: FoundSplit | null = null;
    let tried = 0;
    this.#board.askFor(totals, Number.NEGATIVE_INFINITY);
    for (let place = 0; place < features.length && tried < settings.featuresPerSplit; place++) {
      const chosen = place + random.integer(features.length - place);
      const feature = features[chosen];
      features[chosen] = features[place];
      features[place] = feature;
      if (!this.#searchFeature(feature)) continue;
      tried++;
      const split = this.#board.answerOf(feature, matrix.features);
      if (!split) continue;
      best = split;
      this.#board.askFor(totals, split.gain);
    }
    return best;
  }

  #searchFeature(feature: number): boolean {
    const board = this.#board;
    const { address, stride } = columnOf(this.#plan.matrix, feature);
    const varies = this.#kernel.searchColumn(
      this.#search,
      address,
      stride,
      board.traits + feature * 4,
      board.nodes,
      board.rules,
      board.splits + feature * SPLIT_BYTES,
    );
    return varies !== 0;
  }

  #split({ node, from, to, depth }: OpenNode, split: FoundSplit, builder: TreeBuilder): [OpenNode, OpenNode] {
    const { address, stride } = columnOf(this.#plan.matrix, split.feature);
    fillSides(this.#sides, split, MISSING_BIN);
    const leftRows = this.#kernel.splitRows(
      this.#rows,
      from,
      to,
      address,
      stride,
      this.#sidesAt,
      this.#right,
    );
    const middle = from + leftRows;
    this.#kernel.copyBytes(this.#rows + middle * 4, this.#right, (to - middle) * 4);
    const [left, right] = [builder.add(), builder.add()];
    builder.split(node, split, left, right);
    return [
      { node: right, from: middle, to, depth: depth + 1 },
      { node: left, from, to: middle, depth: depth + 1 },
    ];
  }
}
