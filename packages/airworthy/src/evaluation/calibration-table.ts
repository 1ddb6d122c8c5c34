import { type ReliabilityBin, reliabilityByMass, reliabilityByWidth } from '../stats/calibration.ts';
import { studentTSurvivalQuantile } from '../stats/distributions/student-t.ts';
import { wilson } from '../stats/intervals.ts';
import { confidenceAndOutcome, type Outcomes } from '../stats/outcomes.ts';
import type { CalibrationBin, EvaluationReport } from './schema.ts';

/** What was predicted beside what happened, in bins of equal width (of probabilities only) and of equal numbers of rows. */
export function calibrationOf(outcomes: Outcomes, level: number): EvaluationReport['calibration'] {
  if (outcomes.kind === 'regression') {
    const bins = reliabilityByMass(outcomes.y, outcomes.scores);
    return { of: 'value', equalWidth: [], equalMass: bins.map((bin) => ofValues(bin, level)) };
  }
  const { outcome, confidence } = confidenceAndOutcome(outcomes);
  return {
    of: outcomes.kind === 'binary' ? 'positive-class' : 'predicted-class',
    equalWidth: reliabilityByWidth(outcome, confidence).map((bin) => ofShares(bin, level)),
    equalMass: reliabilityByMass(outcome, confidence).map((bin) => ofShares(bin, level)),
  };
}

function ofShares({ gapVariance: _, ...bin }: ReliabilityBin, level: number): CalibrationBin {
  return { ...bin, ...wilson(Math.round(bin.observed * bin.n), bin.n, level) };
}

/** The interval of the mean gap, laid around the observed mean. */
function ofValues({ gapVariance, ...bin }: ReliabilityBin, level: number): CalibrationBin {
  if (!(gapVariance > 0)) return { ...bin, low: null, high: null };
  const half = studentTSurvivalQuantile((1 - level) / 2, bin.n - 1) * Math.sqrt(gapVariance / bin.n);
  return { ...bin, low: bin.observed - half, high: bin.observed + half };
}
