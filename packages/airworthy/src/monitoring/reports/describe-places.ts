import { figure } from '../../kernel/figures.ts';
import type { ReferenceColumn, ReferenceOutput } from '../../registry/index.ts';
import { type ScoreBins, scoreGroups } from '../../stats/sketches/score-bins.ts';
import type { Place } from '../read-schema.ts';
import type { ColumnLayout, NumberLayout } from '../sketch/layout.ts';
import type { ColumnCounts } from '../sketch/window-sketch.ts';
import { inBins, toDriftSketch } from './compare-columns.ts';

/** Bins of a picture of probabilities. */
const SCORE_BARS = 32;

/** A column's distribution in a window beside that of the reference: fine bins of numbers, categories by name. */
export function describePlaces(
  layout: ColumnLayout,
  reference: ReferenceColumn,
  column: ColumnCounts,
): Place[] {
  if (layout.kind === 'number' && reference.kind === 'number')
    return placesOfNumbers(layout, reference, column);
  const current = toDriftSketch(layout, column);
  if (reference.kind === 'category' && current.kind === 'category') {
    const names = (column.unseen ?? []).slice(0, 3).map(([name]) => name);
    const unseen = names.length === 0 ? 'unseen' : `unseen: ${names.join(', ')}`;
    return [
      ...reference.top.map((name, place) =>
        placeOf('value', name, reference.counts[place], current.counts[place]),
      ),
      placeOf('other', 'other', reference.other, current.other),
      placeOf('unseen', unseen, reference.unseen, current.unseen),
      placeOf('missing', 'missing', reference.missing, current.missing),
    ];
  }
  if (reference.kind === 'category' || current.kind === 'category') return [];
  const { counts, under, over, missing } = reference.deciles;
  const present = counts.reduce((sum, count) => sum + count, under + over);
  return [
    placeOf('value', 'present', present, current.deciles.counts[0]),
    placeOf('missing', 'missing', missing, current.deciles.missing),
  ];
}

function placesOfNumbers(
  layout: NumberLayout,
  { fine }: Extract<ReferenceColumn, { kind: 'number' | 'timestamp' }>,
  column: ColumnCounts,
): Place[] {
  const current = inBins(layout, column.counts, layout.fineOf);
  const bounds = [fine.lowest, ...fine.edges, fine.highest];
  return [
    { ...placeOf('below', `below ${show(fine.lowest)}`, fine.under, current.under), to: fine.lowest },
    ...fine.counts.map((count, bin) => {
      const [from, to] = [bounds[bin], bounds[bin + 1]];
      return { ...placeOf('bin', `${show(from)} to ${show(to)}`, count, current.counts[bin]), from, to };
    }),
    { ...placeOf('above', `above ${show(fine.highest)}`, fine.over, current.over), from: fine.highest },
    placeOf('missing', 'missing', fine.missing, current.missing),
  ];
}

/** Probabilities (of the positive class, or of the predicted one) in bars of equal width. */
export function describeScorePlaces(reference: ReferenceOutput & ScoreBins, current: ScoreBins): Place[] {
  const [before, now] = [inBars(reference), inBars(current)];
  return before.map((count, bar) => {
    const [from, to] = [bar / SCORE_BARS, (bar + 1) / SCORE_BARS];
    return { ...placeOf('bin', `${show(from)} to ${show(to)}`, count, now[bar]), from, to };
  });
}

function inBars(bins: ScoreBins): number[] {
  const bars = new Array<number>(SCORE_BARS).fill(0);
  for (const { score, rows } of scoreGroups(bins))
    bars[Math.min(SCORE_BARS - 1, Math.floor(score * SCORE_BARS))] += rows;
  return bars;
}

function placeOf(kind: Place['kind'], label: string, reference: number, current: number): Place {
  return { kind, label, from: null, to: null, reference, current };
}

function show(bound: number | null): string {
  return bound === null ? '?' : figure(bound);
}
