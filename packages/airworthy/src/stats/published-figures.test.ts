import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cohenAgreement } from './agreement/cohen-kappa.ts';
import { fleissAgreement } from './agreement/fleiss-kappa.ts';
import { krippendorffAlpha, type RatingLevel } from './agreement/krippendorff.ts';
import {
  clusteredSignFlip,
  clusteredSignFlipInterval,
  studentisedClusterMean,
} from './clustered/clustered-resampling.ts';
import { fromMoments, predictionPoweredMean } from './corrected/prediction-powered.ts';
import { roganGladen } from './corrected/rogan-gladen.ts';
import { twoOneSidedTests } from './equivalence.ts';
import { bonettPrice, meanWithClusteredT } from './intervals.ts';
import { bradleyTerry } from './pairwise/bradley-terry.ts';
import { consistentWinner, positionBias } from './pairwise/position-bias.ts';
import { rankCompetitors } from './pairwise/rank-competitors.ts';
import { passAtK, passHatK, passRate } from './pass-at-k.ts';
import {
  designEffect,
  detectableDifference,
  meanSampleSize,
  neededN,
  noWorseSampleSize,
  unpairedSampleSize,
  varianceOfDifference,
} from './planning/sample-size.ts';
import { pairedVerdictPower, smallestN, verdictPower } from './planning/verdict-power.ts';
import { createRandom } from './random.ts';
import {
  confidenceSequence,
  sequenceHalfWidth,
  sequenceP,
  sequenceRho,
} from './sequential/confidence-sequence.ts';
import { discordantEvidence } from './sequential/discordant-evidence.ts';
import { lift, sequentialLift } from './sequential/lift.ts';
import { mixtureP, mixtureRatio } from './sequential/mixture-sprt.ts';
import { waldBounds, waldDecision } from './sequential/wald-sprt.ts';
import { mcnemarChiSquare, signFlip } from './tests.ts';

type Figure = [what: string, actual: number, published: string];

/** To the digits that were published. */
function assertFigures(figures: readonly Figure[]): void {
  for (const [what, actual, published] of figures) {
    const digits = published.split('.')[1]?.length ?? 0;
    assert.equal(actual.toFixed(digits), published, what);
  }
}

test('McNemar by chi-square, with and without the continuity correction', () => {
  const plain = mcnemarChiSquare(9, 2);
  const corrected = mcnemarChiSquare(2, 9, { corrected: true });
  assertFigures([
    ['chi2', plain.statistic, '4.454545'],
    ['p', plain.p, '0.034808'],
    ['cc', corrected.statistic, '3.272727'],
    ['p of cc', corrected.p, '0.070440'],
    ['86, 150', mcnemarChiSquare(86, 150).statistic, '17.355932'],
    ['86, 150 cc', mcnemarChiSquare(86, 150, { corrected: true }).statistic, '16.817797'],
  ]);
  assert.equal(mcnemarChiSquare(5, 5, { corrected: true }).p, 1);
});

test('sequential: rho, confidence sequences, mixture SPRT, evidence, Wald', () => {
  const error = (n: number) => ({ standardError: Math.sqrt(0.2 / n), n });
  const look = (n: number) => ({ n, mean: 0.05, variance: 0.2 });
  const looks = [50, 200, 500, 1000].map(look);
  const p = mixtureP(looks, 0.05);
  assertFigures([
    ['rho 5000', sequenceRho(0.05, 5000), '0.0398400668'],
    ['rho 200', sequenceRho(0.05, 200), '0.1992003339'],
    ...(
      [
        [50, '0.20645'],
        [100, '0.13790'],
        [200, '0.09598'],
        [500, '0.06159'],
        [2000, '0.03242'],
      ] as const
    ).map(([n, half]): Figure => [`half-width ${n}`, sequenceHalfWidth(error(n), { plannedN: 200 }), half]),
    ['L 50', mixtureRatio(looks[0], 0.05), '0.884651'],
    ['L 200', mixtureRatio(looks[1], 0.05), '1.305356'],
    ['L 500', mixtureRatio(looks[2], 0.05), '5.492946'],
    ['L 1000', mixtureRatio(looks[3], 0.05), '88.738354'],
    ['p 50', p[0], '1'],
    ['p 200', p[1], '0.766075'],
    ['p 500', p[2], '0.182052'],
    ['p 1000', p[3], '0.011269'],
    ['e 9, 2', discordantEvidence(9, 2), '3.10303'],
    ['e 12, 1', discordantEvidence(12, 1), '45.01099'],
    ['e 0, 8', discordantEvidence(0, 8), '28.44444'],
    ['e 25, 15', discordantEvidence(25, 15), '0.666678'],
    ['upper', waldBounds({ alpha: 0.05, beta: 0.2 }).upper, '2.7725887'],
    ['lower', waldBounds({ alpha: 0.05, beta: 0.2 }).lower, '-1.5581446'],
  ]);
  // A p-value never rises again, and equals alpha exactly where the sequence touches the value.
  assert.deepEqual(mixtureP([looks[3], looks[0]], 0.05)[1], p[3]);
  const { low } = confidenceSequence({ value: 0.1, ...error(300) }, { plannedN: 200, alpha: 0.05 });
  assertFigures([
    ['p at the end', sequenceP({ value: 0.1, ...error(300) }, { plannedN: 200 }, low), '0.0500000000'],
  ]);
  const evidence = discordantEvidence(12, 1, 'gains');
  assert.ok(evidence > 89.9 && evidence < 90 && discordantEvidence(1, 12, 'gains') < 0.1, `${evidence}`);
  const test_ = { p0: 0.5, p1: 0.8, alpha: 0.05, beta: 0.2 };
  assert.deepEqual(
    [waldDecision(6, 6, test_), waldDecision(1, 4, test_), waldDecision(3, 4, test_)],
    ['p1', 'p0', 'more'],
  );
});

test('lifts of an A/B test: the vectors GrowthBook publishes', () => {
  const a = { n: 3000, sum: 1396.87, squares: 52377.9767 };
  const b = { n: 3461, sum: 2422.7, squares: 134698.29 };
  const relative = sequentialLift(a, b, { plannedN: 1000 });
  const oneSided = { plannedN: 5000, side: 'lower' } as const;
  const absolute = sequentialLift(a, b, { ...oneSided, scale: 'absolute' });
  const fixed = lift({ ...a, n: 3407 }, b);
  // Its variance of a share is p (1 - p), without n / (n - 1).
  const share = (hits: number, n: number) => {
    const p = hits / n;
    return { n, sum: hits, squares: n * p * p + (n - 1) * p * (1 - p) };
  };
  const proportions = sequentialLift(share(1396, 3000), share(2422, 3461), { plannedN: 5000 });
  assertFigures([
    ['lift', relative.value, '0.50336'],
    ['error', relative.standardError, '0.33341'],
    ['low', relative.low, '-0.55844'],
    ['high', relative.high, '1.56516'],
    ['p', relative.p, '1'],
    ['one-sided', sequentialLift(a, b, oneSided).low, '-0.42356455'],
    ['absolute', absolute.value, '0.2343766667'],
    ['absolute error', absolute.standardError, '0.1298308125'],
    ['absolute one-sided', absolute.low, '-0.1265684417'],
    ['fixed', fixed.value, '0.70732'],
    ['fixed low', fixed.low, '-0.03526'],
    ['fixed high', fixed.high, '1.44989'],
    ['fixed p', fixed.p, '0.06191'],
    ['proportions', proportions.value, '0.50386'],
    ['proportions low', proportions.low, '0.40098'],
    ['proportions high', proportions.high, '0.60675'],
  ]);
});

test('sample sizes and detectable differences', () => {
  const miller = (trials: number, within = 1 / 6) =>
    varianceOfDifference({ between: 1 / 9, within: [within, within], trials: [trials, trials] });
  assertFigures([
    ['no variance within', meanSampleSize(0.03, miller(1, 0)), '968.9975'],
    ['one trial', Math.ceil(meanSampleSize(0.03, miller(1))), '3876'],
    ['ten trials', Math.ceil(meanSampleSize(0.03, miller(10))), '1260'],
    ['GPQA', detectableDifference(198, miller(1)), '0.13273'],
    ['GPQA, ten trials', detectableDifference(198, miller(10)), '0.07567'],
    ['no worse .02', noWorseSampleSize(0.1, 0.02), '1546'],
    ['no worse .03', noWorseSampleSize(0.1, 0.03), '687'],
    ['no worse .05', noWorseSampleSize(0.1, 0.05), '248'],
    ['no worse .05 of few', noWorseSampleSize(0.05, 0.05), '124'],
    ['no worse .02 of few', noWorseSampleSize(0.05, 0.02), '773'],
    ['unpaired', unpairedSampleSize(0.85, 0.8), '903'],
    ['clusters of five', designEffect(5, 0.5), '3'],
    ['needed', neededN({ n: 200, halfWidth: 0.04, distance: 0.02 }), '800'],
  ]);
});

test('the power of a gate equals what was simulated for it', () => {
  const accepted = { low: -0.03, high: Number.POSITIVE_INFINITY };
  const gate = (n: number, truth: number) =>
    pairedVerdictPower(
      { n, gains: 0.05 + truth / 2, losses: 0.05 - truth / 2 },
      (gained, lost, cases) => bonettPrice(gained, lost, cases, 0.9),
      accepted,
    );
  const simulated: [number, number, 'pass' | 'fail', number][] = [
    [100, 0, 'pass', 0.21],
    [200, 0, 'pass', 0.37],
    [400, 0, 'pass', 0.59],
    [1500, 0, 'pass', 0.98],
    [100, -0.06, 'fail', 0.17],
    [400, -0.06, 'fail', 0.6],
    [1500, -0.06, 'fail', 0.985],
  ];
  for (const [n, truth, answer, rate] of simulated) {
    const power = gate(n, truth)[answer];
    assert.ok(Math.abs(power - rate) < 0.011, `${n} ${truth} ${answer}: ${power}`);
  }
  const known = { standardError: 0.012, df: Number.POSITIVE_INFINITY, confidence: 0.9 };
  assertFigures([
    ['at the margin: alpha', verdictPower({ ...known, truth: -0.03 }, accepted).pass, '0.05'],
    // At the margin Student's t passes as often as it says, whatever the degrees of freedom.
    ['few clusters', verdictPower({ ...known, df: 9, truth: -0.03 }, accepted).pass, '0.050'],
    ['equivalent', verdictPower({ ...known, truth: 0 }, { low: -0.03, high: 0.03 }).pass, '0.6075'],
  ]);
  const enough = (n: number) =>
    verdictPower({ truth: 0, standardError: Math.sqrt(0.1 / n), df: n - 1, confidence: 0.9 }, accepted)
      .pass >= 0.8;
  const n = smallestN(enough, { from: 2, most: 1e6 });
  assert.ok(n !== null && Math.abs(n - 687) <= 3, `${n}`);
  assert.equal(
    smallestN(() => false, { from: 2, most: 1e6 }),
    null,
  );
});

const random = () => createRandom(1);
const table = (counts: readonly number[]) => ({
  classes: Math.sqrt(counts.length),
  counts: Float64Array.from(counts),
});
const fleissTextbook = [
  [0, 0, 0, 0, 14],
  [0, 2, 6, 4, 2],
  [0, 0, 3, 5, 6],
  [0, 3, 9, 2, 0],
  [2, 2, 8, 1, 1],
  [7, 7, 0, 0, 0],
  [3, 2, 6, 3, 0],
  [2, 5, 3, 2, 2],
  [6, 5, 2, 1, 0],
  [0, 2, 2, 3, 7],
];
const _ = Number.NaN;
/** Four raters of twelve units, as published by Krippendorff; each row is a rater. */
const RATERS = [
  [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
  [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
  [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
  [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
];

test('agreement: Cohen, Fleiss, Krippendorff', () => {
  const units = RATERS[0].map((_rating, unit) => RATERS.map((rater) => rater[unit]));
  const alpha = (level: RatingLevel) => krippendorffAlpha(units, { level, random: random() }).value ?? _;
  const counts = Float64Array.from(fleissTextbook.flat());
  assertFigures([
    ['20 5 10 15', cohenAgreement(table([20, 5, 10, 15])).value ?? _, '0.4'],
    ['45 15 25 15', cohenAgreement(table([45, 15, 25, 15])).value ?? _, '0.130435'],
    ['25 35 5 35', cohenAgreement(table([25, 35, 5, 35])).value ?? _, '0.259259'],
    ['Fleiss', fleissAgreement({ categories: 5, counts }, { random: random() }).value ?? _, '0.209931'],
    ['nominal', alpha('nominal'), '0.7434'],
    ['ordinal', alpha('ordinal'), '0.8154'],
    ['interval', alpha('interval'), '0.8491'],
    ['ratio', alpha('ratio'), '0.7974'],
  ]);
  const constant = krippendorffAlpha(
    [
      [1, 1],
      [1, 1, _],
    ],
    { level: 'nominal', random: random() },
  );
  assert.deepEqual([constant.value, constant.low, constant.n], [null, null, 2]);
  assert.match(constant.reason ?? '', /the same/);
  assert.match(
    krippendorffAlpha([[1], [_, 2]], { level: 'interval', random: random() }).reason ?? '',
    /two ratings/,
  );
  assert.equal(cohenAgreement(table([7, 0, 0, 0])).value, null);
  const perfect = cohenAgreement(table([10, 0, 0, 10]));
  assert.ok(perfect.value === 1 && perfect.high === 1 && (perfect.low ?? 1) < 0.7, `${perfect.low}`);
  assert.throws(
    () => fleissAgreement({ categories: 2, counts: Float64Array.of(2, 0, 1, 2) }, { random: random() }),
    RangeError,
  );
});

test('pass@k and pass^k', () => {
  assertFigures([
    ['@1', passAtK(3, 10, 1), '0.3'],
    ['@2', passAtK(3, 10, 2), '0.533333'],
    ['@5', passAtK(3, 10, 5), '0.916667'],
    ['^1', passHatK(6, 8, 1), '0.75'],
    ['^2', passHatK(6, 8, 2), '0.535714'],
    ['^4', passHatK(6, 8, 4), '0.214286'],
    ['^8', passHatK(6, 8, 8), '0'],
  ]);
  assert.ok(Number.isNaN(passAtK(1, 2, 3)));
  const rate = passRate('hat', { passed: [6, 8], trials: [8, 8] }, 2);
  assertFigures([['mean of two', rate.value, '0.767857']]);
});

test('Bradley-Terry, and the bias of whoever is read first', () => {
  const wins = [
    [0, 7, 9],
    [3, 0, 6],
    [1, 4, 0],
  ];
  const { strengths, elo } = bradleyTerry(wins) ?? { strengths: [], elo: [] };
  assertFigures([
    ['first', strengths[0], '2.569229'],
    ['second', strengths[1], '0.852007'],
    ['third', strengths[2], '0.456829'],
    ['Elo', elo[0], '163.921'],
    ['Elo', elo[1], '-27.823'],
    ['Elo', elo[2], '-136.098'],
  ]);
  const neverLost = [
    [0, 5],
    [0, 0],
  ];
  assert.equal(bradleyTerry(neverLost, { whenUnconnected: 'refuse' }), null);
  assert.equal(bradleyTerry(neverLost)?.regularised, true);
  const comparisons = wins.flatMap((row, a) =>
    row.flatMap((count, b) => Array.from({ length: count }, (_each, prompt) => ({ prompt, a, b, score: 1 }))),
  );
  const { ranks, prompts } = rankCompetitors(comparisons, 3, { random: random(), replicates: 100 });
  assert.deepEqual(
    ranks.map(({ competitor }) => competitor),
    [0, 1, 2],
  );
  assert.ok(prompts === 9 && ranks.every(({ low, elo: center, high }) => low <= center && center <= high));
  const bias = positionBias([
    ['a', 'a'],
    ['a', 'b'],
    ['a', 'b'],
    ['b', 'a'],
    ['tie', 'a'],
  ]);
  assert.deepEqual(
    [bias.toFirst, bias.toSecond, bias.inconsistent.rate, bias.p.toFixed(9)],
    [2, 1, 0.6, '0.625000000'],
  );
  assert.deepEqual(
    [consistentWinner(['a', 'b']), consistentWinner(['tie', 'b']), consistentWinner(['a', 'a'])],
    ['tie', 'b', 'a'],
  );
});

test('what a judge reported, corrected by what people said', () => {
  const judged = { hits: 800, n: 1000 };
  const gladen = roganGladen({
    judged,
    sensitivity: { hits: 108, n: 120 },
    specificity: { hits: 56, n: 80 },
  });
  const powered = fromMoments({
    judged: { mean: 0.8, variance: 0.16, n: 1000 },
    correction: { mean: -0.06, variance: 0.09, n: 200 },
    lambda: 1,
  });
  assertFigures([
    ['Rogan-Gladen', gladen?.value ?? _, '0.833333'],
    ['its error', gladen?.standardError ?? _, '0.045758'],
    ['PPI', powered.value, '0.74'],
    ['its error', powered.standardError, '0.024698'],
  ]);
  assert.equal(
    roganGladen({ judged, sensitivity: { hits: 5, n: 10 }, specificity: { hits: 5, n: 10 } }),
    null,
  );
  // A judge that is noise counts for nothing, a good one narrows the interval.
  const draws = random();
  const truth = Float64Array.from({ length: 200 }, () => draws.normal());
  const noise = Float64Array.from({ length: 2000 }, () => draws.normal());
  const bad = predictionPoweredMean({
    judged: noise,
    labelledJudge: noise.slice(0, 200),
    labelledTruth: truth,
  });
  const good = predictionPoweredMean({
    judged: noise,
    labelledJudge: truth.map((value) => value + 0.1 * draws.normal()),
    labelledTruth: truth,
  });
  assert.ok(
    bad.lambda < 0.15 && good.lambda > 0.8 && good.standardError < 0.6 * bad.standardError,
    `${bad.lambda} ${good.lambda}`,
  );
});

test('clusters flip, and are drawn, as a whole', () => {
  const differences = Float64Array.of(0, -1, 0, 0, 0, 0, -1, 0, 0, -1, 0, 0);
  const clusters = Int32Array.of(0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3, 3);
  const flipped = clusteredSignFlip(differences, clusters, { random: random() });
  assert.deepEqual([flipped.statistic, flipped.p], [-0.25, 0.25]);
  const own = Int32Array.from(differences, (_each, row) => row);
  assert.equal(
    clusteredSignFlip(differences, own, { random: random() }).p,
    signFlip(differences, { random: random() }).p,
  );
  const draws = random();
  const groups = Int32Array.from({ length: 120 }, (_each, row) => row % 24);
  const levels = Float64Array.from({ length: 24 }, () => draws.normal());
  const values = Float64Array.from(groups, (group) => levels[group] + 0.2 * draws.normal());
  const t = meanWithClusteredT(values, groups);
  for (const { low, high } of [
    studentisedClusterMean(values, groups, { random: random() }),
    clusteredSignFlipInterval(values, groups, { random: random() }),
  ]) {
    assert.ok(
      Math.abs(low - t.low) < 0.12 && Math.abs(high - t.high) < 0.12,
      `${low} ${high}, t ${t.low} ${t.high}`,
    );
  }
});

test('two one-sided tests reject exactly where the interval lies within the margins', () => {
  const sample = { value: 0.004, standardError: 0.008, df: 59 };
  const { p, low, high, equivalent } = twoOneSidedTests(sample, 0.02);
  assert.ok(equivalent && p < 0.05 && high < 0.02 && low > -0.02);
  assertFigures([['at the edge', twoOneSidedTests(sample, high).p, '0.0500000000']]);
});

test('values that never varied prove nothing', () => {
  const alike = { value: 0.3, standardError: 0, n: 50 };
  assert.equal(twoOneSidedTests({ ...alike, df: 49 }, 1).equivalent, false);
  assert.equal(sequenceP(alike, { plannedN: 100 }), 1);
  assert.equal(confidenceSequence(alike, { plannedN: 100 }).low, Number.NEGATIVE_INFINITY);
  assert.deepEqual(mixtureP([{ n: 50, mean: 0.3, variance: 0 }], 0.1), [1]);
  const certain = { hits: 20, n: 20 };
  const judged = roganGladen({
    judged: { hits: 8, n: 10_000_000 },
    sensitivity: certain,
    specificity: certain,
  });
  assert.ok((judged?.standardError ?? 0) > 0.02);
});
