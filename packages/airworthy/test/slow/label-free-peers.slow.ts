import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { estimatePerformance } from '../../src/stats/label-free/estimate-performance.ts';
import { chooseCalibration, fitIsotonic } from '../../src/stats/label-free/isotonic.ts';
import { metricValue } from '../../src/stats/metric-catalogue.ts';
import type { MetricName } from '../../src/stats/metric-names.ts';
import { type BinaryOutcomes, binaryOutcomes } from '../../src/stats/outcomes.ts';
import { addScore, createScoreBins } from '../../src/stats/sketches/score-bins.ts';

/** As for drift-peers: a Python with `python -m pip install nannyml statsmodels`. */
const PYTHON = process.env.AIRWORTHY_TEST_NANNYML_PYTHON;

interface Rows {
  score: number[];
  label: number[];
  y: number[];
}

interface NannyAnswer {
  version: string;
  calibrated: boolean;
  reference: Rows;
  later: Rows;
  chunk: number;
  metrics: Record<string, { value: number[]; standardError: number[] }>;
}

function ask(python: string): NannyAnswer {
  const script = join(import.meta.dirname, '../oracles/performance-of-nannyml.py');
  const asked = spawnSync(python, [script], { encoding: 'utf8', maxBuffer: 1e8 });
  assert.equal(asked.status, 0, asked.stderr);
  return JSON.parse(asked.stdout) as NannyAnswer;
}

function chunkOf({ score, label, y }: Rows, start: number, rows: number) {
  const part = (values: readonly number[]) => values.slice(start, start + rows);
  const [scores, labels] = [part(score), part(label)];
  const bins = createScoreBins(['0', '1']);
  for (const [row, each] of scores.entries()) addScore(bins, labels[row], each);
  const outcomes: BinaryOutcomes = {
    ...binaryOutcomes(Uint8Array.from(part(y)), Float64Array.from(scores)),
    predicted: Uint8Array.from(labels),
  };
  return { bins, outcomes };
}

test('nannyml', { skip: PYTHON ? false : 'AIRWORTHY_TEST_NANNYML_PYTHON is not set' }, () => {
  const { version, calibrated, reference, later, chunk, metrics } = ask(PYTHON ?? '');
  const [score, y] = [Float64Array.from(reference.score), Uint8Array.from(reference.y)];
  assert.equal(chooseCalibration(score, y) !== null, calibrated);
  const map = fitIsotonic(score, y);
  const lines = [`\nnannyml ${version}: CBPE of its synthetic car loans, chunks of ${chunk}`];
  lines.push(
    '| metric | chunk | theirs | ours | true | their error | ours |',
    '|---|---|---|---|---|---|---|',
  );
  const misses = { theirs: 0, ours: 0 };
  let values = 0;
  for (let start = 0; start < later.score.length; start += chunk) {
    const index = start / chunk;
    const { bins, outcomes } = chunkOf(later, start, chunk);
    for (const { metric, value, low, high } of estimatePerformance(bins, { kind: 'binary' }, map, [])) {
      const theirs = metrics[metric];
      if (!theirs) continue;
      assert.ok(value !== null && low !== null && high !== null);
      const gap = Math.abs(value - theirs.value[index]);
      assert.ok(gap < 1e-6, `${metric} of chunk ${index}: ${value}, theirs ${theirs.value[index]}`);
      const truth = metricValue(metric as MetricName, outcomes);
      const error = (high - low) / (2 * 1.959963984540054);
      values += 1;
      misses.theirs += Math.abs(theirs.value[index] - truth) > 1.96 * theirs.standardError[index] ? 1 : 0;
      misses.ours += low <= truth && truth <= high ? 0 : 1;
      const figures = [theirs.value[index], value, truth, theirs.standardError[index], error];
      lines.push(`| ${metric} | ${index} | ${figures.map((figure) => figure.toFixed(6)).join(' | ')} |`);
    }
  }
  lines.push(
    'Values are the same. Errors differ by definition: theirs is found on the reference and is the same for each chunk of a ' +
      'size; ours is that of the outcomes these very scores may have.',
    `Of ${values} true values, outside 1.96 errors: theirs ${misses.theirs}, ours ${misses.ours}.`,
  );
  console.log(lines.join('\n'));
});
