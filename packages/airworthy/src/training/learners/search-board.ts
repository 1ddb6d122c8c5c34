import type { BinnedFeature } from './binned-matrix.ts';
import { NO_SPLIT, NODE_BYTES, RULES_BYTES, SPLIT_BYTES } from './kernel/layout.ts';
import type { LearnerMemory } from './learner-memory.ts';
import type { BinSplit } from './tree-builder.ts';

/** Sums over rows in the histogram's units. */
export interface Totals {
  gradient: number;
  hessian: number;
  rows: number;
}

export interface Bounds {
  lower: number;
  upper: number;
}

/** Limits on splits, in the histogram's units. */
export interface SplitRules {
  l2: number;
  leastHessian: number;
  smoothing: number;
  leastRows: number;
  leastCategoryRows: number;
  shift: number;
}

/** The best split of a node, with the sums of its left side. */
export interface FoundSplit extends BinSplit {
  gain: number;
  left: Totals;
}

/** The 32-bit words of a node begin after five doubles. */
const NODE_WORDS_AT = 10;

// Where a split record has its fields.
const SPLIT_DOUBLES = SPLIT_BYTES / 8;
const SPLIT_WORDS = SPLIT_BYTES / 4;
const ROWS_WORD = 6;
const BIN_WORD = 7;
const MISSING_WORD = 8;
const CATEGORIES_BYTE = 40;

export const UNBOUNDED: Bounds = { lower: Number.NEGATIVE_INFINITY, upper: Number.POSITIVE_INFINITY };

/** A split must be better than none by more than rounding. */
const SCORE_ROUNDING = 1 + 1e-10;

/** The value of a leaf that minimises the loss within the bounds; 0 where rounding left no hessian. */
export function leafValue({ gradient, hessian }: Totals, l2: number, { lower, upper }: Bounds): number {
  const weight = hessian + l2;
  return Math.min(Math.max(weight > 0 ? -gradient / weight : 0, lower), upper);
}

/** Where split search reads its question, for two nodes at a time, and writes its answer. */
export class SearchBoard {
  readonly rules: number;
  readonly nodes: number;
  readonly traits: number;
  readonly splits: number;
  readonly splitBytes: number;
  readonly #features: number;
  readonly #memory: LearnerMemory;
  readonly #constrained: boolean;
  readonly #allowed: number;
  readonly #nodeDoubles: Float64Array;
  readonly #nodeWords: Uint32Array;
  readonly #splitDoubles: Float64Array;
  readonly #splitWords: Uint32Array;

  constructor(
    memory: LearnerMemory,
    features: readonly BinnedFeature[],
    directions: readonly number[] | null,
  ) {
    this.#memory = memory;
    this.#features = features.length;
    this.#constrained = directions !== null;
    this.splitBytes = features.length * SPLIT_BYTES;
    this.rules = memory.allocate(RULES_BYTES);
    this.nodes = memory.allocate(2 * NODE_BYTES);
    this.splits = memory.allocate(2 * this.splitBytes);
    this.#allowed = memory.allocate(2 * features.length);
    this.#nodeDoubles = memory.doubles(this.nodes, (2 * NODE_BYTES) / 8);
    this.#nodeWords = memory.words(this.nodes, (2 * NODE_BYTES) / 4);
    this.#splitDoubles = memory.doubles(this.splits, 2 * features.length * SPLIT_DOUBLES);
    this.#splitWords = memory.words(this.splits, 2 * features.length * SPLIT_WORDS);
    this.traits = memory.allocate(features.length * 4);
    const traits = memory.bytes(this.traits, features.length * 4);
    features.forEach((feature, index) => {
      traits.set([feature.bins, feature.kind === 'categories' ? 1 : 0, directions?.[index] ?? 0], index * 4);
    });
  }

  setRules(rules: SplitRules): void {
    this.#memory.doubles(this.rules, 3).set([rules.l2, rules.leastHessian, rules.smoothing]);
    this.#memory.words(this.rules + 24, 3).set([rules.leastRows, rules.leastCategoryRows, rules.shift]);
  }

  /** Asks for a split of node 0 with these totals that scores more than `toBeat`. */
  askFor(totals: Totals, toBeat: number): void {
    this.#nodeDoubles.set([
      totals.gradient,
      totals.hessian,
      toBeat,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
    ]);
    this.#nodeWords.set([totals.rows, 0, 0], NODE_WORDS_AT);
  }

  /** Asks for the best split of node 0 or 1; `allowed` restricts it to some features. Returns the node's score. */
  ask(node: number, totals: Totals, bounds: Bounds, l2: number, allowed: Uint8Array | null): number {
    const value = leafValue(totals, l2, bounds);
    const score = -value * (2 * totals.gradient + (totals.hessian + l2) * value);
    const toBeat = score > 0 ? score * SCORE_ROUNDING : score;
    this.#nodeDoubles.set(
      [totals.gradient, totals.hessian, toBeat, bounds.lower, bounds.upper],
      (node * NODE_BYTES) / 8,
    );
    const mask = allowed ? this.#allowed + node * this.#features : 0;
    if (allowed) this.#memory.bytes(mask, this.#features).set(allowed);
    this.#nodeWords.set(
      [totals.rows, mask, this.#constrained ? 1 : 0],
      (node * NODE_BYTES) / 4 + NODE_WORDS_AT,
    );
    return score;
  }

  /** The best split found for node 0 or 1 over all features; the first where several are as good. */
  answer(node: number, score: number, features: readonly BinnedFeature[]): FoundSplit | null {
    const first = node * this.#features;
    let best = -1;
    let bestScore = Number.NEGATIVE_INFINITY;
    for (let record = first; record < first + this.#features; record++) {
      const found = this.#splitWords[record * SPLIT_WORDS + BIN_WORD] !== NO_SPLIT;
      if (!found || this.#splitDoubles[record * SPLIT_DOUBLES] <= bestScore) continue;
      best = record;
      bestScore = this.#splitDoubles[record * SPLIT_DOUBLES];
    }
    return best === -1 ? null : this.#read(best, features[best - first], score);
  }

  /** What a search of one feature alone found for node 0. */
  answerOf(feature: number, features: readonly BinnedFeature[]): FoundSplit | null {
    if (this.#splitWords[feature * SPLIT_WORDS + BIN_WORD] === NO_SPLIT) return null;
    return this.#read(feature, features[feature], 0);
  }

  #read(record: number, { kind }: BinnedFeature, score: number): FoundSplit {
    const doubles = this.#splitDoubles;
    const words = this.#splitWords;
    return {
      feature: record % this.#features,
      bin: words[record * SPLIT_WORDS + BIN_WORD],
      missingLeft: words[record * SPLIT_WORDS + MISSING_WORD] === 1,
      categories:
        kind === 'categories' ? this.#categories(this.splits + record * SPLIT_BYTES + CATEGORIES_BYTE) : null,
      gain: doubles[record * SPLIT_DOUBLES] - score,
      left: {
        gradient: doubles[record * SPLIT_DOUBLES + 1],
        hessian: doubles[record * SPLIT_DOUBLES + 2],
        rows: words[record * SPLIT_WORDS + ROWS_WORD],
      },
    };
  }

  #categories(at: number): number[] {
    const bits = this.#memory.bytes(at, 32);
    return Array.from({ length: 256 }, (_, bin) => bin).filter((bin) => (bits[bin >> 3] >> (bin & 7)) & 1);
  }
}
