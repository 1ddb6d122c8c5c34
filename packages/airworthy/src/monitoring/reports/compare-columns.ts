import type { ReferenceColumn, ReferenceProfile } from '../../registry/index.ts';
import {
  type ColumnCounts as Compared,
  type DriftResult,
  type DriftRule,
  decideDrift,
} from '../../stats/drift/decide-drift.ts';
import type { Overdispersion } from '../../stats/drift/overdispersion.ts';
import { type DriftSketch, driftCounts } from '../../stats/sketches/drift-counts.ts';
import type { Moments } from '../../stats/sketches/moments.ts';
import { planScorePools, poolScoreBins } from '../../stats/sketches/score-bins.ts';
import type { ColumnDrift } from '../schema.ts';
import type { ColumnLayout, Layout, NumberLayout } from '../sketch/layout.ts';
import type { ColumnCounts, NumberSums, WindowSketch } from '../sketch/window-sketch.ts';

/** The name that the prediction itself has among columns. */
const SCORE = 'score';
/** Of unseen categories that a report names. */
const MOST_NAMES = 5;

/** Where the reference did not tell how its days differ. */
const INDEPENDENT_ROWS: Overdispersion = { phi: 1, windowRows: 0 };

type Shares = Omit<ColumnDrift, keyof DriftResult>;

/** How far each column of a window lies from its reference; none where the version carries no profile. */
export function compareColumns(
  sketch: WindowSketch,
  layout: Layout,
  profile: ReferenceProfile | null,
  rule: DriftRule,
): ColumnDrift[] {
  const { columns } = sketch;
  if (profile === null || layout.columns === null || columns === null) return [];
  const pairs = layout.columns.map((of, index) => ({
    of,
    reference: profile.columns[index],
    counts: columns[index],
  }));
  const compared = pairs.map(({ of, reference, counts }): Compared => {
    const { phi, windowRows } = profile.windows?.columns[of.name] ?? INDEPENDENT_ROWS;
    return {
      column: of.name,
      reference: driftCounts(reference),
      current: driftCounts(toDriftSketch(of, counts)),
      phi,
      phiRows: windowRows,
      floor: profile.budget?.floors[of.name] ?? 0,
    };
  });
  return decideDrift(compared, rule).map((result, index) => {
    const { of, reference, counts } = pairs[index];
    return { ...result, ...describeShares(of, reference, counts) };
  });
}

/** How far the predictions of a window lie from those of the reference. */
export function compareScores(
  sketch: WindowSketch,
  layout: Layout,
  profile: ReferenceProfile | null,
  rule: DriftRule,
): ColumnDrift | null {
  const output = profile?.output;
  if (!output) return null;
  const learnt = profile.windows?.score ?? INDEPENDENT_ROWS;
  if (output.of !== 'value') {
    if (sketch.scores === null) return null;
    const pools = planScorePools(output);
    const counts = { reference: poolScoreBins(output, pools), current: poolScoreBins(sketch.scores, pools) };
    return { ...compareOne(counts, learnt, rule), ...NOTHING_BESIDE };
  }
  if (sketch.values === null || layout.value === null) return null;
  const reference: ReferenceColumn = { name: SCORE, kind: 'number', ...output };
  const counts = {
    reference: driftCounts(reference),
    current: driftCounts(toDriftSketch(layout.value, sketch.values)),
  };
  return { ...compareOne(counts, learnt, rule), ...describeShares(layout.value, reference, sketch.values) };
}

const NOTHING_BESIDE: Shares = {
  missing: 0,
  missingReference: 0,
  unseen: 0,
  unseenReference: 0,
  unseenNames: [],
  outOfRange: 0,
  outOfRangeReference: 0,
  constant: false,
  meanRatio: null,
  spreadRatio: null,
};

function compareOne(
  counts: Pick<Compared, 'reference' | 'current'>,
  { phi, windowRows }: Overdispersion,
  rule: DriftRule,
) {
  return decideDrift([{ column: SCORE, ...counts, phi, phiRows: windowRows }], rule)[0];
}

/** A column of a window in the form in which its reference is carried. */
export function toDriftSketch(layout: ColumnLayout, { counts }: ColumnCounts): DriftSketch {
  if (layout.kind === 'number') return { kind: 'number', deciles: inBins(layout, counts, layout.decileOf) };
  const missing = counts[layout.places - 1];
  if (layout.kind === 'timestamp') {
    return { kind: 'timestamp', deciles: { counts: [counts[0]], under: 0, over: 0, missing } };
  }
  const top = layout.top.length;
  return {
    kind: 'category',
    counts: counts.slice(0, top),
    other: counts[top],
    unseen: counts[top + 1],
    missing,
  };
}

/** Cells added up into the bins they lie in. */
export function inBins(layout: NumberLayout, counts: readonly number[], binOf: readonly number[]) {
  const cells = layout.edges.length + 1;
  const bins = new Array<number>(binOf[cells - 1] + 1).fill(0);
  for (let cell = 0; cell < cells; cell++) bins[binOf[cell]] += counts[cell];
  return { counts: bins, missing: counts[cells], under: counts[cells + 1], over: counts[cells + 2] };
}

function describeShares(layout: ColumnLayout, reference: ReferenceColumn, column: ColumnCounts): Shares {
  const ofReference = sharesOf(reference);
  const ofWindow = sharesOf(toDriftSketch(layout, column));
  const shares: Shares = {
    ...NOTHING_BESIDE,
    ...ofWindow,
    missingReference: ofReference.missing,
    unseenReference: ofReference.unseen,
    outOfRangeReference: ofReference.outOfRange,
  };
  if (layout.kind === 'number' && reference.kind !== 'category')
    return { ...shares, ...compareMoments(layout, reference.moments, column.sums) };
  if (layout.kind !== 'category') return shares;
  const unseenNames = (column.unseen ?? []).slice(0, MOST_NAMES).map(([name]) => name);
  return { ...shares, unseenNames, constant: isOneCategory(layout.top.length, reference, column) };
}

function sharesOf(sketch: DriftSketch): Pick<Shares, 'missing' | 'unseen' | 'outOfRange'> {
  const rows = Math.max(1, total(driftCounts(sketch)));
  if (sketch.kind === 'category') {
    return { missing: sketch.missing / rows, unseen: sketch.unseen / rows, outOfRange: 0 };
  }
  const { missing, under, over } = sketch.deciles;
  const beyond = sketch.kind === 'number' ? under + over : 0;
  return { missing: missing / rows, unseen: 0, outOfRange: beyond / rows };
}

function compareMoments(
  { center, scale }: NumberLayout,
  reference: Moments,
  sums: NumberSums | undefined,
): Pick<Shares, 'constant' | 'meanRatio' | 'spreadRatio'> {
  if (sums === undefined || sums.rows === 0) return { constant: false, meanRatio: null, spreadRatio: null };
  const mean = sums.sum / sums.rows;
  const variance = Math.max(0, sums.squares / sums.rows - mean * mean);
  const spread = reference.count === 0 ? 0 : Math.sqrt(reference.m2 / reference.count);
  return {
    constant: sums.min === sums.max && reference.min !== reference.max,
    meanRatio: reference.mean === 0 ? null : (center + scale * mean) / reference.mean,
    spreadRatio: spread === 0 ? null : (scale * Math.sqrt(variance)) / spread,
  };
}

/** One category in all rows of the window, and more of them in the reference. */
function isOneCategory(top: number, reference: ReferenceColumn, { counts, unseen }: ColumnCounts): boolean {
  if (reference.kind !== 'category') return false;
  const present = counts.findIndex((count) => count > 0);
  const alone = present !== -1 && counts[present] === total(counts);
  const isOneName = present < top || (present === top + 1 && unseen?.length === 1);
  const several = reference.counts.filter((count) => count > 0).length + Number(reference.other > 0) > 1;
  return alone && isOneName && several;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
