import assert from 'node:assert/strict';
import { test } from 'node:test';
import { estimatePerformance } from '../../src/stats/label-free/estimate-performance.ts';
import { applyIsotonic, fitIsotonic } from '../../src/stats/label-free/isotonic.ts';
import { addScore, createScoreBins, type ScoreBins } from '../../src/stats/sketches/score-bins.ts';

/** What make-label-free-oracle.py writes. */
export interface LabelFreeSample {
  name: string;
  /** Labelled scores the map is fitted on, and their outcomes. */
  reference: number[];
  y: number[];
  /** Scores whose performance is estimated. */
  later: number[];
  /** The map at 0, 0.01 … 1. */
  map: number[];
  expected: Record<string, number>;
  /** With the labels that the real sample has. */
  realised?: Record<string, number>;
}

/** Binning moves scores by less than 1e-6, but those of a bin become ties, and have one place on a steep map. */
const TOLERANCE = 5e-4;

export function scoreBinsOf(scores: readonly number[]): ScoreBins {
  const bins = createScoreBins(['0', '1']);
  for (const score of scores) addScore(bins, score >= 0.5 ? 1 : 0, score);
  return bins;
}

/** Tests that src/stats/label-free agrees with scikit-learn. */
export function checkLabelFreeOracle(samples: readonly LabelFreeSample[]): void {
  for (const { name, reference, y, later, map, expected } of samples) {
    const fitted = fitIsotonic(Float64Array.from(reference), y);
    test(`isotonic regression: ${name}`, () => {
      for (const [percent, value] of map.entries()) {
        const ours = applyIsotonic(fitted, percent / 100);
        assert.ok(Math.abs(ours - value) < 1e-12, `at ${percent} %: ${ours}, expected ${value}`);
      }
    });
    test(`CBPE: ${name}`, () => {
      const estimated = estimatePerformance(scoreBinsOf(later), { kind: 'binary' }, fitted, []);
      assert.deepEqual(estimated.map(({ metric }) => metric).sort(), Object.keys(expected).sort());
      for (const { metric, value, n } of estimated) {
        assert.equal(n, later.length);
        const gap = Math.abs((value ?? Number.NaN) - expected[metric]);
        assert.ok(gap < TOLERANCE, `${metric}: ${value}, expected ${expected[metric]}`);
      }
    });
  }
}
