import { type PredictionPowered, predictionPoweredMean } from '../../stats/corrected/prediction-powered.ts';
import { roganGladen } from '../../stats/corrected/rogan-gladen.ts';
import type { Estimate } from '../../stats/intervals.ts';
import type { JudgeCalibration } from './calibration-schema.ts';

/**
 * The pass rate that people would have given, from the judge's on many answers and its calibration record (Rogan and Gladen).
 * Null where the record lacks a rate, or the judge is no better than chance.
 *
 * @param passed answers that the judge passed, of `n`
 */
export function correctedRate(
  { passed, n }: { passed: number; n: number },
  { counts }: Pick<JudgeCalibration, 'counts'>,
  confidence = 0.95,
): Estimate | null {
  const { passPass, passFail, failPass, failFail } = counts;
  if (n === 0 || passPass + passFail === 0 || failPass + failFail === 0) return null;
  return roganGladen(
    {
      judged: { hits: passed, n },
      sensitivity: { hits: passPass, n: passPass + passFail },
      specificity: { hits: failFail, n: failPass + failFail },
    },
    confidence,
  );
}

/** An answer that people judged too. */
export interface LabelledScore {
  score: number;
  truth: number;
}

/**
 * The mean that people would have given, from the judge's scores of answers that nobody labelled and both scores of a random
 * part (PPI++): unbiased whatever the judge, and never worse than the labels alone. Null below two of either.
 */
export function correctedMean(
  judged: readonly number[],
  labelled: readonly LabelledScore[],
  confidence = 0.95,
): PredictionPowered | null {
  if (judged.length < 2 || labelled.length < 2) return null;
  return predictionPoweredMean(
    {
      judged: Float64Array.from(judged),
      labelledJudge: Float64Array.from(labelled, ({ score }) => score),
      labelledTruth: Float64Array.from(labelled, ({ truth }) => truth),
    },
    { confidence },
  );
}
