import { SCORE_EDGES, scoreBinOf } from './score-layout.ts';

/** Rows in a bin, and the sum of how far into it they lie, in 1024ths of its width: their mean score to 1e-6. */
export type ScoreCell = [rows: number, depth: number];

/**
 * Probabilities by predicted label, in bins of one fixed layout. Plain JSON and sparse; all numbers in it are
 * whole, so that windows of any models' traffic add to the same state in any order.
 */
export interface ScoreBins {
  /** Class names, in the order of the task. */
  labels: string[];
  /** By predicted label: the bins that have rows, by number. */
  cells: Record<number, ScoreCell>[];
}

const DEPTHS = 1024;

/**
 * @example
 * const bins = createScoreBins(['false', 'true']);
 * addScore(bins, 1, 0.83); // predicted 'true', with probability 0.83
 */
export function createScoreBins(labels: readonly string[]): ScoreBins {
  return { labels: [...labels], cells: labels.map(() => ({})) };
}

/** Counts a row. `predicted`: index of the label; `probability`: of the positive class, or of the predicted one. */
export function addScore(bins: ScoreBins, predicted: number, probability: number): void {
  const bin = scoreBinOf(probability);
  const depth = Math.round(((probability - SCORE_EDGES[bin]) / widthOf(bin)) * DEPTHS);
  const cells = bins.cells[predicted];
  const cell = cells[bin];
  if (cell) {
    cell[0] += 1;
    cell[1] += depth;
  } else cells[bin] = [1, depth];
}

/** Both windows together. Throws TypeError where they are of other classes. */
export function mergeScoreBins(a: ScoreBins, b: ScoreBins): ScoreBins {
  if (a.labels.length !== b.labels.length || a.labels.some((label, index) => label !== b.labels[index])) {
    throw new TypeError('scores of different classes cannot be merged');
  }
  const cells = a.cells.map((ofLabel, label) => mergeCells(ofLabel, b.cells[label]));
  return { labels: [...a.labels], cells };
}

function mergeCells(a: Record<number, ScoreCell>, b: Record<number, ScoreCell>): Record<number, ScoreCell> {
  const merged = { ...a };
  for (const [key, [rows, depth]] of Object.entries(b)) {
    const bin = Number(key);
    const [rowsBefore, depthBefore] = a[bin] ?? [0, 0];
    merged[bin] = [rowsBefore + rows, depthBefore + depth];
  }
  return merged;
}

/** One bin of one label with rows in it. */
export interface ScoreGroup {
  label: number;
  bin: number;
  rows: number;
  /** The mean score of its rows. */
  score: number;
}

/** The bins that have rows, label by label, scores ascending. */
export function scoreGroups({ cells }: ScoreBins): ScoreGroup[] {
  return cells.flatMap((ofLabel, label) =>
    Object.entries(ofLabel).map(([key, [rows, depth]]) => {
      const bin = Number(key);
      return { label, bin, rows, score: SCORE_EDGES[bin] + (depth / rows / DEPTHS) * widthOf(bin) };
    }),
  );
}

function widthOf(bin: number): number {
  return SCORE_EDGES[bin + 1] - SCORE_EDGES[bin];
}

/** By label: the bins at which a new pool begins. */
export type ScorePools = number[][];

/**
 * How to pool bins for tests of drift: about so many pools, with equally many rows of the reference in each; those of
 * different labels stay apart, so that a change in what is predicted shows too.
 */
export function planScorePools(reference: ScoreBins, about = 10): ScorePools {
  const groups = scoreGroups(reference);
  const total = groups.reduce((sum, { rows }) => sum + rows, 0);
  return reference.labels.map((_, label) => {
    const own = groups.filter((group) => group.label === label);
    const rows = own.reduce((sum, group) => sum + group.rows, 0);
    return equalPools(own, rows, total === 0 ? 1 : Math.max(1, Math.round((about * rows) / total)));
  });
}

function equalPools(groups: readonly ScoreGroup[], rows: number, pools: number): number[] {
  const starts: number[] = [];
  let before = 0;
  let pool = 0;
  for (const group of groups) {
    const due = Math.floor((before * pools) / rows);
    if (due > pool) starts.push(group.bin);
    pool = due;
    before += group.rows;
  }
  return starts;
}

/** The counts of a window in the pools of its reference: label by label, scores ascending. */
export function poolScoreBins(bins: ScoreBins, pools: ScorePools): number[] {
  return bins.cells.flatMap((ofLabel, label) => {
    const starts = pools[label];
    const counts = new Array<number>(starts.length + 1).fill(0);
    for (const [bin, [rows]] of Object.entries(ofLabel)) {
      counts[starts.filter((start) => start <= Number(bin)).length] += rows;
    }
    return counts;
  });
}
