import {
  accuracy,
  averageF1,
  averagePrecisionOfClasses,
  averageRecall,
  balancedAccuracy,
  type ClassCounts,
  classCounts,
  cohenKappa,
  matthewsCorrelation,
} from '../confusion-metrics.ts';
import { clopperPearson, combineIntervals, criticalZ, type Interval, wilson } from '../intervals.ts';
import { type Figure, UNDEFINED } from '../measured-metric.ts';
import type { MetricName } from '../metric-names.ts';
import type { SparseCounts } from '../sketches/sparse-counts.ts';
import {
  f1Influence,
  type Influence,
  kappaInfluence,
  type LabelTable,
  matthewsInfluence,
  standardErrorOf,
} from './label-influence.ts';
import { unseenFigure } from './mean-figure.ts';
import type { ClassTask } from './outcome-task.ts';

/** Metrics of labels, of rows by `truth * classes + predicted`. */
export function measureLabels(
  cells: SparseCounts,
  { kind, classes }: ClassTask,
  confidence: number,
): [MetricName, Figure][] {
  const table = toTable(cells, classes.length);
  if (table.rows === 0) return [];
  const { confusion, margins, rows } = table;
  const right = margins.reduce((sum, { hits }) => sum + hits, 0);
  const occurring = margins.filter(({ actual }) => actual > 0).length;
  const [mcc, kappa] = [matthewsCorrelation(confusion), cohenKappa(confusion)];
  return [
    ['accuracy', sharesFigure(accuracy(confusion), [{ weight: 1, hits: right, n: rows }], confidence)],
    ['balanced-accuracy', sharesFigure(balancedAccuracy(confusion), recalls(margins, occurring), confidence)],
    ...(kind === 'binary' ? ofPositives(margins[1], confidence) : ofAllClasses(table, confidence)),
    [
      'mcc',
      occurring < 2 ? UNDEFINED : influenceFigure(mcc, -1, table, matthewsInfluence(table, mcc), confidence),
    ],
    ['kappa', influenceFigure(kappa, -1, table, kappaInfluence(table), confidence)],
  ];
}

function toTable(cells: SparseCounts, classes: number): LabelTable {
  const counts = new Float64Array(classes * classes);
  let rows = 0;
  for (const [cell, count] of Object.entries(cells)) {
    counts[Number(cell)] = count;
    rows += count;
  }
  const confusion = { classes, counts };
  return {
    confusion,
    rows,
    margins: Array.from({ length: classes }, (_, label) => classCounts(confusion, label)),
  };
}

function ofPositives({ hits, actual, predicted }: ClassCounts, confidence: number): [MetricName, Figure][] {
  return [
    ['precision', sharesFigure(hits / predicted, [{ weight: 1, hits, n: predicted }], confidence)],
    ['recall', sharesFigure(hits / actual, [{ weight: 1, hits, n: actual }], confidence)],
    ['f1', f1Figure(hits, actual + predicted, confidence)],
  ];
}

/** F1 = 2J / (1 + J) with J the hits among rows that are, or are predicted to be, of the class: a share, as Wilson's interval needs. */
function f1Figure(hits: number, both: number, confidence: number): Figure {
  if (both === 0) return UNDEFINED;
  const { low, high, name } = shareInterval(hits, both - hits, confidence);
  const toF1 = (share: number): number => (2 * share) / (1 + share);
  return {
    value: (2 * hits) / both,
    low: toF1(low),
    high: toF1(high),
    method: `${name}, of the Jaccard index`,
  };
}

function ofAllClasses(table: LabelTable, confidence: number): [MetricName, Figure][] {
  const { confusion, margins, rows } = table;
  const present = margins.filter(({ actual, predicted }) => actual + predicted > 0);
  const precisions = (weight: (counts: ClassCounts) => number): Share[] =>
    present
      .filter(({ predicted }) => predicted > 0)
      .map((counts) => ({ weight: weight(counts), hits: counts.hits, n: counts.predicted }));
  const evenly = (): number => 1 / present.length;
  const byRows = ({ actual }: ClassCounts): number => actual / rows;
  const f1Of = (average: 'macro' | 'weighted'): Figure =>
    influenceFigure(averageF1(confusion, average), 0, table, f1Influence(table, average), confidence);
  return [
    ['f1-macro', f1Of('macro')],
    ['f1-weighted', f1Of('weighted')],
    [
      'precision-macro',
      sharesFigure(averagePrecisionOfClasses(confusion, 'macro'), precisions(evenly), confidence),
    ],
    [
      'precision-weighted',
      sharesFigure(averagePrecisionOfClasses(confusion, 'weighted'), precisions(byRows), confidence),
    ],
    [
      'recall-macro',
      sharesFigure(averageRecall(confusion, 'macro'), recalls(present, present.length), confidence),
    ],
  ];
}

/** A metric, or a part of one, that is a share of rows. */
interface Share {
  weight: number;
  hits: number;
  n: number;
}

/** Of the classes that have rows, their mean over so many classes. */
function recalls(margins: readonly ClassCounts[], over: number): Share[] {
  return margins
    .filter(({ actual }) => actual > 0)
    .map(({ hits, actual }) => ({ weight: 1 / over, hits, n: actual }));
}

function sharesFigure(value: number, shares: readonly Share[], confidence: number): Figure {
  const parts = shares.map(({ weight, hits, n }) => {
    const { name, ...interval } = shareInterval(hits, n, confidence);
    return { weight, value: hits / n, interval, name };
  });
  if (parts.length === 0 || Number.isNaN(value)) return UNDEFINED;
  const [{ name, interval }] = parts;
  if (parts.length === 1) return { value, ...interval, method: name };
  const { low, high } = combineIntervals(parts);
  return { value, low, high, method: 'Wilson by class, combined (MOVER)' };
}

function shareInterval(hits: number, n: number, confidence: number): Interval & { name: string } {
  const certain = hits === 0 || hits === n;
  return certain
    ? { ...clopperPearson(hits, n, confidence), name: 'Clopper-Pearson' }
    : { ...wilson(hits, n, confidence), name: 'Wilson' };
}

function influenceFigure(
  value: number,
  lowest: number,
  table: LabelTable,
  influence: Influence,
  confidence: number,
): Figure {
  const standardError = standardErrorOf(table, influence);
  // Every row right, or every row wrong.
  if (standardError < 1e-12) return unseenFigure(value, table.rows, { low: lowest, high: 1 }, confidence);
  const half = criticalZ(confidence) * standardError;
  return {
    value,
    low: Math.max(lowest, value - half),
    high: Math.min(1, value + half),
    method: 'infinitesimal jackknife',
  };
}
