import {
  FEATURE_BYTES,
  GROUP,
  NARROW_GROUP,
  NODE_BYTES,
  SCRATCH_BYTES,
  TALLY_BYTES,
} from './kernel/layout.ts';
import type { Kernel } from './kernel/load-kernel.ts';
import type { SharedMemory } from './kernel/web-assembly.ts';

/**
 * Work that threads share. Each operation is a number of independent units; a task is the list of numbers (mostly
 * addresses) that the units read. Units write to places of their own or add integers, so neither which thread
 * takes a unit nor when can change the result.
 */
type Operation = (kernel: Kernel, unit: number, task: Float64Array, memory: SharedMemory) => void;

/** Rows a unit takes where rows are shared out: even, because gradients go two rows at a time. */
export const BLOCK_ROWS = 16_384;

function blockOf(unit: number, rows: number): [from: number, to: number] {
  return [unit * BLOCK_ROWS, Math.min(rows, (unit + 1) * BLOCK_ROWS)];
}

export const blocksOf = (rows: number): number => Math.ceil(rows / BLOCK_ROWS);

/** Bytes in a row of a group's bins. */
export function widthOf(featuresInGroup: number): number {
  return featuresInGroup <= NARROW_GROUP ? NARROW_GROUP : GROUP;
}

/** A unit is a column: sorts its doubles and says how many are numbers. */
const sortColumns: Operation = (kernel, unit, task, memory) => {
  const [values, count, scratch, tally, kept] = task;
  const column = unit * count * 8;
  const numbers = kernel.sortDoubles(values + column, count, scratch + column, tally + unit * TALLY_BYTES);
  new Uint32Array(memory.buffer, kept, unit + 1)[unit] = numbers;
};

/** A unit is a column of numbers: their bins. Columns of categories go through a table instead of edges. */
const assignColumns: Operation = (kernel, unit, task, memory) => {
  const [values, count, capacity, edges, tables, tableSizes, tableBytes, bins, stride] = task;
  const column = values + unit * capacity * 8;
  const tableSize = new Uint32Array(memory.buffer, tableSizes, unit + 1)[unit];
  if (tableSize === 0) kernel.assignBins(column, count, edges + unit * 256 * 8, bins + unit, stride);
  else kernel.assignCategories(column, count, tables + unit * tableBytes, tableSize, bins + unit, stride);
};

/** A unit is a block of rows. */
const logisticGradients: Operation = (kernel, unit, task) => {
  const [rows, margins, targets, weights, pairs, gradientScale, hessianScale] = task;
  const [from, to] = blockOf(unit, rows);
  kernel.logisticGradients(from, to, margins, targets, weights, pairs, gradientScale, hessianScale);
};

const squaredGradients: Operation = (kernel, unit, task) => {
  const [rows, margins, targets, weights, pairs, gradientScale, hessianScale] = task;
  const [from, to] = blockOf(unit, rows);
  kernel.squaredGradients(from, to, margins, targets, weights, pairs, gradientScale, hessianScale);
};

const softmaxGradients: Operation = (kernel, unit, task) => {
  const [rows, margins, targets, weights, pairs, gradientScale, hessianScale, classes] = task;
  const [from, to] = blockOf(unit, rows);
  kernel.softmaxGradients(
    from,
    to,
    rows,
    classes,
    margins,
    targets,
    weights,
    pairs,
    gradientScale,
    hessianScale,
  );
};

const largestResiduals: Operation = (kernel, unit, task, memory) => {
  const [rows, margins, targets, weights, out] = task;
  const [from, to] = blockOf(unit, rows);
  const largest = kernel.largestResidual(from, to, margins, targets, weights);
  new Float64Array(memory.buffer, out, unit + 1)[unit] = largest;
};

/**
 * A unit is a block of listed rows: the loss of every stretch of them, as a sum and a product whose logarithm belongs to
 * it. `classes` of 1 is logistic.
 */
const losses: Operation = (kernel, unit, task) => {
  const [rows, count, margins, marginRows, classes, targets, stretch, out] = task;
  const [from, to] = blockOf(unit, count);
  const perBlock = Math.ceil(BLOCK_ROWS / stretch);
  for (let index = 0; from + index * stretch < to; index++) {
    const begin = from + index * stretch;
    const end = Math.min(to, begin + stretch);
    const place = out + (unit * perBlock + index) * LOSS_BYTES;
    if (classes === 1) kernel.logisticLoss(rows, begin, end, margins, targets, place);
    else kernel.softmaxLoss(rows, begin, end, margins, marginRows, classes, targets, place);
  }
};

/** A sum and a product. */
export const LOSS_BYTES = 16;

/** A unit is a block of a node's rows: those going left to the front of the block, the others to `right`. */
const splitRows: Operation = (kernel, unit, task, memory) => {
  const [rows, from, to, blockRows, bins, stride, goesLeft, right, out] = task;
  const begin = unit * blockRows;
  const end = Math.min(to - from, begin + blockRows);
  const left = kernel.splitRows(rows, from + begin, from + end, bins, stride, goesLeft, right + begin * 4);
  new Uint32Array(memory.buffer, out, unit + 1)[unit] = left;
};

/** A unit is a leaf: its value is added to the margins of its rows. Leaves are (from, to, value) triples. */
const addLeaves: Operation = (kernel, unit, task, memory) => {
  const [rows, margins, leaves] = task;
  const [from, to, value] = new Float64Array(memory.buffer, leaves + unit * 24, 3);
  kernel.addToMargins(rows, from, to, margins, value);
};

/** A unit is a block of rows of a group of features: its part of the node's histogram. */
const addRows: Operation = (kernel, unit, task) => {
  const [rows, from, to, bins, binRows, pairs, histogram, parts, features, traits, shift, scratch, blocks] =
    task;
  const group = Math.floor(unit / blocks);
  const block = unit % blocks;
  const count = Math.min(GROUP, features - group * GROUP);
  const begin = from + Math.floor(((to - from) * block) / blocks);
  const end = from + Math.floor(((to - from) * (block + 1)) / blocks);
  const base = block === 0 ? histogram : parts + (block - 1) * histogramBytes(features);
  const place = base + group * GROUP * FEATURE_BYTES;
  const wide = widthOf(count) === GROUP ? 1 : 0;
  kernel.clearHistograms(place, group * GROUP, count, traits);
  kernel.addRows(
    rows,
    begin,
    end,
    bins + group * GROUP * binRows,
    wide,
    pairs,
    place,
    shift,
    scratch + unit * SCRATCH_BYTES,
  );
};

/**
 * A unit is a group of features. Puts the parts of the smaller child's histogram together, takes it from the parent's
 * to give the larger child's, and looks for the best split of each feature in one or both. An address of 0 leaves a step out.
 */
const searchGroups: Operation = (kernel, unit, task) => {
  const [
    histogram,
    parts,
    blocks,
    parent,
    features,
    traits,
    nodes,
    searched,
    rules,
    scratch,
    splits,
    splitBytes,
  ] = task;
  const first = unit * GROUP;
  const count = Math.min(GROUP, features - first);
  const own = histogram + first * FEATURE_BYTES;
  const larger = parent + first * FEATURE_BYTES;
  for (let block = 1; block < blocks; block++) {
    const part = parts + (block - 1) * histogramBytes(features) + first * FEATURE_BYTES;
    kernel.mergeHistograms(own, part, first, count, traits);
  }
  if (parent !== 0) kernel.subtractHistograms(larger, own, first, count, traits);
  const order = scratch + unit * SCRATCH_BYTES;
  const search = (at: number, node: number): void =>
    kernel.searchFeatures(
      at,
      first,
      count,
      traits,
      nodes + node * NODE_BYTES,
      rules,
      order,
      splits + node * splitBytes,
    );
  if (searched & 1) search(own, 0);
  if (searched & 2) search(larger, 1);
};

/** Both of the above, where rows are not shared out. */
const addRowsAndSearch: Operation = (kernel, unit, task, memory) => {
  addRows(kernel, unit, task, memory);
  searchGroups(kernel, unit, task.subarray(ADD_ROWS_NUMBERS), memory);
};

/** How many numbers of a task `addRows` reads. */
export const ADD_ROWS_NUMBERS = 13;

/** Bytes of one histogram over all features: whole groups, the last as wide as it is stored. */
export function histogramBytes(features: number): number {
  const rest = features % GROUP;
  return (features - rest + (rest === 0 ? 0 : widthOf(rest))) * FEATURE_BYTES;
}

/** By number, because threads tell each other what to do through shared memory. */
export const OPERATIONS = [
  sortColumns,
  assignColumns,
  logisticGradients,
  squaredGradients,
  softmaxGradients,
  largestResiduals,
  losses,
  splitRows,
  addLeaves,
  addRows,
  searchGroups,
  addRowsAndSearch,
] as const;

export type OperationName =
  | 'sortColumns'
  | 'assignColumns'
  | 'logisticGradients'
  | 'squaredGradients'
  | 'softmaxGradients'
  | 'largestResiduals'
  | 'losses'
  | 'splitRows'
  | 'addLeaves'
  | 'addRows'
  | 'searchGroups'
  | 'addRowsAndSearch';

export const OPERATION_NUMBERS = Object.fromEntries(
  OPERATIONS.map((operation, number) => [operation.name, number]),
) as Record<OperationName, number>;
