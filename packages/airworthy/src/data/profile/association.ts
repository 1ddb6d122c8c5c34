import type { Association } from '../schema.ts';
import type { Cells, TargetView, ValueCounts } from './value-counts.ts';

/** Decimals kept: sums by threads differ in the last bits. */
const DECIMALS = 1e6;

/** Numbers are fitted in at most so many groups of about equal size, fewer in small data: one row tells nothing of a rate. */
const MOST_GROUPS = 128;

/**
 * How well a column alone predicts the target, fitted on one half of the rows, judged on the other, and the other way
 * round. Texts predict their own rate or mean; numbers that of their neighbourhood, interpolated between the middles of
 * groups, so that a copy of the target is seen as one. Undefined where a half has fewer than two values of the target.
 */
export function associate(counts: ValueCounts, target: TargetView): Association | undefined {
  if (target.kind === 'none') return undefined;
  const groups = groupKeys(counts);
  const halves = [0, 1].map((judged) =>
    target.kind === 'classes'
      ? discrimination(counts, groups, target.classes.length, judged)
      : explained(counts, groups, judged),
  );
  if (halves.some(Number.isNaN)) return undefined;
  const value = Math.max(0, (halves[0] + halves[1]) / 2);
  return {
    measure: target.kind === 'classes' ? 'auc' : 'r2',
    value: Math.round(value * DECIMALS) / DECIMALS,
  };
}

/** The group of each key: of texts each its own, of numbers neighbours together, missing apart. */
interface Groups {
  of: Int32Array;
  size: number;
  /** Of groups of numbers: where the middle row lies. Empty where each key is its own group. */
  middles: number[];
}

function groupKeys({ keys, cells }: ValueCounts): Groups {
  const rows = total(cells.count);
  const most = Math.min(MOST_GROUPS, Math.max(2, Math.round(Math.sqrt(rows))));
  const own = { of: Int32Array.from(keys.keys()), size: keys.length, middles: [] };
  if (keys.length <= most || keys.some((key) => typeof key === 'string')) return own;
  const perKey = new Float64Array(keys.length);
  for (let cell = 0; cell < cells.key.length; cell++) perKey[cells.key[cell]] += cells.count[cell];
  const of = new Int32Array(keys.length);
  const middles: number[] = [];
  let [before, last, size] = [0, -1, 0];
  for (const [index, key] of keys.entries()) {
    const share = key === null ? most : Math.floor((before * most) / rows);
    if (share !== last) size++;
    last = share;
    of[index] = size - 1;
    before += perKey[index];
    // Overwritten until half of the group's rows are passed.
    const passed = before - (share * rows) / most;
    if (key !== null && (middles.length < size || passed <= rows / most / 2)) middles[size - 1] = Number(key);
  }
  return { of, size, middles };
}

/** A fitted figure by group, for each key; between the middles of two groups in proportion. */
function smooth({ keys }: ValueCounts, { of, middles }: Groups, byGroup: Float64Array): Float64Array {
  return Float64Array.from(keys, (key, index) => {
    const group = of[index];
    if (key === null || middles.length === 0) return byGroup[group];
    const value = Number(key);
    const next = value < middles[group] ? group - 1 : group + 1;
    if (next < 0 || next >= middles.length) return byGroup[group];
    const share = (value - middles[group]) / (middles[next] - middles[group]);
    return byGroup[group] + (byGroup[next] - byGroup[group]) * share;
  });
}

/** Mean over classes of 2 * AUC - 1, one class against the rest (the two classes of a binary target give the same). */
function discrimination(counts: ValueCounts, groups: Groups, classes: number, judged: number): number {
  const labels = classes === 2 ? [1] : Array.from({ length: classes }, (_, label) => label);
  const values = labels
    .map((label) => 2 * aucOf(counts, groups, label, judged) - 1)
    .filter((value) => !Number.isNaN(value));
  return values.length === 0 ? Number.NaN : values.reduce((a, b) => a + b) / values.length;
}

function aucOf(counts: ValueCounts, groups: Groups, label: number, judged: number): number {
  const { cells, keys } = counts;
  const fitted = { hits: new Float64Array(groups.size), rows: new Float64Array(groups.size) };
  const tested = { hits: new Float64Array(keys.length), rows: new Float64Array(keys.length) };
  for (let cell = 0; cell < cells.key.length; cell++) {
    if (cells.label[cell] < 0) continue;
    const isJudged = cells.half[cell] === judged;
    const side = isJudged ? tested : fitted;
    const place = isJudged ? cells.key[cell] : groups.of[cells.key[cell]];
    side.rows[place] += cells.count[cell];
    if (cells.label[cell] === label) side.hits[place] += cells.count[cell];
  }
  const rates = shrunkMeans(fitted.hits, fitted.rows);
  return areaUnderCurve(smooth(counts, groups, rates), tested.hits, tested.rows);
}

/** One row's worth of the overall mean is added, so that a text seen once does not rank above one seen often. */
function shrunkMeans(sums: Float64Array, rows: Float64Array): Float64Array {
  const overall = total(sums) / total(rows);
  return sums.map((sum, index) => (sum + overall) / (rows[index] + 1));
}

/** Mann-Whitney over keys: each pair of a hit and a miss counts 1 where the hit scores higher, 1/2 where equal. */
function areaUnderCurve(score: Float64Array, hits: Float64Array, rows: Float64Array): number {
  const order = Int32Array.from(score.keys()).sort((a, b) => score[a] - score[b]);
  let [below, wins] = [0, 0];
  for (let start = 0; start < order.length; ) {
    let [tiedHits, tiedMisses, end] = [0, 0, start];
    for (; end < order.length && score[order[end]] === score[order[start]]; end++) {
      tiedHits += hits[order[end]];
      tiedMisses += rows[order[end]] - hits[order[end]];
    }
    wins += tiedHits * (below + tiedMisses / 2);
    below += tiedMisses;
    start = end;
  }
  const pairs = total(hits) * below;
  return pairs === 0 ? Number.NaN : wins / pairs;
}

/** R² of the fitted means on the judged half. */
function explained(counts: ValueCounts, groups: Groups, judged: number): number {
  const { cells } = counts;
  const means = smooth(counts, groups, fittedMeans(cells, groups, judged));
  let [left, n, sum, squares] = [0, 0, 0, 0];
  for (let cell = 0; cell < cells.key.length; cell++) {
    if (cells.label[cell] < 0 || cells.half[cell] !== judged) continue;
    const mean = means[cells.key[cell]];
    left += cells.squares[cell] - 2 * mean * cells.sum[cell] + mean * mean * cells.count[cell];
    n += cells.count[cell];
    sum += cells.sum[cell];
    squares += cells.squares[cell];
  }
  const spread = squares - (sum * sum) / n;
  return spread > 0 ? 1 - left / spread : Number.NaN;
}

function fittedMeans(cells: Cells, groups: Groups, judged: number): Float64Array {
  const sums = new Float64Array(groups.size);
  const rows = new Float64Array(groups.size);
  for (let cell = 0; cell < cells.key.length; cell++) {
    if (cells.label[cell] < 0 || cells.half[cell] === judged) continue;
    sums[groups.of[cells.key[cell]]] += cells.sum[cell];
    rows[groups.of[cells.key[cell]]] += cells.count[cell];
  }
  return shrunkMeans(sums, rows);
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
