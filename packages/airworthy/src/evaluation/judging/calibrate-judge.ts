import { cohenAgreement } from '../../stats/agreement/cohen-kappa.ts';
import { wilson } from '../../stats/intervals.ts';
import type { JudgeCalibration } from './calibration-schema.ts';

/** One answer that a person and the judge both judged. */
export interface JudgedAnswer {
  /** The person's verdict. */
  passed: boolean;
  /** The judge's score; null where it gave none. */
  score: number | null;
  /** With which probability an answer such as this one was chosen for people. */
  probability?: number;
}

export interface CalibrationInput
  extends Pick<JudgeCalibration, 'judge' | 'metric' | 'distribution' | 'source'> {
  part?: string;
  answers: readonly JudgedAnswer[];
  threshold?: number;
  confidence?: number;
}

/**
 * How far a judge says what people say. Rates have Wilson intervals, kappa the large-sample one; answers that were drawn with
 * unequal probabilities count by their inverse, and the intervals by the effective number (Kish 1965).
 *
 * @example
 * calibrateJudge({ judge, metric: 'polite', answers: [{ passed: true, score: 1 }], distribution: { suite: 'support', tasks: ['prompt'] }, source: {} });
 */
export function calibrateJudge({
  answers,
  threshold = 0.5,
  confidence = 0.95,
  part = '',
  ...about
}: CalibrationInput): JudgeCalibration {
  const judged = answers.filter((answer) => answer.score !== null);
  const cells = tally(judged, threshold);
  const weights = judged.map(({ probability = 1 }) => 1 / probability);
  const even = weights.every((weight) => weight === weights[0]);
  const rate = (hits: Cell, misses: Cell) => weightedRate(hits, misses, confidence);
  const { passPass, passFail, failPass, failFail } = cells;
  const whole = merge(merge(passPass, passFail), merge(failPass, failFail));
  // Kappa's interval goes by counts: weighted shares of the effective number.
  const scale = whole.weight === 0 ? 0 : effectiveN(whole) / whole.weight;
  const table = [failFail, failPass, passFail, passPass].map((cell) => cell.weight * scale);
  const { value, low, high, reason } = cohenAgreement(
    { classes: 2, counts: Float64Array.from(table) },
    { confidence },
  );
  return {
    schema: 'airworthy.judge-calibration/1',
    ...{ ...about, part },
    ...{ n: judged.length, threshold, confidence, effectiveN: effectiveN(whole) },
    counts: {
      ...{ passPass: passPass.n, passFail: passFail.n },
      ...{ failPass: failPass.n, failFail: failFail.n },
    },
    tpr: rate(passPass, passFail),
    tnr: rate(failFail, failPass),
    kappa: { value, low, high, ...(reason === undefined ? {} : { reason }) },
    prevalence: rate(merge(passPass, passFail), merge(failPass, failFail)),
    method: `Wilson; kappa by Fleiss-Cohen-Everitt${even ? '' : '; inverse-probability weights, effective n'}`,
    unjudged: answers.length - judged.length,
  };
}

interface Cell {
  n: number;
  weight: number;
  /** Sum of squared weights. */
  squares: number;
}

function tally(judged: readonly JudgedAnswer[], threshold: number) {
  const cell = (): Cell => ({ n: 0, weight: 0, squares: 0 });
  const cells = { passPass: cell(), passFail: cell(), failPass: cell(), failFail: cell() };
  for (const { passed, score, probability = 1 } of judged) {
    const agreed = (score ?? 0) >= threshold ? 'Pass' : 'Fail';
    const found = cells[`${passed ? 'pass' : 'fail'}${agreed}`];
    found.n++;
    found.weight += 1 / probability;
    found.squares += 1 / probability ** 2;
  }
  return cells;
}

function merge(a: Cell, b: Cell): Cell {
  return { n: a.n + b.n, weight: a.weight + b.weight, squares: a.squares + b.squares };
}

function effectiveN({ weight, squares }: Cell): number {
  return squares === 0 ? 0 : weight ** 2 / squares;
}

function weightedRate(hits: Cell, misses: Cell, confidence: number) {
  const both = merge(hits, misses);
  if (both.n === 0) return null;
  const value = hits.weight / both.weight;
  const n = effectiveN(both);
  return { value, ...wilson(value * n, n, confidence) };
}
