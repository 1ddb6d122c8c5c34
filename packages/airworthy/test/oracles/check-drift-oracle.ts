import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jensenShannon, psi, wasserstein } from '../../src/stats/drift/distances.ts';
import { binOf, quantileEdges } from '../../src/stats/quantile-edges.ts';
import {
  benjaminiHochberg,
  benjaminiYekutieli,
  chiSquareTwoSample,
  holm,
  kolmogorovSmirnov,
} from '../../src/stats/tests.ts';
import { near } from './check-stats-oracle.ts';

interface CountsOracle {
  reference: number[];
  current: number[];
  psi: number;
  jensenShannon: number;
  chiSquare: { statistic: number; p: number; df: number };
}

/** What make-drift-oracle.py writes. */
export interface DriftOracle {
  samples: {
    name: string;
    reference: number[];
    current: number[];
    ks: { statistic: number; p: number };
    wasserstein: number;
    referenceDeviation: number;
    edges: number[];
    counts: CountsOracle;
  }[];
  counts: CountsOracle[];
  families: { p: number[]; holm: number[]; benjaminiHochberg: number[]; benjaminiYekutieli: number[] }[];
}

const EXACT = 1e-12;
/** Stephens' approximation against scipy's series. */
const KS_P = 0.03;

/** Tests that src/stats agrees with an oracle about drift. */
export function checkDriftOracle(oracle: DriftOracle): void {
  test('Kolmogorov-Smirnov and Wasserstein distances of samples', () => checkSamples(oracle));
  test('PSI, Jensen-Shannon and chi-square of counts, on the same deciles and on categories', () =>
    checkCounts(oracle));
  test('p-values adjusted by Holm, Benjamini-Hochberg and Benjamini-Yekutieli', () => checkFamilies(oracle));
}

function checkSamples({ samples }: DriftOracle): void {
  for (const { name, ...sample } of samples) {
    const [reference, current] = [sample.reference, sample.current].map((values) =>
      Float64Array.from(values),
    );
    const ks = kolmogorovSmirnov(reference, current);
    near(ks.statistic, sample.ks.statistic, EXACT, `KS of ${name}`);
    if (sample.ks.p > 1e-6) near(ks.p, sample.ks.p, KS_P, `p of KS of ${name}`);
    near(wasserstein(reference, current), sample.wasserstein, EXACT, `Wasserstein of ${name}`);
  }
}

function checkCounts({ samples, counts }: DriftOracle): void {
  for (const { name, reference, current, edges, counts: expected } of samples) {
    const ours = quantileEdges(Float64Array.from(reference), 10);
    for (const [place, edge] of edges.entries()) near(ours[place], edge, EXACT, `edge ${place} of ${name}`);
    const count = (values: readonly number[]) => {
      const found = new Array<number>(10).fill(0);
      for (const value of values) found[binOf(ours, value)] += 1;
      return found;
    };
    assert.deepEqual([count(reference), count(current)], [expected.reference, expected.current], name);
  }
  for (const each of [...samples.map((sample) => sample.counts), ...counts]) {
    const { reference, current } = each;
    const what = `${reference} and ${current}`;
    near(psi(reference, current), each.psi, 1e-10, `PSI of ${what}`);
    near(jensenShannon(reference, current), each.jensenShannon, 1e-10, `Jensen-Shannon of ${what}`);
    const chi = chiSquareTwoSample(reference, current);
    assert.equal(chi.df, each.chiSquare.df);
    near(chi.statistic, each.chiSquare.statistic, 1e-11, `chi-square of ${what}`);
    near(chi.p, each.chiSquare.p, 1e-9, `p of chi-square of ${what}`);
  }
}

function checkFamilies({ families }: DriftOracle): void {
  const adjustments = { holm, benjaminiHochberg, benjaminiYekutieli };
  for (const family of families) {
    for (const method of ['holm', 'benjaminiHochberg', 'benjaminiYekutieli'] as const) {
      for (const [place, p] of adjustments[method](family.p).entries()) {
        near(p, family[method][place], EXACT, `${method} of p-value ${place}`);
      }
    }
  }
}
