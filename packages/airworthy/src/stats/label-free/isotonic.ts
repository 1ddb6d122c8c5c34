import { expectedCalibrationError, reliabilityByMass } from '../calibration.ts';
import { ascendingOrder } from '../order.ts';
import { createRandom } from '../random.ts';

/** A rising curve through knots: between them linear, beyond them level. Plain JSON. */
export interface IsotonicMap {
  /** Ascending. */
  x: number[];
  /** Never falling. */
  y: number[];
}

/** Neighbouring scores that share one value. */
interface Block {
  from: number;
  to: number;
  rows: number;
  /** Of the outcomes. */
  sum: number;
}

/** With two knots a block, 200 knots. */
const MOST_BLOCKS = 100;

/**
 * Isotonic regression: the never-falling curve with the least squared error to the outcomes, found by pooling adjacent
 * violators (Ayer et al. 1955), with a knot at both ends of each level part and straight lines between, as
 * scikit-learn's. Of more than 200 knots, level parts are joined where that costs the fit least.
 *
 * @param score One a row, no NaN.
 * @param y 0 or 1 (or a value), one a row.
 * @example
 * const map = fitIsotonic(Float64Array.of(0.1, 0.4, 0.3), Uint8Array.of(0, 1, 0));
 * applyIsotonic(map, 0.35); // 0.5
 */
export function fitIsotonic(score: Float64Array, y: ArrayLike<number>): IsotonicMap {
  const blocks = joinCheapest(poolViolators(score, y), MOST_BLOCKS);
  const map: IsotonicMap = { x: [], y: [] };
  for (const { from, to, rows, sum } of blocks) {
    for (const x of from === to ? [from] : [from, to]) {
      map.x.push(x);
      map.y.push(sum / rows);
    }
  }
  return map;
}

function poolViolators(score: Float64Array, y: ArrayLike<number>): Block[] {
  const blocks: Block[] = [];
  for (let block of blocksByScore(score, y)) {
    for (let last = blocks.at(-1); last && !risesTo(last, block); last = blocks.at(-1)) {
      block = join(last, block);
      blocks.pop();
    }
    blocks.push(block);
  }
  return blocks;
}

/** Rows of one score have one value, so they are one block from the start. */
function blocksByScore(score: Float64Array, y: ArrayLike<number>): Block[] {
  const blocks: Block[] = [];
  for (const row of ascendingOrder(score)) {
    const last = blocks.at(-1);
    if (last?.to === score[row]) {
      last.rows += 1;
      last.sum += y[row];
    } else blocks.push({ from: score[row], to: score[row], rows: 1, sum: y[row] });
  }
  return blocks;
}

function risesTo(before: Block, after: Block): boolean {
  return before.sum * after.rows < after.sum * before.rows;
}

function join(before: Block, after: Block): Block {
  return { from: before.from, to: after.to, rows: before.rows + after.rows, sum: before.sum + after.sum };
}

function joinCheapest(blocks: Block[], most: number): Block[] {
  while (blocks.length > most) {
    let cheapest = 0;
    for (let place = 1; place < blocks.length - 1; place++) {
      if (costOfJoin(blocks, place) < costOfJoin(blocks, cheapest)) cheapest = place;
    }
    blocks.splice(cheapest, 2, join(blocks[cheapest], blocks[cheapest + 1]));
  }
  return blocks;
}

/** By how much the squared error grows. */
function costOfJoin(blocks: readonly Block[], place: number): number {
  const [a, b] = [blocks[place], blocks[place + 1]];
  return ((a.sum / a.rows - b.sum / b.rows) ** 2 * a.rows * b.rows) / (a.rows + b.rows);
}

/** The curve at a score. */
export function applyIsotonic({ x, y }: IsotonicMap, score: number): number {
  const last = x.length - 1;
  if (score <= x[0]) return y[0];
  if (score >= x[last]) return y[last];
  let [low, high] = [0, last];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= score) low = middle;
    else high = middle;
  }
  return y[low] + ((y[high] - y[low]) * (score - x[low])) / (x[high] - x[low]);
}

const PARTS = 10;
/** Fewer rows leave too little in each of ten held-out bins to tell better from worse. */
const FEWEST_ROWS = 100;

/**
 * The map from scores to probabilities, kept only where it is better calibrated (by the ECE of ten bins of equal
 * numbers) on rows it was not fitted on: each tenth of the rows by a map of the other nine. Else null, and the scores
 * are taken as they are; so too for fewer than 100 rows, or only one outcome.
 */
export function chooseCalibration(score: Float64Array, y: Uint8Array, seed = 1): IsotonicMap | null {
  if (y.length < FEWEST_ROWS || !y.includes(0) || !y.includes(1)) return null;
  const held = heldOutCalibration(score, y, seed);
  const before = expectedCalibrationError(reliabilityByMass(y, score, PARTS));
  const after = expectedCalibrationError(reliabilityByMass(y, held, PARTS));
  return after < before ? fitIsotonic(score, y) : null;
}

function heldOutCalibration(score: Float64Array, y: Uint8Array, seed: number): Float64Array {
  const rows = Int32Array.from(y.keys());
  createRandom(seed).fork('calibration').shuffle(rows);
  const held = new Float64Array(y.length);
  for (let part = 0; part < PARTS; part++) {
    const fitted = rows.filter((_, place) => place % PARTS !== part);
    const map = fitIsotonic(
      Float64Array.from(fitted, (row) => score[row]),
      Uint8Array.from(fitted, (row) => y[row]),
    );
    for (let place = part; place < rows.length; place += PARTS) {
      held[rows[place]] = applyIsotonic(map, score[rows[place]]);
    }
  }
  return held;
}
