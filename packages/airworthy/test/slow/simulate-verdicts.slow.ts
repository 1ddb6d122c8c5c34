import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clusteredPasses,
  clusteredScores,
  coverage,
  falseCalls,
  ownCoverage,
  PEEKED,
  peeking,
  plannedGates,
  rareCoverage,
  sameModel,
  simulatedPower,
} from '../../../../bench/verdict-simulation.ts';
import { analyseErrors } from '../../src/evaluation/error-analysis/analyse-errors.ts';
import { createRandom } from '../../src/stats/random.ts';

/** What `npm run simulate:verdicts` writes down at length (docs/simulations.md), with fewer rounds; seeded, and so no matter of luck. */
const ROUNDS = 1000;

/** Three standard errors of a simulated share. */
const margin = (share: number, rounds: number): number => 3 * Math.sqrt((share * (1 - share)) / rounds);

test('of two equally good tasks one is called better, or worse, in at most 2.5 % each', () => {
  for (const scenario of [
    sameModel(100, 0.85),
    sameModel(300, 0.97),
    clusteredPasses(10),
    clusteredPasses(30),
  ]) {
    const { better, worse, fails, lower } = falseCalls(scenario, ROUNDS);
    const what = `${scenario.name}: ${better} ${worse} ${fails}`;
    const most = 0.025 + margin(0.025, ROUNDS);
    assert.ok(better <= most && worse <= most && fails <= most, what);
    assert.ok(lower > 0.35, `${scenario.name}: a threshold would have said so in ${lower}`);
  }
});

test('95 % intervals of clustered data cover in 93 to 97 %', () => {
  for (const clusters of [10, 30, 100]) {
    const found = {
      passes: coverage(clusteredPasses(clusters), ROUNDS),
      scores: coverage(clusteredScores(clusters), ROUNDS),
      share: ownCoverage(clusters, ROUNDS),
    };
    for (const [name, { covered, naive }] of Object.entries(found)) {
      const what = `${clusters} clusters, ${name}: ${covered}, as if independent ${naive}`;
      assert.ok(
        covered >= 0.93 - margin(0.95, ROUNDS) / 3 && covered <= 0.97 + margin(0.95, ROUNDS) / 3,
        what,
      );
      assert.ok(naive < 0.91, what);
    }
  }
});

test('where few cases differ intervals cover at least as often as they say, less two points', () => {
  for (const [n, gains, losses] of [
    [50, 0.03, 0.01],
    [100, 0.03, 0.01],
    [300, 0.008, 0.002],
    [300, 0.02, 0.01],
  ]) {
    const { ours, naive } = rareCoverage(n, gains, losses);
    assert.ok(ours >= 0.93 && ours > naive, `${n}, ${gains}, ${losses}: ${ours}, t ${naive}`);
  }
});

test('looking every 20 cases gives a wrong verdict no more often than looking once may', () => {
  for (const gate of PEEKED) {
    const rounds = gate.scenario.name.includes('skewed') ? 300 : 600;
    const { sequential, fixed, allowed } = peeking(gate, rounds);
    const what = `${gate.name}: ${sequential} of ${allowed}; by intervals of one look ${fixed}`;
    assert.ok(sequential <= allowed + margin(allowed, rounds) / 3 && fixed > 2 * allowed, what);
  }
});

test('a plan is within three points of what is then seen', () => {
  for (const gate of plannedGates()) {
    // Those of clustered 0/1 scores are nearest to the bound, and so are drawn more often.
    const rounds = gate.name.includes('clusters of five') ? 6000 : 2500;
    const found = simulatedPower(gate, rounds);
    for (const answer of ['pass', 'fail'] as const) {
      const off = Math.abs(found[answer] - gate.planned[answer]);
      assert.ok(
        off <= 0.03,
        `${gate.name}, ${answer}: planned ${gate.planned[answer]}, seen ${found[answer]}`,
      );
    }
  }
});

test('noise confirms a slice in at most 5 % of evaluations', () => {
  let confirmed = 0;
  const rounds = 200;
  for (let round = 0; round < rounds; round++) {
    const random = createRandom(`noise ${round}`);
    const cases = Array.from({ length: 1000 }, (_, place) => {
      const columns = Array.from({ length: 12 }, (_each, column) => [
        `column${column}`,
        column % 2 === 0 ? random.integer(50) : `v${random.integer(8)}`,
      ]);
      return {
        id: `${place}`,
        failed: random.next() < 0.25,
        input: 'a',
        metadata: Object.fromEntries(columns),
      };
    });
    const { slices } = analyseErrors({ metric: 'exact', seed: round, cases });
    if (slices.some(({ status }) => status === 'confirmed')) confirmed++;
  }
  assert.ok(confirmed / rounds <= 0.05 + margin(0.05, rounds), `${confirmed} of ${rounds}`);
});
