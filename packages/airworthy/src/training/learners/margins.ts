import type { GrownTree, TreeGrower } from './grow-tree.ts';
import type { HoldOut } from './hold-out.ts';
import type { LearnerInput } from './learner-input.ts';
import type { LearnerMemory } from './learner-memory.ts';
import type { Objective } from './learner-options.ts';
import { baselineOf, meanLoss } from './objectives.ts';
import { BLOCK_ROWS, blocksOf, LOSS_BYTES } from './operations.ts';
import { type Quantisation, quantisation } from './quantise.ts';
import type { ThreadTeam } from './thread-team.ts';

/** The largest p (1 - p). */
const MOST_LOGISTIC_HESSIAN = 0.25;

/** Begin and end of its rows, and its value. */
const LEAF_BYTES = 24;

/** What the trees so far add up to for every row, and the gradients that the next trees are to follow. */
export class Margins {
  readonly baseline: number[];
  readonly #input: LearnerInput;
  readonly #objective: Objective;
  readonly #learntRows: number;
  readonly #team: ThreadTeam;
  readonly #memory: LearnerMemory;
  /** Rows with those added to make their number even. */
  readonly #evenRows: number;
  readonly #margins: number;
  readonly #pairs: number;
  readonly #targets: number;
  readonly #weights: number;
  readonly #mostWeight: number;
  readonly #residuals: number;
  readonly #leaves: number;

  constructor(
    input: LearnerInput,
    objective: Objective,
    rows: HoldOut,
    maxLeaves: number,
    team: ThreadTeam,
    memory: LearnerMemory,
  ) {
    this.#input = input;
    this.#objective = objective;
    this.#learntRows = rows.learnt.length;
    this.#team = team;
    this.#memory = memory;
    this.baseline = baselineOf(objective, input, rows.learnt);
    this.#evenRows = input.matrix.rows + (input.matrix.rows % 2);
    this.#margins = memory.allocate(this.outputs * this.#evenRows * 8);
    this.#pairs = memory.allocate(this.outputs * this.#evenRows * 8);
    this.#targets = memory.place(input.target);
    this.#weights = input.weights ? memory.place(input.weights) : 0;
    this.#mostWeight = input.weights?.reduce((most, weight) => Math.max(most, weight), 0) ?? 1;
    this.#residuals = memory.allocate(blocksOf(this.#evenRows) * 8);
    this.#leaves = memory.allocate(maxLeaves * LEAF_BYTES);
    // A row added to make the number even has no residual, which could be the largest.
    if (objective === 'squared')
      memory.doubles(this.#targets, this.#evenRows).fill(this.baseline[0], input.matrix.rows);
    this.baseline.forEach((value, output) => {
      this.#marginsOf(output).fill(value);
    });
  }

  get outputs(): number {
    return this.baseline.length;
  }

  pairsOf(output: number): number {
    return this.#pairs + output * this.#evenRows * 8;
  }

  updateGradients(): Quantisation {
    const operation = `${this.#objective}Gradients` as const;
    const units = this.#quantisation();
    this.#team.run(
      operation,
      blocksOf(this.#evenRows),
      this.#evenRows,
      this.#margins,
      this.#targets,
      this.#weights,
      this.#pairs,
      units.gradientScale,
      units.hessianScale,
      this.outputs,
    );
    return units;
  }

  #quantisation(): Quantisation {
    const weight = this.#mostWeight;
    if (this.#objective !== 'squared')
      return quantisation(this.#learntRows, weight, weight * MOST_LOGISTIC_HESSIAN);
    const blocks = blocksOf(this.#evenRows);
    this.#team.run(
      'largestResiduals',
      blocks,
      this.#evenRows,
      this.#margins,
      this.#targets,
      this.#weights,
      this.#residuals,
    );
    return quantisation(this.#learntRows, Math.max(...this.#memory.doubles(this.#residuals, blocks)), weight);
  }

  /** Adds a tree's leaves to the margins of the rows they hold: no row has to walk the tree. */
  addLeaves(output: number, leaves: GrownTree['leaves'], { rows, held }: TreeGrower): void {
    const margins = this.#margins + output * this.#evenRows * 8;
    const add = (order: number, triples: number[]): void => {
      this.#memory.doubles(this.#leaves, triples.length).set(triples);
      this.#team.run('addLeaves', leaves.length, order, margins, this.#leaves);
    };
    add(
      rows,
      leaves.flatMap(({ segments, value }) => [segments.from, segments.to, value]),
    );
    add(
      held,
      leaves.flatMap(({ segments, value }) => [segments.heldFrom, segments.heldTo, value]),
    );
  }

  /** Weighted mean loss of rows that are listed in shared memory. */
  loss(rows: Uint32Array): number {
    if (this.#weights === 0 && this.#objective !== 'squared') return this.#unweightedLoss(rows);
    const margins = this.#memory.doubles(this.#margins, this.outputs * this.#evenRows);
    return meanLoss(this.#objective, this.#input, rows, margins, this.#evenRows);
  }

  /** A logarithm a stretch of rows instead of one a row. */
  #unweightedLoss(rows: Uint32Array): number {
    const stretch = stretchOf(this.outputs);
    const blocks = blocksOf(rows.length);
    const places = blocks * Math.ceil(BLOCK_ROWS / stretch) * LOSS_BYTES;
    return this.#memory.scratch(() => {
      const out = this.#memory.allocate(places);
      const results = this.#memory.doubles(out, places / 8);
      this.#team.run(
        'losses',
        blocks,
        rows.byteOffset,
        rows.length,
        this.#margins,
        this.#evenRows,
        this.outputs,
        this.#targets,
        stretch,
        out,
      );
      let total = 0;
      // Places after the last stretch of a block hold zeros.
      for (let at = 0; at < results.length; at += 2)
        if (results[at + 1] > 0) total += results[at] + Math.log(results[at + 1]);
      return total / rows.length;
    });
  }

  #marginsOf(output: number): Float64Array {
    return this.#memory.doubles(this.#margins + output * this.#evenRows * 8, this.#evenRows);
  }
}

/** Rows whose factors, at most 2 for two classes and K for K, multiply to less than 2^1000; even. */
function stretchOf(outputs: number): number {
  return 2 * Math.floor(Math.min(512, 1000 / Math.log2(Math.max(2, outputs))) / 2);
}
