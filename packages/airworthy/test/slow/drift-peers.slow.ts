import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { chiSquareSurvival } from '../../src/stats/distributions/chi-square.ts';
import { jensenShannon, psi, wasserstein } from '../../src/stats/drift/distances.ts';
import { binOf } from '../../src/stats/quantile-edges.ts';
import { createRandom } from '../../src/stats/random.ts';
import { variance } from '../../src/stats/sums.ts';
import { chiSquareTwoSample, kolmogorovSmirnov } from '../../src/stats/tests.ts';
import { near } from '../oracles/check-stats-oracle.ts';

/**
 * The same names at other tools, and where their number is another: by definition, and by nothing else. Each is asked in
 * its own Python, because what they need does not go together:
 * `python -m pip install evidently 'pandas<3'`, and `python -m pip install nannyml statsmodels`.
 */
const PYTHON = {
  evidently: process.env.AIRWORTHY_TEST_EVIDENTLY_PYTHON,
  nannyml: process.env.AIRWORTHY_TEST_NANNYML_PYTHON,
};

type Sample =
  | { name: string; kind: 'number'; reference: number[]; current: number[] }
  | { name: string; kind: 'category'; reference: string[]; current: string[] };

const random = createRandom('peers');
const normal = (n: number, mean: number) =>
  Array.from({ length: n }, () => Number((mean + random.normal()).toFixed(4)));
const words = (n: number, shares: readonly number[]) =>
  Array.from({ length: n }, () => {
    const u = random.next();
    return 'abcdefgh'[shares.findIndex((share) => u < share)] ?? 'z';
  });

const SAMPLES: Sample[] = [
  { name: 'normal, small', kind: 'number', reference: normal(900, 0), current: normal(300, 0.3) },
  { name: 'normal, large', kind: 'number', reference: normal(12_000, 0), current: normal(2_000, 0.2) },
  {
    name: 'five words',
    kind: 'category',
    reference: words(1_200, [0.3, 0.6, 0.8, 0.95, 1]),
    current: words(1_200, [0.35, 0.65, 0.8, 0.95, 1]),
  },
  { name: 'two words', kind: 'category', reference: words(600, [0.5, 1]), current: words(600, [0.57, 1]) },
];

/** A line of the comparison, printed. */
type Line = [sample: string, quantity: string, theirs: number, ours: number, difference: string];

function print(title: string, lines: readonly Line[]): void {
  const rows = lines.map(
    ([sample, quantity, theirs, ours, difference]) =>
      `| ${sample} | ${quantity} | ${theirs.toPrecision(7)} | ${ours.toPrecision(7)} | ${difference} |`,
  );
  console.log(
    [`\n${title}`, '| sample | quantity | theirs | ours | why |', '|---|---|---|---|---|', ...rows].join(
      '\n',
    ),
  );
}

function ask<Answer>(python: string, script: string): { version: string; samples: Answer[] } {
  const path = join(import.meta.dirname, '../oracles', script);
  const asked = spawnSync(python, [path], {
    input: JSON.stringify(SAMPLES),
    encoding: 'utf8',
    maxBuffer: 1e8,
  });
  assert.equal(asked.status, 0, asked.stderr);
  return JSON.parse(asked.stdout) as { version: string; samples: Answer[] };
}

function countWords(values: readonly string[], keys: readonly string[]): number[] {
  return keys.map((key) => values.filter((value) => value === key).length);
}

const keysOf = ({ reference, current }: Extract<Sample, { kind: 'category' }>) =>
  [...new Set([...reference, ...current])].sort();
const samplesOf = ({ reference, current }: Extract<Sample, { kind: 'number' }>) =>
  [Float64Array.from(reference), Float64Array.from(current)] as const;
const total = (counts: readonly number[]) => counts.reduce((sum, count) => sum + count, 0);

interface EvidentlyAnswer {
  psi: number;
  jensenShannon: number;
  counts: [number[], number[]];
  default: string;
  wasserstein?: number;
  ksP?: number;
  chiSquareP?: number;
}

test('evidently', { skip: PYTHON.evidently ? false : 'AIRWORTHY_TEST_EVIDENTLY_PYTHON is not set' }, () => {
  const { version, samples } = ask<EvidentlyAnswer>(PYTHON.evidently ?? '', 'drift-of-evidently.py');
  print(
    `evidently ${version}`,
    samples.flatMap((answer, index) => compareEvidently(SAMPLES[index], answer)),
  );
});

function compareEvidently(sample: Sample, answer: EvidentlyAnswer): Line[] {
  const { name } = sample;
  const [reference, current] = answer.counts;
  const distance = jensenShannon(reference, current);
  near(answer.jensenShannon, distance * Math.sqrt(Math.LN2), 1e-9, `Jensen-Shannon of ${name}`);
  near(answer.psi, psiWithFloor(reference, current), 1e-9, `PSI of ${name}`);
  const ours = psi(reference, current);
  assert.ok(Math.abs(ours - answer.psi) < 0.02 + 0.2 * answer.psi, `PSI of ${name}: ${ours}, ${answer.psi}`);
  const bins =
    sample.kind === 'number'
      ? `their ${reference.length} equal-width bins of both samples together`
      : 'their categories';
  const shared: Line[] = [
    [name, 'Jensen-Shannon', answer.jensenShannon, distance, `base e, ours base 2; on ${bins}`],
    [
      name,
      'PSI',
      answer.psi,
      ours,
      `empty places are set to 0.0001, ours add 0.5 to every count; on ${bins}`,
    ],
  ];
  return [
    ...shared,
    ...(sample.kind === 'number' ? evidentlyNumbers(sample, answer) : evidentlyWords(sample, answer)),
  ];
}

/** Their definition on their counts. */
function psiWithFloor(reference: readonly number[], current: readonly number[]): number {
  const share = (counts: readonly number[]) =>
    counts.map((count) => (count === 0 ? 0.0001 : count / total(counts)));
  const [r, c] = [share(reference), share(current)];
  return r.reduce((sum, each, place) => sum + (each - c[place]) * Math.log(each / c[place]), 0);
}

function evidentlyNumbers(sample: Extract<Sample, { kind: 'number' }>, answer: EvidentlyAnswer): Line[] {
  const [reference, current] = samplesOf(sample);
  const n = reference.length;
  const normed = wasserstein(reference, current) / Math.sqrt((variance(reference) * (n - 1)) / n);
  near(answer.wasserstein ?? 0, normed, 1e-9, 'normed Wasserstein');
  const ks = kolmogorovSmirnov(reference, current).p;
  near(answer.ksP ?? 0, ks, 0.1, 'p of Kolmogorov-Smirnov');
  return [
    [
      sample.name,
      'Wasserstein',
      answer.wasserstein ?? 0,
      wasserstein(reference, current),
      'in standard deviations of the reference, ours in the unit',
    ],
    [sample.name, 'p of KS', answer.ksP ?? 0, ks, 'exact up to 10,000 rows, ours by Stephens’ approximation'],
  ];
}

function evidentlyWords(sample: Extract<Sample, { kind: 'category' }>, answer: EvidentlyAnswer): Line[] {
  const keys = keysOf(sample);
  const [reference, current] = [sample.reference, sample.current].map((values) => countWords(values, keys));
  const scale = total(current) / total(reference);
  const oneSample = reference.reduce(
    (sum, r, place) => sum + (current[place] - r * scale) ** 2 / (r * scale),
    0,
  );
  near(answer.chiSquareP ?? 0, chiSquareSurvival(oneSample, keys.length - 1), 1e-9, 'p of chi-square');
  const { p } = chiSquareTwoSample(reference, current);
  assert.ok(p > (answer.chiSquareP ?? 1));
  return [
    [
      sample.name,
      'p of chi-square',
      answer.chiSquareP ?? 0,
      p,
      'one-sample: takes the reference to be exact; ours two-sample',
    ],
  ];
}

interface NannyAnswer {
  edges: number[] | null;
  jensen_shannon: number;
  kolmogorov_smirnov?: number;
  wasserstein?: number;
  chi2?: number;
}

test('nannyml', { skip: PYTHON.nannyml ? false : 'AIRWORTHY_TEST_NANNYML_PYTHON is not set' }, () => {
  const { version, samples } = ask<NannyAnswer>(PYTHON.nannyml ?? '', 'drift-of-nannyml.py');
  print(
    `nannyml ${version}`,
    samples.flatMap((answer, index) => {
      const sample = SAMPLES[index];
      return sample.kind === 'number' ? nannyNumbers(sample, answer) : nannyWords(sample, answer);
    }),
  );
});

/** Where its reference has 10,000 rows it keeps 10,000 equal-width bins of it instead. */
const NANNY_BINS = 10_000;

function nannyNumbers(sample: Extract<Sample, { kind: 'number' }>, answer: NannyAnswer): Line[] {
  const [reference, current] = samplesOf(sample);
  const edges = answer.edges ?? [];
  const distance = jensenShannon(countBetween(edges, reference), countBetween(edges, current));
  near(answer.jensen_shannon, distance, 1e-9, `Jensen-Shannon of ${sample.name}`);
  const [ks, area] = [kolmogorovSmirnov(reference, current).statistic, wasserstein(reference, current)];
  const binned = reference.length >= NANNY_BINS;
  const why = binned ? `on ${NANNY_BINS} equal-width bins of the reference, ours of the values` : 'the same';
  // Bins of its own cost it a little of either distance, and values beyond them a row each.
  near(answer.kolmogorov_smirnov ?? 0, ks, binned ? 0.01 : 1e-12, `KS of ${sample.name}`);
  near(answer.wasserstein ?? 0, area, binned ? 0.02 : 1e-9, `Wasserstein of ${sample.name}`);
  return [
    [
      sample.name,
      'Jensen-Shannon',
      answer.jensen_shannon,
      distance,
      `the same, on their ${edges.length - 1} Doane bins of the reference`,
    ],
    [sample.name, 'KS', answer.kolmogorov_smirnov ?? 0, ks, why],
    [sample.name, 'Wasserstein', answer.wasserstein ?? 0, area, why],
  ];
}

/** Counts in bins closed on the left, the last on both sides, and of values beyond them. */
function countBetween(edges: readonly number[], values: Float64Array): number[] {
  const counts = new Array<number>(edges.length).fill(0);
  const last = edges[edges.length - 1];
  for (const value of values) {
    const outside = value < edges[0] || value > last;
    counts[outside ? edges.length - 1 : Math.min(binOf(edges, value) - 1, edges.length - 2)] += 1;
  }
  return counts;
}

function nannyWords(sample: Extract<Sample, { kind: 'category' }>, answer: NannyAnswer): Line[] {
  const keys = keysOf(sample);
  const [reference, current] = [sample.reference, sample.current].map((values) => countWords(values, keys));
  const distance = jensenShannon(reference, current);
  near(answer.jensen_shannon, distance, 1e-9, `Jensen-Shannon of ${sample.name}`);
  const { statistic } = chiSquareTwoSample(reference, current);
  const yates = keys.length === 2;
  if (yates) assert.ok((answer.chi2 ?? 0) < statistic);
  else near(answer.chi2 ?? 0, statistic, 1e-9, `chi-square of ${sample.name}`);
  return [
    [sample.name, 'Jensen-Shannon', answer.jensen_shannon, distance, 'the same'],
    [
      sample.name,
      'chi-square',
      answer.chi2 ?? 0,
      statistic,
      yates ? 'with Yates’ correction, ours without' : 'the same',
    ],
  ];
}
