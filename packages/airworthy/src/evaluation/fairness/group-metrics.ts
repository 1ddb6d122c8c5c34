import {
  calibrationErrorInterval,
  expectedCalibrationError,
  reliabilityByWidth,
} from '../../stats/calibration.ts';
import { type Estimate, meanWithClusteredT, meanWithT, wilson } from '../../stats/intervals.ts';
import {
  type BinaryOutcomes,
  confidenceAndOutcome,
  type MulticlassOutcomes,
  type Outcomes,
  type RegressionOutcomes,
} from '../../stats/outcomes.ts';
import type { Clusters } from '../measuring/clusters.ts';
import type { GroupMetric, GroupMetricName } from './schema.ts';

/** A share of so few rows says nothing. */
export const FEWEST_OF_A_KIND = 10;
const CALIBRATION_BINS = 10;

/** Rows of one group, or of all. */
export interface MeasuredRows {
  outcomes: Outcomes;
  /** Which rows belong together; absent where they are independent. */
  clusters?: Clusters | undefined;
  confidence: number;
}

/** The figures of a group, each with its interval: Wilson's, or Student's t over clusters. */
export function groupMetrics(rows: MeasuredRows): GroupMetric[] {
  const { outcomes } = rows;
  if (outcomes.kind === 'regression') return regressionMetrics(outcomes, rows);
  const right = share(
    rows,
    'accuracy',
    outcomes.y.length,
    (row) => outcomes.y[row] === outcomes.predicted[row],
  );
  const calibration = calibrationError(outcomes, rows);
  if (outcomes.kind === 'multiclass') return [right, calibration];
  return [...binaryShares(outcomes, rows), right, calibration];
}

function binaryShares({ y, predicted }: BinaryOutcomes, rows: MeasuredRows): GroupMetric[] {
  const n = y.length;
  const selected = (row: number) => predicted[row] === 1;
  const positive = (row: number) => y[row] === 1;
  return [
    share(rows, 'selection-rate', n, selected),
    share(rows, 'tpr', n, selected, { among: positive, called: 'positives' }),
    share(rows, 'fpr', n, selected, { among: (row) => y[row] === 0, called: 'negatives' }),
    share(rows, 'ppv', n, positive, { among: selected, called: 'rows predicted positive' }),
  ];
}

/** The share of rows, or of the rows of a kind, that something holds for. */
function share(
  { clusters, confidence }: MeasuredRows,
  name: GroupMetricName,
  rows: number,
  holds: (row: number) => boolean,
  kind?: { among: (row: number) => boolean; called: string },
): GroupMetric {
  const counted = Int32Array.from({ length: rows }, (_, row) => row).filter(
    (row) => kind?.among(row) ?? true,
  );
  const n = counted.length;
  if (kind && n < FEWEST_OF_A_KIND) {
    return {
      name,
      ...NOTHING,
      n,
      reason: `too few ${kind.called}: ${n} of the ${FEWEST_OF_A_KIND} it takes`,
    };
  }
  const held = Float64Array.from(counted, (row) => (holds(row) ? 1 : 0));
  const hits = held.reduce((sum, value) => sum + value, 0);
  if (clusters) {
    const made = meanWithClusteredT(
      held,
      Int32Array.from(counted, (row) => clusters.of[row]),
      confidence,
    );
    return clustered(name, n, made, { low: 0, high: 1 });
  }
  return { name, value: hits / n, ...wilson(hits, n, confidence), n, method: 'Wilson' };
}

const NOTHING = { value: null, low: null, high: null, method: 'none' };

function clustered(
  name: GroupMetricName,
  n: number,
  { value, low, high, standardError }: Estimate,
  range: { low: number; high: number },
): GroupMetric {
  const method = 'clustered t';
  // Without spread between clusters the formula claims certainty, which no sample gives.
  if (!(standardError > 0) || !Number.isFinite(low) || !Number.isFinite(high)) {
    return {
      name,
      value,
      low: null,
      high: null,
      n,
      method,
      reason: 'too few or too uniform clusters for an interval',
    };
  }
  return { name, value, low: Math.max(range.low, low), high: Math.min(range.high, high), n, method };
}

function calibrationError(
  outcomes: BinaryOutcomes | MulticlassOutcomes,
  { clusters, confidence }: MeasuredRows,
): GroupMetric {
  const { outcome, confidence: stated } = confidenceAndOutcome(outcomes);
  const bins = reliabilityByWidth(outcome, stated, CALIBRATION_BINS);
  const value = expectedCalibrationError(bins);
  const made = {
    name: 'ece' as const,
    value,
    n: stated.length,
    method: `${CALIBRATION_BINS} bins of equal width`,
  };
  if (clusters) return { ...made, low: null, high: null, reason: 'no interval is known over clusters' };
  return { ...made, ...calibrationErrorInterval(bins, confidence) };
}

function regressionMetrics(
  { y, scores }: RegressionOutcomes,
  { clusters, confidence }: MeasuredRows,
): GroupMetric[] {
  const errors = y.map((truth, row) => scores[row] - truth);
  const meanOf = (name: GroupMetricName, values: Float64Array, low: number): GroupMetric => {
    const n = values.length;
    const range = { low, high: Number.POSITIVE_INFINITY };
    if (clusters) return clustered(name, n, meanWithClusteredT(values, clusters.of, confidence), range);
    const made = meanWithT(values, confidence);
    if (made.standardError > 0)
      return {
        name,
        value: made.value,
        low: Math.max(low, made.low),
        high: made.high,
        n,
        method: 'Student t',
      };
    return {
      name,
      value: made.value,
      low: null,
      high: null,
      n,
      method: 'Student t',
      reason: 'all errors are the same',
    };
  };
  return [
    meanOf('mean-error', errors, Number.NEGATIVE_INFINITY),
    meanOf('mean-absolute-error', errors.map(Math.abs), 0),
  ];
}
