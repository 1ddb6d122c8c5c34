import type { EvaluationReport } from '../../evaluation/index.ts';
import type { Model } from '../../models/model.ts';
import { type Column, type Field, outputWidth, type Table } from '../../models/table.ts';
import { DEFAULT_THRESHOLD } from '../../models/to-prediction.ts';
import { labelsAt, mostProbable } from '../../stats/classification-metrics.ts';
import type { BudgetColumn, FalseAlarmBudget } from '../../stats/drift/false-alarms.ts';
import { criticalZ } from '../../stats/intervals.ts';
import type { ErrorCalibration } from '../../stats/label-free/error-sums.ts';
import type { IsotonicMap } from '../../stats/label-free/isotonic.ts';
import { type BinnedCounts, binLayout, countInBins } from '../../stats/sketches/binned-counts.ts';
import {
  type CategoryCounts,
  categoryLayout,
  countCategories,
} from '../../stats/sketches/category-counts.ts';
import { type Moments, momentsOf } from '../../stats/sketches/moments.ts';
import {
  addScore,
  createScoreBins,
  planScorePools,
  poolScoreBins,
  type ScoreBins,
} from '../../stats/sketches/score-bins.ts';
import {
  budgetOf,
  countByDay,
  DEFAULT_DRIFT_POLICY,
  type DriftPolicy,
  describeWindows,
  type ReferenceWindows,
  rowsByDay,
} from './reference-windows.ts';

/**
 * What production is later compared with, without the rows themselves: sketches on edges and categories that are
 * carried along, so that counts of any period can be made on the same ones and compared or added.
 */
export interface ReferenceProfile {
  format: 'airworthy-reference-profile/2';
  rows: number;
  /** The schema with units and ranges. */
  fields: Field[];
  columns: ReferenceColumn[];
  output: ReferenceOutput;
  metrics: ReferenceMetric[];
  /** How its days differ; null where the rows have no time, or too few days. */
  windows: ReferenceWindows | null;
  /** What the drift policy would tell of traffic like these rows; null in profiles packed before it was replayed. */
  budget: FalseAlarmBudget | null;
  /** From score to probability; null where the scores are as good, for regressions, and where the rows had no labels. */
  calibration: IsotonicMap | null;
  /** Regressions: what predicts the size of an error; null where nothing does, or the rows had no labels. */
  errorModel: ErrorModel | null;
}

/** What estimates of performance without labels rest on. */
export type LabelFree = Pick<ReferenceProfile, 'calibration' | 'errorModel'>;

export interface ErrorModel {
  /** The bundle's file that holds it: a model of ours that takes the same record and gives the absolute error. */
  file: string;
  /** How errors lie to what it says of them. */
  calibration: ErrorCalibration;
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
  | ({ of: 'positive-class' | 'predicted-class' } & ScoreBins)
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
  drift: DriftPolicy = DEFAULT_DRIFT_POLICY,
  labelFree: LabelFree = { calibration: null, errorModel: null },
): ReferenceProfile {
  const columns = model.fields.map(({ name }) => sketchColumn(name, table.columns[name]));
  const output = sketchOutput(model, scores);
  const days = rowsByDay(model.fields, table);
  const counted = columns.map((column) => countByDay(column, table.columns[column.name], days));
  return {
    format: 'airworthy-reference-profile/2',
    rows: table.rows,
    fields: model.fields,
    columns,
    output,
    windows: describeWindows(counted, countScoresByDay(model, scores, output, days)),
    budget: budgetOf(counted, drift),
    ...labelFree,
    metrics: report.metrics.map(({ name, value, low, high, n }) => {
      const known = low !== null && high !== null;
      const standardError = known ? (high - low) / (2 * criticalZ(report.confidence)) : null;
      return { name, value, standardError, low, high, n };
    }),
  };
}

function countScoresByDay(
  model: Model,
  scores: Float64Array,
  output: ReferenceOutput,
  days: readonly number[][],
): BudgetColumn {
  if (output.of === 'value') {
    return countByDay({ name: 'score', kind: 'number', ...output }, { kind: 'number', values: scores }, days);
  }
  const pools = planScorePools(output);
  const width = outputWidth(model.task);
  const ofDays = days.map((rows) => {
    const ofDay = Float64Array.from(
      { length: rows.length * width },
      (_, index) => scores[rows[Math.floor(index / width)] * width + (index % width)],
    );
    return sketchOutput(model, ofDay);
  });
  const windows = ofDays.map((ofDay) => (ofDay.of === 'value' ? [] : poolScoreBins(ofDay, pools)));
  return { column: 'score', reference: poolScoreBins(output, pools), windows };
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
  const [binary, width] = [task.kind === 'binary', outputWidth(task)];
  const predicted = binary ? labelsAt(scores, threshold) : mostProbable(scores, width);
  const bins = createScoreBins(task.classes);
  for (const [row, label] of predicted.entries()) {
    addScore(bins, label, scores[binary ? row : row * width + label]);
  }
  return { of: binary ? 'positive-class' : 'predicted-class', ...bins };
}
