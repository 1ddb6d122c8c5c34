import type { EvaluationReport } from '../../evaluation/index.ts';
import type { Model } from '../../models/model.ts';
import type { Column, Field, Table } from '../../models/table.ts';
import { DEFAULT_THRESHOLD } from '../../models/to-prediction.ts';
import { labelsAt, mostProbable } from '../../stats/classification-metrics.ts';
import { criticalZ } from '../../stats/intervals.ts';
import { type BinnedCounts, binLayout, countInBins } from '../../stats/sketches/binned-counts.ts';
import {
  type CategoryCounts,
  categoryLayout,
  countCategories,
} from '../../stats/sketches/category-counts.ts';
import { type Moments, momentsOf } from '../../stats/sketches/moments.ts';
import { countScores, type ScoreHistogram } from '../../stats/sketches/score-histogram.ts';

/**
 * What production is later compared with, without the rows themselves: sketches on edges and categories that are
 * carried along, so that counts of any period can be made on the same ones and compared or added.
 */
export interface ReferenceProfile {
  format: 'airworthy-reference-profile/1';
  rows: number;
  /** The schema with units and ranges. */
  fields: Field[];
  columns: ReferenceColumn[];
  output: ReferenceOutput;
  metrics: ReferenceMetric[];
}

export type ReferenceColumn =
  | ({ name: string; kind: 'number' | 'timestamp' } & NumberSketch)
  | ({ name: string; kind: 'category' } & CategoryCounts);

/** Numbers, integers, booleans (0, 1) and timestamps (milliseconds since the epoch, UTC). */
export interface NumberSketch {
  /** Of the finite values. */
  moments: Moments;
  /** In about ten bins, for tests of drift. */
  deciles: BinnedCounts;
  /** In up to 64, for distances between distributions. */
  fine: BinnedCounts;
}

/** Scores by predicted label: of the positive class's probability (binary), or of the predicted class's. */
export type ReferenceOutput =
  | ({ of: 'positive-class' | 'predicted-class'; labels: string[] } & ScoreHistogram)
  | ({ of: 'value' } & NumberSketch);

/** A metric on these rows; null where it, or its uncertainty, is not defined. */
export interface ReferenceMetric {
  name: string;
  value: number | null;
  /** What the interval implies: half its width over that of a standard normal's (1.96 at 95 %). */
  standardError: number | null;
  low: number | null;
  high: number | null;
  n: number;
}

const FINE_BINS = 64;

/** The profile of the test rows, their scores (rows x outputs) and what was measured on them. */
export function buildReferenceProfile(
  model: Model,
  table: Table,
  scores: Float64Array,
  report: Pick<EvaluationReport, 'metrics' | 'confidence'>,
): ReferenceProfile {
  return {
    format: 'airworthy-reference-profile/1',
    rows: table.rows,
    fields: model.fields,
    columns: model.fields.map(({ name }) => sketchColumn(name, table.columns[name])),
    output: sketchOutput(model, scores),
    metrics: report.metrics.map(({ name, value, low, high, n }) => {
      const known = low !== null && high !== null;
      const standardError = known ? (high - low) / (2 * criticalZ(report.confidence)) : null;
      return { name, value, standardError, low, high, n };
    }),
  };
}

export function sketchColumn(name: string, column: Column): ReferenceColumn {
  return column.kind === 'category'
    ? { name, kind: 'category', ...countCategories(categoryLayout(column), column) }
    : { name, kind: column.kind, ...sketchNumbers(column.values) };
}

function sketchNumbers(values: Float64Array): NumberSketch {
  return {
    moments: momentsOf(values),
    deciles: countInBins(binLayout(values, 10), values),
    fine: countInBins(binLayout(values, FINE_BINS), values),
  };
}

export function sketchOutput(
  { task, threshold = DEFAULT_THRESHOLD }: Pick<Model, 'task' | 'threshold'>,
  scores: Float64Array,
): ReferenceOutput {
  if (task.kind === 'regression') return { of: 'value', ...sketchNumbers(scores) };
  const labels = [...task.classes];
  if (task.kind === 'binary') {
    return { of: 'positive-class', labels, ...countScores(labelsAt(scores, threshold), scores, 2) };
  }
  const predicted = mostProbable(scores, labels.length);
  const probability = Float64Array.from(predicted, (label, row) => scores[row * labels.length + label]);
  return { of: 'predicted-class', labels, ...countScores(predicted, probability, labels.length) };
}
