import { test } from 'node:test';
import { cohenAgreement, kappaError } from '../../src/stats/agreement/cohen-kappa.ts';
import { fleissAgreement } from '../../src/stats/agreement/fleiss-kappa.ts';
import { krippendorffAlpha, type RatingLevel } from '../../src/stats/agreement/krippendorff.ts';
import { clusteredSignFlip } from '../../src/stats/clustered/clustered-resampling.ts';
import { predictionPoweredMean } from '../../src/stats/corrected/prediction-powered.ts';
import { hypergeometricAtLeast } from '../../src/stats/distributions/hypergeometric.ts';
import { twoOneSidedTests } from '../../src/stats/equivalence.ts';
import { meanWithT } from '../../src/stats/intervals.ts';
import { pairedScoreInterval } from '../../src/stats/paired-score-interval.ts';
import { bradleyTerry } from '../../src/stats/pairwise/bradley-terry.ts';
import { passAtK, passHatK } from '../../src/stats/pass-at-k.ts';
import { meanSampleSize } from '../../src/stats/planning/sample-size.ts';
import { verdictPower } from '../../src/stats/planning/verdict-power.ts';
import { createRandom } from '../../src/stats/random.ts';
import { sequenceHalfWidth } from '../../src/stats/sequential/confidence-sequence.ts';
import { discordantEvidence } from '../../src/stats/sequential/discordant-evidence.ts';
import { lift } from '../../src/stats/sequential/lift.ts';
import { mixtureRatio } from '../../src/stats/sequential/mixture-sprt.ts';
import { mcnemar, mcnemarChiSquare } from '../../src/stats/tests.ts';
import { near } from './check-stats-oracle.ts';

type Numbers = readonly number[];

/** What make-verdict-oracle.py writes. */
export interface VerdictOracle {
  mcnemar: { b: number; c: number; exact: number; statistic: number; p: number; corrected: Numbers | null }[];
  equivalence: { differences: Numbers; margin: number; p: number; pAbove: number; pBelow: number }[];
  alphas: { units: (number | null)[][]; alpha: Record<RatingLevel, number> }[];
  kappas: ({ classes: number; counts: Numbers } & Record<'none' | 'linear' | 'quadratic', Numbers>)[];
  fleiss: { categories: number; counts: Numbers; kappa: number };
  hypergeometric: Numbers[];
  strengths: { wins: number[][]; strengths: Numbers }[];
  attempts: Numbers[];
  sequences: {
    n: number;
    sd: number;
    plannedN: number;
    alpha: number;
    side: 'both' | 'lower';
    half: number;
  }[];
  mixtures: Numbers[];
  evidence: Numbers[];
  lifts: { a: Numbers; b: Numbers; p: number; interval: Numbers }[];
  score_intervals: Numbers[];
  flips: { differences: Numbers; clusters: Numbers; p: number };
  powers: Numbers[];
  sizes: Numbers[];
  judged: { truth: Numbers; judge: Numbers; rest: Numbers; lambda: number; value: number; error: number };
}

const TOLERANCE = 1e-9;
/** Of what the oracle itself integrates or of which it sums up 400 slices. */
const POWER_TOLERANCE = 1e-4;

const check = (actual: number | null, expected: number, what: string) =>
  near(actual ?? Number.NaN, expected, TOLERANCE, what);

/** Tests that what verdicts rest on agrees with an oracle: to 1e-9 relative, powers to 1e-4. */
export function checkVerdictOracle(oracle: VerdictOracle): void {
  test('McNemar, two one-sided tests, the clustered sign-flip test, the hypergeometric tail', () =>
    checkTests(oracle));
  test('agreement: Krippendorff, Cohen, Fleiss', () => checkAgreement(oracle));
  test('sequential: confidence sequences, mixtures, evidence, lifts', () => checkSequential(oracle));
  test('planning: sample sizes, the power of a gate', () => checkPlanning(oracle));
  test('Bradley-Terry, pass@k, the score interval of pairs, prediction-powered inference', () =>
    checkRates(oracle));
}

function checkTests({ mcnemar: tables, equivalence, flips, hypergeometric }: VerdictOracle): void {
  for (const { b, c, exact, statistic, p, corrected } of tables) {
    check(mcnemar(b, c).exact, exact, `exact McNemar of ${b}, ${c}`);
    const plain = mcnemarChiSquare(b, c);
    check(plain.statistic, statistic, `McNemar of ${b}, ${c}`);
    check(plain.p, p, `its p`);
    if (corrected === null) continue;
    const made = mcnemarChiSquare(b, c, { corrected: true });
    check(made.statistic, corrected[0], `corrected McNemar of ${b}, ${c}`);
    check(made.p, corrected[1], 'its p');
  }
  for (const { differences, margin, p, pAbove, pBelow } of equivalence) {
    const { value, standardError } = meanWithT(Float64Array.from(differences));
    const made = twoOneSidedTests({ value, standardError, df: differences.length - 1 }, margin);
    for (const [actual, expected] of [
      [made.p, p],
      [made.pAbove, pAbove],
      [made.pBelow, pBelow],
    ]) {
      check(actual, expected, 'equivalence');
    }
  }
  const flipped = clusteredSignFlip(Float64Array.from(flips.differences), Int32Array.from(flips.clusters), {
    random: createRandom(1),
  });
  check(flipped.p, flips.p, 'clustered sign-flip');
  for (const [hits, all, marked, drawn, p] of hypergeometric) {
    check(
      hypergeometricAtLeast(hits, { all, marked, drawn }),
      p,
      `hypergeometric ${hits}: ${all} ${marked} ${drawn}`,
    );
  }
}

function checkAgreement({ alphas, kappas, fleiss }: VerdictOracle): void {
  const options = { random: createRandom(1), replicates: 20 };
  for (const { units, alpha } of alphas) {
    const ratings = units.map((unit) => unit.map((rating) => rating ?? Number.NaN));
    for (const [level, expected] of Object.entries(alpha) as [RatingLevel, number][]) {
      check(krippendorffAlpha(ratings, { level, ...options }).value, expected, `alpha, ${level}`);
    }
  }
  for (const { classes, counts, ...expected } of kappas) {
    const table = { classes, counts: Float64Array.from(counts) };
    for (const weights of ['none', 'linear', 'quadratic'] as const) {
      check(cohenAgreement(table, { weights }).value, expected[weights][0], `kappa, ${weights}`);
      check(kappaError(table, weights), expected[weights][1], `its error, ${weights}`);
    }
  }
  const { categories, counts, kappa } = fleiss;
  check(fleissAgreement({ categories, counts: Float64Array.from(counts) }, options).value, kappa, 'Fleiss');
}

function checkSequential({ sequences, mixtures, evidence, lifts }: VerdictOracle): void {
  for (const { n, sd, half, ...options } of sequences) {
    check(
      sequenceHalfWidth({ n, standardError: sd / Math.sqrt(n) }, options),
      half,
      `sequence of ${n}, ${options.side}`,
    );
  }
  for (const [n, mean, variance, tau, ratio] of mixtures) {
    check(mixtureRatio({ n, mean, variance }, tau), ratio, `mixture of ${n}`);
  }
  for (const [gained, lost, both, gains] of evidence) {
    check(discordantEvidence(gained, lost), both, `evidence of ${gained}, ${lost}`);
    check(discordantEvidence(gained, lost, 'gains'), gains, `evidence of gains in ${gained}, ${lost}`);
  }
  for (const { a, b, p, interval } of lifts) {
    const made = lift(totals(a), totals(b), { scale: 'absolute' });
    check(made.p, p, 'p of a lift');
    check(made.low, interval[0], 'low end of a lift');
    check(made.high, interval[1], 'high end of a lift');
  }
}

function totals(values: Numbers) {
  const sum = values.reduce((all, value) => all + value, 0);
  return { n: values.length, sum, squares: values.reduce((all, value) => all + value * value, 0) };
}

function checkPlanning({ powers, sizes }: VerdictOracle): void {
  for (const [truth, standardError, df, bound, pass, fail] of powers) {
    const made = verdictPower(
      { truth, standardError, df, confidence: 0.95 },
      { low: bound, high: Number.POSITIVE_INFINITY },
    );
    near(1 + made.pass, 1 + pass, POWER_TOLERANCE, `power with ${df} degrees of freedom`);
    near(1 + made.fail, 1 + fail, POWER_TOLERANCE, `failures with ${df} degrees of freedom`);
  }
  for (const [difference, variance, alpha, sides, n] of sizes) {
    check(meanSampleSize(difference, variance, { alpha, sides: sides === 1 ? 1 : 2 }), n, 'sample size');
  }
}

function checkRates({ strengths, attempts, score_intervals, judged }: VerdictOracle): void {
  for (const { wins, strengths: expected } of strengths) {
    for (const [place, strength] of (bradleyTerry(wins)?.strengths ?? []).entries()) {
      check(strength, expected[place], `strength ${place} of ${wins.length}`);
    }
  }
  for (const [passed, trials, k, at, hat] of attempts) {
    near(1 + passAtK(passed, trials, k), 1 + at, TOLERANCE, `pass@${k} of ${passed} in ${trials}`);
    check(passHatK(passed, trials, k), hat, `pass^${k} of ${passed} in ${trials}`);
  }
  for (const [gained, lost, n, low, high] of score_intervals) {
    const made = pairedScoreInterval(gained, lost, n);
    check(made.low, low, `low end of ${gained}, ${lost} in ${n}`);
    check(made.high, high, `high end of ${gained}, ${lost} in ${n}`);
  }
  const [judgedRest, labelledJudge, labelledTruth] = [judged.rest, judged.judge, judged.truth].map((values) =>
    Float64Array.from(values),
  );
  const made = predictionPoweredMean({ judged: judgedRest, labelledJudge, labelledTruth });
  check(made.lambda, judged.lambda, 'lambda');
  check(made.value, judged.value, 'prediction-powered mean');
  check(made.standardError, judged.error, 'its error');
}
