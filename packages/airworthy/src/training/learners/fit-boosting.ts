import { setImmediate } from 'node:timers/promises';
import type { FeatureMatrix } from '../../models/feature-matrix.ts';
import type { Tree, TreesEstimator } from '../../models/model.ts';
import { createRandom } from '../../stats/random.ts';
import { binMatrix } from './binned-matrix.ts';
import { type BoostingSettings, readBoostingSettings } from './boosting-settings.ts';
import { EarlyStop } from './early-stop.ts';
import { TreeGrower } from './grow-tree.ts';
import { type HoldOut, holdOut } from './hold-out.ts';
import { type LearnerInput, readInput } from './learner-input.ts';
import { type LearnerMemory, withLearnerMemory } from './learner-memory.ts';
import type { BoostingOptions } from './learner-options.ts';
import { Margins } from './margins.ts';
import { LINKS } from './objectives.ts';
import { startTeam, type ThreadTeam, threadsFor } from './thread-team.ts';

/**
 * Gradient-boosted trees on histograms: leaf-wise growth, 255 bins and one for missing values, whose side is learnt;
 * categories are split by sets. Runs on the calling thread, which must not be the one that serves, and its helpers.
 *
 * The same inputs, options and seed give the same trees on every machine and with any number of threads.
 *
 * Sources: Friedman, Greedy function approximation (2001), for boosting; Ke et al., LightGBM (2017), for histograms,
 * leaf-wise growth and categories.
 *
 * @param target 0 or 1 (logistic), the class's index (softmax), or the value (squared).
 * @param weights One a row, from 0; null: every row weighs 1.
 * @throws AirworthyError TRAINING_TOO_FEW_ROWS, TRAINING_NO_FEATURES, TRAINING_TOO_LARGE, TARGET_INVALID,
 *   TARGET_ONE_CLASS, BAD_ARGUMENT; the signal's reason when aborted.
 * @example
 * const estimator = await fitBoosting(matrix, late, null, { objective: 'logistic', iterations: 200, seed: 1 });
 */
export async function fitBoosting(
  matrix: FeatureMatrix,
  target: Float64Array,
  weights: Float64Array | null,
  options: BoostingOptions,
): Promise<TreesEstimator> {
  const input = readInput(matrix, target, weights, options);
  const settings = readBoostingSettings(options, matrix);
  options.signal?.throwIfAborted();
  const threads = threadsFor(matrix.rows, options);
  return withLearnerMemory(async (memory) => {
    const team = startTeam(memory, threads);
    try {
      return await boost(input, settings, options, team, memory);
    } finally {
      await team.dispose();
    }
  });
}

async function boost(
  input: LearnerInput,
  settings: BoostingSettings,
  { signal, onIteration }: BoostingOptions,
  team: ThreadTeam,
  memory: LearnerMemory,
): Promise<TreesEstimator> {
  const random = createRandom(settings.seed);
  const rows = placeRows(chooseRows(input, settings), memory);
  const binned = binMatrix(input.matrix, rows.learnt, team, memory, settings.seed);
  const margins = new Margins(input, settings.objective, rows, settings.maxLeaves, team, memory);
  const grower = new TreeGrower(binned, rows, settings, random.fork('features'), team, memory);
  const stop = new EarlyStop(settings.earlyStopping);
  const trees: Tree[] = [];
  for (let iteration = 1; iteration <= settings.iterations; iteration++) {
    const grown = growIteration(grower, margins, settings);
    if (grown.length === 0) break;
    trees.push(...grown);
    const validationLoss = settings.earlyStopping ? margins.loss(rows.held) : null;
    onIteration?.(iteration, margins.loss(rows.learnt), validationLoss);
    if (validationLoss !== null && stop.isOver(validationLoss, trees.length)) break;
    // Lets an abort, posted to this thread, arrive.
    await setImmediate();
    signal?.throwIfAborted();
  }
  if (settings.earlyStopping) trees.length = Math.min(trees.length, stop.bestTrees);
  return {
    kind: 'trees',
    learner: 'boosting',
    baseline: margins.baseline,
    trees,
    link: LINKS[settings.objective],
  };
}

/** One tree an output, that of an output without a worthwhile split a mere leaf; none where no output has one. */
function growIteration(grower: TreeGrower, margins: Margins, settings: BoostingSettings): Tree[] {
  const { gradientScale, hessianScale, shift } = margins.updateGradients();
  const rules = {
    l2: settings.l2 * hessianScale,
    leastHessian: Math.max(1, settings.minLeafHessian * hessianScale),
    smoothing: settings.categorySmoothing * hessianScale,
    leastRows: settings.minLeafRows,
    leastCategoryRows: settings.minCategoryRows,
    shift,
  };
  const grown = margins.baseline.map((_, output) => {
    const pairs = { address: margins.pairsOf(output), gradientScale, hessianScale };
    const tree = grower.grow(output, pairs, rules, settings.learningRate);
    if (tree.leaves.length > 1) margins.addLeaves(output, tree.leaves, grower);
    return tree;
  });
  return grown.some(({ leaves }) => leaves.length > 1) ? grown.map(({ tree }) => tree) : [];
}

function chooseRows(
  { rows, target, classes }: LearnerInput,
  { earlyStopping, seed }: BoostingSettings,
): HoldOut {
  if (!earlyStopping) return { learnt: rows, held: new Uint32Array(0) };
  return holdOut(rows, target, classes, earlyStopping.fraction, createRandom(seed).fork('held out'));
}

function placeRows({ learnt, held }: HoldOut, memory: LearnerMemory): HoldOut {
  return { learnt: memory.placeRows(learnt), held: memory.placeRows(held) };
}
