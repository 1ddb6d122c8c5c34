import { setImmediate } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { siblingModule } from '../../jobs/local/sibling-module.ts';
import type { FeatureMatrix } from '../../models/feature-matrix.ts';
import type { Tree, TreesEstimator } from '../../models/model.ts';
import { binMatrix } from './binned-matrix.ts';
import { readForestSettings } from './forest-settings.ts';
import { type ForestPlan, ForestTreeGrower, growerBytes } from './grow-forest-tree.ts';
import { kernelModule, loadKernel } from './kernel/load-kernel.ts';
import type { CompiledModule, SharedMemory } from './kernel/web-assembly.ts';
import { type LearnerInput, readInput } from './learner-input.ts';
import { type LearnerMemory, withLearnerMemory } from './learner-memory.ts';
import type { ForestOptions } from './learner-options.ts';
import { baselineOf } from './objectives.ts';
import { startTeam, threadsFor } from './thread-team.ts';

/** What a thread that grows trees is started with. */
export interface ForestThreadData {
  shared: SharedMemory;
  module: CompiledModule;
  plan: ForestPlan;
  workspace: number;
  /** Where the number of the next tree is. */
  counter: number;
}

/**
 * A random forest on the bins that boosting uses: each tree sees a bootstrap sample, each split a few features; trees
 * are deep unless told otherwise. Classes are split by Gini impurity, values by squared error. Trees are shared out
 * among the calling thread, which must not be the one that serves, and its helpers.
 *
 * The same inputs, options and seed give the same trees on every machine and with any number of threads.
 *
 * Source: Breiman, Random Forests (2001).
 *
 * @param target 0 or 1 (logistic), the class's index (softmax), or the value (squared).
 * @param weights One a row, from 0; null: every row weighs 1. A row drawn n times weighs n times as much.
 * @throws AirworthyError TRAINING_TOO_FEW_ROWS, TRAINING_NO_FEATURES, TRAINING_TOO_LARGE, TARGET_INVALID,
 *   TARGET_ONE_CLASS, BAD_ARGUMENT; the signal's reason when aborted.
 * @example
 * const estimator = await fitForest(matrix, species, null, { objective: 'softmax', trees: 200, seed: 1 });
 */
export async function fitForest(
  matrix: FeatureMatrix,
  target: Float64Array,
  weights: Float64Array | null,
  options: ForestOptions,
): Promise<TreesEstimator> {
  const input = readInput(matrix, target, weights, options);
  const settings = readForestSettings(options, input);
  options.signal?.throwIfAborted();
  const threads = Math.min(threadsFor(matrix.rows, options), settings.trees);
  const trees = await withLearnerMemory(async (memory) => {
    const plan = await planForest(input, settings, memory, threads, options);
    return growTrees(plan, memory, threads, options);
  });
  return {
    kind: 'trees',
    learner: 'forest',
    baseline: new Array<number>(Math.max(1, settings.classes)).fill(0),
    trees,
    link: 'identity',
  };
}

async function planForest(
  input: LearnerInput,
  settings: ForestPlan['settings'],
  memory: LearnerMemory,
  threads: number,
  { objective }: ForestOptions,
): Promise<ForestPlan> {
  const team = startTeam(memory, threads);
  try {
    return {
      matrix: binMatrix(input.matrix, input.rows, team, memory, settings.seed),
      settings,
      learnt: memory.placeRows(input.rows).byteOffset,
      learntRows: input.rows.length,
      targets: memory.place(input.target),
      weights: input.weights ? memory.place(input.weights) : 0,
      middle: objective === 'squared' ? baselineOf(objective, input, input.rows)[0] : 0,
    };
  } finally {
    await team.dispose();
  }
}

/** Every thread takes the next number until all trees are taken; trees come back in any order and are put in theirs. */
async function growTrees(
  plan: ForestPlan,
  memory: LearnerMemory,
  threads: number,
  { signal, onTree }: ForestOptions,
): Promise<Tree[]> {
  const count = plan.settings.trees;
  const trees = new Array<Tree>(count);
  const counter = memory.allocate(4);
  const next = new Int32Array(memory.shared.buffer, counter, 1);
  // Memory is used again from fit to fit, with what was in it.
  Atomics.store(next, 0, 0);
  let done = 0;
  const keep = (number: number, tree: Tree): void => {
    trees[number] = tree;
    onTree?.(++done);
  };
  const helpers = Array.from({ length: threads - 1 }, () =>
    startGrower(
      {
        shared: memory.shared,
        module: kernelModule(),
        plan,
        workspace: memory.allocate(growerBytes(plan)),
        counter,
      },
      keep,
    ),
  );
  try {
    const grower = new ForestTreeGrower(plan, loadKernel(memory.shared), memory);
    for (let number = Atomics.add(next, 0, 1); number < count; number = Atomics.add(next, 0, 1)) {
      keep(number, grower.grow(number));
      // Lets the helpers' trees, and an abort, arrive.
      await setImmediate();
      signal?.throwIfAborted();
    }
    await Promise.all(helpers.map((helper) => helper.finished));
  } finally {
    await Promise.all(helpers.map((helper) => helper.worker.terminate()));
  }
  signal?.throwIfAborted();
  return trees;
}

function startGrower(
  data: ForestThreadData,
  keep: (number: number, tree: Tree) => void,
): { worker: Worker; finished: Promise<void> } {
  const worker = new Worker(siblingModule(import.meta.url, 'forest-thread'), { workerData: data });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  worker.on('message', ({ number, tree }: { number: number; tree: Tree }) => keep(number, tree));
  worker.once('error', reject).once('exit', () => resolve());
  // The failure is met when `finished` is awaited; until then it is not unhandled.
  promise.catch(() => {});
  return { worker, finished: promise };
}
