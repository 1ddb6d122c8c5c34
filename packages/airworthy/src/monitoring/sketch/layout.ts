import type { Model } from '../../models/model.ts';
import type { Task } from '../../models/table.ts';
import type { ReferenceColumn, ReferenceProfile } from '../../registry/index.ts';
import { binOf } from '../../stats/quantile-edges.ts';
import type { BinnedCounts } from '../../stats/sketches/binned-counts.ts';
import type { CategoryLayout as Carried } from '../../stats/sketches/category-counts.ts';
import type { Moments } from '../../stats/sketches/moments.ts';

/** Where the values of a version's columns and predictions are counted: what its reference profile carries, compiled. */
export interface Layout {
  /** Null where the version's bundle cannot be read any more: then only traffic and latency are counted. */
  readonly task: Task | null;
  /** Null where the version carries no profile: then traffic, latency and scores are counted, columns are not. */
  readonly columns: readonly ColumnLayout[] | null;
  /** Regression with a profile: where predicted values are counted. */
  readonly value: NumberLayout | null;
  /** Regression: what estimates the error of a prediction from its record, where the version carries it. */
  readonly errors: ErrorEstimator | null;
}

export interface ErrorEstimator {
  /** An error of ordinary size, in the target's unit. */
  readonly scale: number;
  estimate(record: Readonly<Record<string, unknown>>): number;
}

/** Of a version of which nothing is known. */
export const BARE_LAYOUT: Layout = { task: null, columns: null, value: null, errors: null };

export type ColumnLayout = NumberLayout | CategoryLayout | TimestampLayout;

/**
 * Places: one for each cell between any two edges, so that deciles and fine bins are both sums of cells and a value is
 * looked up once; then missing, below and above the reference's range.
 */
export interface NumberLayout {
  readonly kind: 'number';
  readonly name: string;
  readonly edges: Float64Array;
  /** Empty (Infinity, -Infinity) where the reference had no value: then every value is above its range. */
  readonly lowest: number;
  readonly highest: number;
  /** By which a value's slot is found: (value - lowest) * slotsPerUnit, rounded down. */
  readonly slotsPerUnit: number;
  /** How many edges lie in slots before each: between this and the next one is the cell of a value. */
  readonly edgesBefore: Uint16Array;
  /** Which decile, and which fine bin, a cell is in. */
  readonly decileOf: readonly number[];
  readonly fineOf: readonly number[];
  readonly deciles: number;
  readonly fine: number;
  /** Sums are taken of (value - center) / scale, so that they lose no digits. */
  readonly center: number;
  readonly scale: number;
  readonly places: number;
}

/** Places: the reference's frequent categories, its others, unseen ones, missing. */
export interface CategoryLayout {
  readonly kind: 'category';
  readonly name: string;
  /** The place of each category of the reference. */
  readonly placeOf: ReadonlyMap<string, number>;
  readonly top: readonly string[];
  /** Where a category that the reference does not name is counted: as unseen, or among the others where these are not known. */
  readonly unknown: number;
  readonly places: number;
}

/** Places: present, missing. What time it was is no news: time always moves on. */
export interface TimestampLayout {
  readonly kind: 'timestamp';
  readonly name: string;
  readonly places: 2;
}

/** Slots of equal width over a number's range, so that most values are next to their cell at once. */
const SLOTS = 1_024;

/** Beside the cells of a number: missing, below and above the range. */
export const BESIDE_CELLS = 3;
/** Beside the top categories: other, unseen, missing. */
export const BESIDE_TOP = 3;

/**
 * The layout of a version; equal profiles give equal layouts, so that the counts of any of its windows add.
 *
 * @param profile The bundle's own: a profile that was accepted later counts in the same places.
 */
export function createLayout(
  model: Pick<Model, 'task'>,
  profile: ReferenceProfile | null,
  errors: ErrorEstimator | null = null,
): Layout {
  const output = profile?.output;
  return {
    task: model.task,
    columns: profile?.columns.map(layoutOf) ?? null,
    value: output?.of === 'value' ? numberLayout('prediction', output) : null,
    errors,
  };
}

function layoutOf(column: ReferenceColumn): ColumnLayout {
  const { name, kind } = column;
  if (column.kind === 'category') return categoryLayout(name, column);
  return kind === 'timestamp' ? { kind, name, places: 2 } : numberLayout(name, column);
}

function categoryLayout(name: string, { top, others }: Carried): CategoryLayout {
  const [other, unseen] = [top.length, top.length + 1];
  const placeOf = new Map((others ?? []).map((category) => [category, other]));
  for (const [place, category] of top.entries()) placeOf.set(category, place);
  const unknown = others === null ? other : unseen;
  return { kind: 'category', name, placeOf, top, unknown, places: top.length + BESIDE_TOP };
}

function numberLayout(
  name: string,
  { deciles, fine, moments }: { deciles: BinnedCounts; fine: BinnedCounts; moments: Moments },
): NumberLayout {
  const edges = [...new Set([...deciles.edges, ...fine.edges])].sort((a, b) => a - b);
  // The first value of each cell says which bins the cell lies in.
  const firsts = [Number.NEGATIVE_INFINITY, ...edges];
  const spread = moments.count > 0 ? Math.sqrt(moments.m2 / moments.count) : 0;
  const lowest = deciles.lowest ?? Number.POSITIVE_INFINITY;
  const highest = deciles.highest ?? Number.NEGATIVE_INFINITY;
  const slots = SLOTS / (highest - lowest);
  const slotsPerUnit = highest > lowest && Number.isFinite(slots) ? slots : 0;
  return {
    kind: 'number',
    name,
    edges: Float64Array.from(edges),
    lowest,
    highest,
    slotsPerUnit,
    edgesBefore: countEdgesBefore(edges, lowest, slotsPerUnit),
    decileOf: firsts.map((first) => binOf(deciles.edges, first)),
    fineOf: firsts.map((first) => binOf(fine.edges, first)),
    deciles: deciles.counts.length,
    fine: fine.counts.length,
    center: moments.mean,
    scale: spread > 0 && Number.isFinite(spread) ? spread : 1,
    places: edges.length + 1 + BESIDE_CELLS,
  };
}

/** The highest value's slot is one more. Rounding moves edges and values alike, so that none is missed. */
function countEdgesBefore(edges: readonly number[], lowest: number, slotsPerUnit: number): Uint16Array {
  const before = new Uint16Array(SLOTS + 3);
  for (const edge of edges) {
    const slot = Math.min(SLOTS + 1, Math.max(0, Math.trunc((edge - lowest) * slotsPerUnit)));
    before[slot + 1] += 1;
  }
  for (let slot = 1; slot < before.length; slot++) before[slot] += before[slot - 1];
  return before;
}

/** The place of a number that is not NaN. */
export function placeOfNumber(layout: NumberLayout, value: number): number {
  const { edges, lowest, edgesBefore } = layout;
  if (!(value <= layout.highest)) return edges.length + 3;
  if (value < lowest) return edges.length + 2;
  const slot = ((value - lowest) * layout.slotsPerUnit) | 0;
  let low = edgesBefore[slot];
  let high = edgesBefore[slot + 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle] <= value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The place of missing values. */
export function placeOfMissing(layout: NumberLayout): number {
  return layout.edges.length + 1;
}
