import type { Tree } from '../../models/model.ts';
import type { Random } from '../../stats/random.ts';
import { type BinnedMatrix, columnOf } from './binned-matrix.ts';
import { HistogramPool } from './histogram-pool.ts';
import type { HoldOut } from './hold-out.ts';
import { BINS, GROUP, MISSING_BIN, SCRATCH_BYTES } from './kernel/layout.ts';
import type { LearnerMemory } from './learner-memory.ts';
import { BLOCK_ROWS, blocksOf, histogramBytes } from './operations.ts';
import {
  type Bounds,
  type FoundSplit,
  leafValue,
  SearchBoard,
  type SplitRules,
  type Totals,
  UNBOUNDED,
} from './search-board.ts';
import type { ThreadTeam } from './thread-team.ts';
import { fillSides, TreeBuilder } from './tree-builder.ts';

export interface GrowthSettings {
  maxLeaves: number;
  maxDepth: number;
  featuresPerSplit: number;
  /** By feature -1, 0 or 1; null where there are no monotone constraints. */
  directions: readonly number[] | null;
}

/** Gradients and hessians of one tree, as integers in shared memory, and what they were multiplied by. */
export interface Pairs {
  address: number;
  gradientScale: number;
  hessianScale: number;
}

export interface GrownTree {
  tree: Tree;
  /** Which rows each leaf holds, and its value. */
  leaves: { segments: Segments; value: number }[];
}

/** A range of the learnt rows and one of the held-out rows. */
export interface Segments {
  from: number;
  to: number;
  heldFrom: number;
  heldTo: number;
}

interface Leaf {
  node: number;
  depth: number;
  segments: Segments;
  totals: Totals;
  bounds: Bounds;
  /** Where its histogram is, while it may still be split. */
  histogram: number;
  split: FoundSplit | null;
}

/** Grows trees leaf by leaf, the most valuable split first. */
export class TreeGrower {
  /** Addresses of the row numbers, in the order of the leaves of the tree grown last. */
  readonly rows: number;
  readonly held: number;
  readonly #team: ThreadTeam;
  readonly #memory: LearnerMemory;
  readonly #matrix: BinnedMatrix;
  readonly #settings: GrowthSettings;
  /** Both are in shared memory. */
  readonly #learnt: Uint32Array;
  readonly #heldOut: Uint32Array;
  readonly #board: SearchBoard;
  readonly #pool: HistogramPool;
  readonly #right: number;
  readonly #sides: number;
  readonly #sidesView: Uint8Array;
  readonly #counts: number;
  readonly #parts: number;
  readonly #scratch: number;
  readonly #totals: number;
  readonly #random: Random;
  #rules: SplitRules = {
    l2: 0,
    leastHessian: 0,
    smoothing: 0,
    leastRows: 1,
    leastCategoryRows: 1,
    shift: 32,
  };

  constructor(
    matrix: BinnedMatrix,
    { learnt, held }: HoldOut,
    settings: GrowthSettings,
    random: Random,
    team: ThreadTeam,
    memory: LearnerMemory,
  ) {
    this.#matrix = matrix;
    this.#learnt = learnt;
    this.#heldOut = held;
    this.#settings = settings;
    this.#random = random;
    this.#team = team;
    this.#memory = memory;
    const features = matrix.features.length;
    const mostRows = Math.max(learnt.length, held.length);
    this.#board = new SearchBoard(memory, matrix.features, settings.directions);
    this.#pool = new HistogramPool(memory, histogramBytes(features));
    this.rows = memory.allocate(learnt.length * 4);
    this.held = memory.allocate(held.length * 4);
    this.#right = memory.allocate(mostRows * 4);
    this.#sides = memory.allocate(BINS);
    this.#sidesView = memory.bytes(this.#sides, BINS);
    this.#counts = memory.allocate(blocksOf(mostRows) * 4);
    this.#parts = memory.allocate((this.#blocksOfNode(learnt.length) - 1) * histogramBytes(features));
    this.#totals = memory.allocate(24);
    this.#scratch = memory.allocate(this.#groups * this.#blocksOfNode(learnt.length) * SCRATCH_BYTES);
  }

  /** A mere leaf, of value 0, where no split is worth making. `rules` are in the units of the pairs. */
  grow(output: number, pairs: Pairs, rules: SplitRules, learningRate: number): GrownTree {
    this.#rules = rules;
    this.#board.setRules(rules);
    const { kernel } = this.#team;
    kernel.copyBytes(this.rows, this.#learnt.byteOffset, this.#learnt.byteLength);
    kernel.copyBytes(this.held, this.#heldOut.byteOffset, this.#heldOut.byteLength);
    const builder = new TreeBuilder(output, 1, this.#matrix.features);
    const leaves = [this.#root(builder, pairs)];
    while (leaves.length < this.#settings.maxLeaves) {
      const best = mostValuable(leaves);
      if (best === -1) break;
      const isLast = leaves.length + 1 === this.#settings.maxLeaves;
      const [left, right] = this.#split(builder, leaves[best], pairs, isLast);
      leaves[best] = left;
      leaves.push(right);
    }
    for (const leaf of leaves) this.#release(leaf);
    if (leaves.length === 1)
      return { tree: builder.finish(), leaves: [{ segments: leaves[0].segments, value: 0 }] };
    return this.#finish(builder, leaves, pairs, learningRate);
  }

  get #groups(): number {
    return Math.ceil(this.#matrix.features.length / GROUP);
  }

  /** Rows of large nodes are shared out where there are too few groups of features to keep all threads busy. */
  #blocksOfNode(rows: number): number {
    const { threads } = this.#team;
    return this.#groups < 2 * threads && rows >= 2 * BLOCK_ROWS ? threads : 1;
  }

  #root(builder: TreeBuilder, pairs: Pairs): Leaf {
    const segments = { from: 0, to: this.#learnt.length, heldFrom: 0, heldTo: this.#heldOut.length };
    const histogram = this.#pool.take();
    const blocks = this.#blocksOfNode(this.#learnt.length);
    this.#team.run('addRows', this.#groups * blocks, ...this.#addTask(segments, pairs, histogram, blocks));
    if (blocks > 1)
      this.#team.run('searchGroups', this.#groups, ...this.#searchTask(histogram, blocks, 0, 0));
    const totals = this.#totalsOf(histogram);
    const leaf: Leaf = {
      node: addNode(builder, totals),
      depth: 0,
      segments,
      totals,
      bounds: UNBOUNDED,
      histogram,
      split: null,
    };
    if (!this.#mayBeSplit(leaf)) return leaf;
    const score = this.#ask(0, leaf);
    this.#team.run('searchGroups', this.#groups, ...this.#searchTask(histogram, 1, 0, 1));
    leaf.split = this.#board.answer(0, score, this.#matrix.features);
    return leaf;
  }

  #totalsOf(histogram: number): Totals {
    this.#team.kernel.totalHistogram(histogram, this.#board.traits, this.#rules.shift, this.#totals);
    const [gradient, hessian, rows] = this.#memory.doubles(this.#totals, 3);
    return { gradient, hessian, rows };
  }

  #split(builder: TreeBuilder, parent: Leaf, pairs: Pairs, isLast: boolean): [Leaf, Leaf] {
    const split = parent.split!;
    const [leftSegments, rightSegments] = this.#partition(parent.segments, split);
    const rightTotals = {
      gradient: parent.totals.gradient - split.left.gradient,
      hessian: parent.totals.hessian - split.left.hessian,
      rows: parent.totals.rows - split.left.rows,
    };
    const [leftBounds, rightBounds] = this.#boundsOfChildren(parent, split, rightTotals);
    const child = (segments: Segments, totals: Totals, bounds: Bounds): Leaf => ({
      node: addNode(builder, totals),
      depth: parent.depth + 1,
      segments,
      totals,
      bounds,
      histogram: 0,
      split: null,
    });
    const left = child(leftSegments, split.left, leftBounds);
    const right = child(rightSegments, rightTotals, rightBounds);
    builder.split(parent.node, split, left.node, right.node);
    if (isLast) this.#release(parent);
    else if (left.totals.rows <= right.totals.rows) this.#searchChildren(parent, left, right, pairs);
    else this.#searchChildren(parent, right, left, pairs);
    return [left, right];
  }

  /** The larger child's histogram is the parent's less the smaller child's. */
  #searchChildren(parent: Leaf, smaller: Leaf, larger: Leaf, pairs: Pairs): void {
    const asked = [smaller, larger].map((leaf) => this.#mayBeSplit(leaf));
    if (!asked.includes(true)) {
      this.#release(parent);
      return;
    }
    smaller.histogram = this.#pool.take();
    larger.histogram = parent.histogram;
    parent.histogram = 0;
    const scores = [smaller, larger].map((leaf, index) => (asked[index] ? this.#ask(index, leaf) : 0));
    const searched = (asked[0] ? 1 : 0) + (asked[1] ? 2 : 0);
    const blocks = this.#blocksOfNode(smaller.totals.rows);
    const add = this.#addTask(smaller.segments, pairs, smaller.histogram, blocks);
    const search = this.#searchTask(smaller.histogram, blocks, asked[1] ? larger.histogram : 0, searched);
    if (blocks === 1) this.#team.run('addRowsAndSearch', this.#groups, ...add, ...search);
    else {
      this.#team.run('addRows', this.#groups * blocks, ...add);
      this.#team.run('searchGroups', this.#groups, ...search);
    }
    for (const [index, leaf] of [smaller, larger].entries()) {
      if (asked[index]) leaf.split = this.#board.answer(index, scores[index], this.#matrix.features);
      if (!leaf.split) this.#release(leaf);
    }
  }

  #addTask({ from, to }: Segments, pairs: Pairs, histogram: number, blocks: number): number[] {
    const { bins, binRows, features } = this.#matrix;
    const { shift } = this.#rules;
    return [
      this.rows,
      from,
      to,
      bins,
      binRows,
      pairs.address,
      histogram,
      this.#parts,
      features.length,
      this.#board.traits,
      shift,
      this.#scratch,
      blocks,
    ];
  }

  #searchTask(histogram: number, blocks: number, parent: number, searched: number): number[] {
    const board = this.#board;
    return [
      histogram,
      this.#parts,
      blocks,
      parent,
      this.#matrix.features.length,
      board.traits,
      board.nodes,
      searched,
      board.rules,
      this.#scratch,
      board.splits,
      board.splitBytes,
    ];
  }

  #ask(index: number, leaf: Leaf): number {
    return this.#board.ask(index, leaf.totals, leaf.bounds, this.#rules.l2, this.#drawFeatures());
  }

  /** A byte a feature: 1 where the next split may use it. Null where it may use all. */
  #drawFeatures(): Uint8Array | null {
    const features = this.#matrix.features.length;
    const drawn = this.#settings.featuresPerSplit;
    if (drawn >= features) return null;
    const order = Int32Array.from({ length: features }, (_, index) => index);
    this.#random.shuffle(order);
    const allowed = new Uint8Array(features);
    for (const feature of order.subarray(0, drawn)) allowed[feature] = 1;
    return allowed;
  }

  #mayBeSplit({ depth, totals }: Leaf): boolean {
    const { leastRows, leastHessian } = this.#rules;
    return (
      depth < this.#settings.maxDepth && totals.rows >= 2 * leastRows && totals.hessian >= 2 * leastHessian
    );
  }

  #boundsOfChildren(parent: Leaf, split: FoundSplit, right: Totals): [Bounds, Bounds] {
    const { bounds } = parent;
    const direction = this.#settings.directions?.[split.feature] ?? 0;
    if (direction === 0) return [bounds, bounds];
    const { l2 } = this.#rules;
    const middle = (leafValue(split.left, l2, bounds) + leafValue(right, l2, bounds)) / 2;
    const below = { ...bounds, upper: middle };
    const above = { ...bounds, lower: middle };
    return direction > 0 ? [below, above] : [above, below];
  }

  #partition(parent: Segments, split: FoundSplit): [Segments, Segments] {
    fillSides(this.#sidesView, split, MISSING_BIN);
    const middle = this.#partitionRows(this.rows, parent.from, parent.to, split.feature);
    const heldMiddle = this.#partitionRows(this.held, parent.heldFrom, parent.heldTo, split.feature);
    return [
      { from: parent.from, to: middle, heldFrom: parent.heldFrom, heldTo: heldMiddle },
      { from: middle, to: parent.to, heldFrom: heldMiddle, heldTo: parent.heldTo },
    ];
  }

  /** Puts the rows that go left first, keeping their order; returns where the others begin. */
  #partitionRows(rows: number, from: number, to: number, feature: number): number {
    if (from === to) return from;
    const { address, stride } = columnOf(this.#matrix, feature);
    const blockRows = this.#team.threads === 1 ? to - from : BLOCK_ROWS;
    const blocks = Math.ceil((to - from) / blockRows);
    this.#team.run(
      'splitRows',
      blocks,
      rows,
      from,
      to,
      blockRows,
      address,
      stride,
      this.#sides,
      this.#right,
      this.#counts,
    );
    return this.#joinBlocks(rows, from, to, blockRows, this.#memory.words(this.#counts, blocks));
  }

  /** Each block has its left rows at its front and its right rows aside: moves them to where they belong. */
  #joinBlocks(rows: number, from: number, to: number, blockRows: number, leftCounts: Uint32Array): number {
    const { kernel } = this.#team;
    let left = from;
    for (const [block, count] of leftCounts.entries()) {
      const begin = from + block * blockRows;
      if (left !== begin) kernel.copyBytes(rows + left * 4, rows + begin * 4, count * 4);
      left += count;
    }
    let right = left;
    for (const [block, count] of leftCounts.entries()) {
      const begin = block * blockRows;
      const size = Math.min(blockRows, to - from - begin) - count;
      kernel.copyBytes(rows + right * 4, this.#right + begin * 4, size * 4);
      right += size;
    }
    return left;
  }

  #release(leaf: Leaf): void {
    if (leaf.histogram !== 0) this.#pool.give(leaf.histogram);
    leaf.histogram = 0;
  }

  #finish(builder: TreeBuilder, leaves: Leaf[], pairs: Pairs, learningRate: number): GrownTree {
    const unit = (learningRate * pairs.hessianScale) / pairs.gradientScale;
    const valued = leaves.map((leaf) => {
      const value = unit * leafValue(leaf.totals, this.#rules.l2, leaf.bounds);
      builder.setValue(leaf.node, 0, value);

      return { segments: leaf.segments, value };
    });
    return { tree: builder.finish(), leaves: valued };
  }
}

function addNode(builder: TreeBuilder, { rows }: Totals): number {
  const node = builder.add();
  builder.setCover(node, rows);
  return node;
}

/** The leaf whose split gains most; the first where several gain as much; -1 where none can be split. */
function mostValuable(leaves: readonly Leaf[]): number {
  let best = -1;
  let bestGain = 0;
  leaves.forEach((leaf, index) => {
    if (leaf.split && leaf.split.gain > bestGain) {
      best = index;
      bestGain = leaf.split.gain;
    }
  });
  return best;
}
