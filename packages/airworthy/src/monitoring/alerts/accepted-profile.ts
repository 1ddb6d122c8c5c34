import type { ReferenceColumn, ReferenceOutput, ReferenceProfile } from '../../registry/index.ts';
import type { Moments } from '../../stats/sketches/moments.ts';
import { inBins } from '../reports/compare-columns.ts';
import type { CategoryLayout, ColumnLayout, Layout, NumberLayout } from '../sketch/layout.ts';
import type { ColumnCounts, NumberSums, WindowSketch } from '../sketch/window-sketch.ts';

/**
 * The profile with a column's counts taken from windows instead, on the same edges and categories, so that any other
 * window still adds and compares. Undefined where the windows have not counted the column.
 */
export function acceptColumn(
  profile: ReferenceProfile,
  layout: Layout,
  column: string,
  sketch: WindowSketch,
): ReferenceProfile | undefined {
  const place = layout.columns?.findIndex(({ name }) => name === column) ?? -1;
  const of = layout.columns?.[place];
  const counted = sketch.columns?.[place];
  if (of === undefined || counted === undefined) return undefined;
  return {
    ...profile,
    columns: profile.columns.map((each) => (each.name === column ? countedAs(each, of, counted) : each)),
  };
}

/** The profile with the predictions of windows in the place of its own. */
export function acceptScores(
  profile: ReferenceProfile,
  layout: Layout,
  sketch: WindowSketch,
): ReferenceProfile | undefined {
  const output = outputOf(profile.output, layout, sketch);
  return output && { ...profile, output };
}

function outputOf(
  before: ReferenceOutput,
  { value }: Layout,
  { scores, values }: WindowSketch,
): ReferenceOutput | undefined {
  if (before.of !== 'value') return scores === null ? undefined : { ...before, ...scores };
  return value === null || values === null ? undefined : { ...before, ...numbersOf(before, value, values) };
}

function countedAs(before: ReferenceColumn, layout: ColumnLayout, counted: ColumnCounts): ReferenceColumn {
  if (before.kind === 'category') {
    return layout.kind === 'category' ? { ...before, ...categoriesOf(layout, counted) } : before;
  }
  if (layout.kind === 'number') return { ...before, ...numbersOf(before, layout, counted) };
  return layout.kind === 'timestamp' ? { ...before, ...timesOf(before, counted) } : before;
}

type Numbers = Extract<ReferenceColumn, { kind: 'number' | 'timestamp' }>;

function numbersOf(
  { deciles, fine, moments }: Pick<Numbers, 'deciles' | 'fine' | 'moments'>,
  layout: NumberLayout,
  { counts, sums }: ColumnCounts,
) {
  return {
    deciles: { ...deciles, ...inBins(layout, counts, layout.decileOf) },
    fine: { ...fine, ...inBins(layout, counts, layout.fineOf) },
    moments: sums === undefined ? moments : momentsOf(layout, sums),
  };
}

/** Of times only whether there is one is compared: where they lie does not matter, and is not known. */
function timesOf({ deciles, fine }: Numbers, { counts: [present, missing] }: ColumnCounts) {
  const presentIn = (bins: number) => [present, ...new Array<number>(bins - 1).fill(0)];
  return {
    deciles: { ...deciles, counts: presentIn(deciles.counts.length), missing, under: 0, over: 0 },
    fine: { ...fine, counts: presentIn(fine.counts.length), missing, under: 0, over: 0 },
  };
}

function categoriesOf({ top, places }: CategoryLayout, { counts }: ColumnCounts) {
  return {
    counts: counts.slice(0, top.length),
    other: counts[top.length],
    unseen: counts[top.length + 1],
    missing: counts[places - 1],
  };
}

function momentsOf({ center, scale }: NumberLayout, { rows, sum, squares, min, max }: NumberSums): Moments {
  const mean = rows === 0 ? 0 : sum / rows;
  return {
    count: rows,
    mean: center + scale * mean,
    m2: scale * scale * Math.max(0, squares - rows * mean * mean),
    min,
    max,
  };
}
