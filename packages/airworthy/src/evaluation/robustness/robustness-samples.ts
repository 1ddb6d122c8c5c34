import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import type { TaskOutput } from '../tasks/task.ts';
import type { Expectation } from './schema.ts';

/** What robustness needs to know of each case, in the order of positions: its metadata as `perturbCases` made it. */
export interface CaseOrigin {
  id: string;
  parent?: string | null | undefined;
  perturbation?: string | undefined;
  expectation?: Expectation | undefined;
}

/** An answer by what it is compared by; undefined where there was none. */
export type ComparableAnswer = string | number | undefined;

/** What must stay the same: a number, or text without case, spacing and final points; tool calls and records by content. */
export function comparableAnswer({
  value,
  toolCalls,
}: Pick<TaskOutput, 'value' | 'toolCalls'>): ComparableAnswer {
  if (toolCalls && toolCalls.length > 0) return canonicalJson(toolCalls);
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return value === undefined ? undefined : canonicalJson(value);
  return value
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/\s+/gu, ' ')
    .replace(/[\s.!]+$/u, '')
    .trim();
}

/** Numbers nearer than this are the same: of their size where that is above 1. */
const SAME_NUMBER = 0.01;
const INVARIANCE = 'invariance';
const DIRECTION = 'direction';

/** Of each case the position of its parent; -1 where it is none's perturbation. */
export function parentPositions(cases: readonly CaseOrigin[]): Int32Array {
  const positions = new Map(cases.map(({ id }, position) => [id, position]));
  return Int32Array.from(cases, ({ parent }) => (parent ? (positions.get(parent) ?? -1) : -1));
}

/** The metrics that perturbations add to those of the scorers: what gates may name. */
export function robustnessMetrics(
  perturbations: readonly { expect: Expectation }[],
  metrics: readonly MetricSpec[],
): MetricSpec[] {
  const expected = new Set(perturbations.map(({ expect }) => expect));
  return [
    ...(expected.has('same') ? [shareMetric(INVARIANCE, 'answers that stay the same')] : []),
    ...(expected.has('lower') || expected.has('higher')
      ? [shareMetric(DIRECTION, 'answers that move as expected')]
      : []),
    ...metrics.filter(isMean).map(worstCaseMetric),
  ];
}

function shareMetric(name: string, label: string): MetricSpec {
  return { name, label, aggregate: { kind: 'mean' }, better: 'higher', binary: true, range: [0, 1] };
}

const isMean = ({ aggregate }: MetricSpec): boolean => aggregate.kind === 'mean';

function worstCaseMetric(metric: MetricSpec): MetricSpec {
  return {
    ...metric,
    name: `${metric.name}/worst-case`,
    label: `${metric.label ?? metric.name}, worst of a case and its perturbations`,
  };
}

export interface RobustnessData {
  cases: readonly CaseOrigin[];
  /** Of the first trial of each case. */
  answers: readonly ComparableAnswer[];
  /** Of the scorers' metrics; at least one. */
  samples: readonly MetricSample[];
}

/**
 * Samples of the metrics that perturbations add, to be estimated, compared and gated as any other: `invariance` (the share of
 * perturbed cases whose answer is that of the parent), `direction` (whose number moved as expected), and of every metric that is a
 * mean `metric/worst-case` (the worst score of each case and its perturbations).
 */
export function robustnessSamples({ cases, answers, samples }: RobustnessData): MetricSample[] {
  const parents = parentPositions(cases);
  const groups = groupsOf(parents, cases);
  const judge = (position: number): number =>
    judged(cases[position].expectation, answers[position], answers[parents[position]]);
  const pairsOf =
    (...expectations: Expectation[]) =>
    (position: number) =>
      parents[position] >= 0 && expectations.includes(cases[position].expectation ?? 'own');
  const expectations = cases.flatMap(({ expectation }) => (expectation ? [{ expect: expectation }] : []));
  const [frame] = samples;
  const metrics = samples.map(({ metric }) => metric);
  return robustnessMetrics(expectations, metrics).map((metric) => {
    if (metric.name === INVARIANCE) return derived(frame, metric, pairsOf('same'), judge);
    if (metric.name === DIRECTION) return derived(frame, metric, pairsOf('lower', 'higher'), judge);
    const sample = samples.find((each) => `${each.metric.name}/worst-case` === metric.name) ?? frame;
    return derived(
      frame,
      metric,
      (position) => groups.has(position),
      (position) => worst(sample, [position, ...(groups.get(position) ?? [])]),
    );
  });
}

/** 1 where the expectation holds, 0 where not, NaN where it cannot be told. */
function judged(
  expectation: Expectation | undefined,
  answer: ComparableAnswer,
  parent: ComparableAnswer,
): number {
  if (answer === undefined || parent === undefined) return Number.NaN;
  if (typeof answer === 'number' && typeof parent === 'number') {
    if (expectation === 'lower') return answer <= parent ? 1 : 0;
    if (expectation === 'higher') return answer >= parent ? 1 : 0;
    return Math.abs(answer - parent) <= SAME_NUMBER * Math.max(1, Math.abs(parent)) ? 1 : 0;
  }
  return expectation === 'same' ? Number(answer === parent) : Number.NaN;
}

/** The perturbations of each parent after which its answer may not be worse. */
function groupsOf(parents: Int32Array, cases: readonly CaseOrigin[]): Map<number, number[]> {
  const groups = new Map<number, number[]>();
  for (const [position, parent] of parents.entries()) {
    const { expectation } = cases[position];
    if (parent < 0 || (expectation !== 'same' && expectation !== 'own')) continue;
    const known = groups.get(parent);
    if (known) known.push(position);
    else groups.set(parent, [position]);
  }
  return groups;
}

function worst({ scored, values, metric }: MetricSample, positions: readonly number[]): number {
  if (positions.some((position) => scored[position] !== 1)) return Number.NaN;
  const found = positions.map((position) => values[position]);
  return metric.better === 'higher' ? Math.min(...found) : Math.max(...found);
}

/** A sample over the positions that count; one without a value there is missing, all others are skipped. */
function derived(
  frame: MetricSample,
  metric: MetricSpec,
  counts: (position: number) => boolean,
  valueAt: (position: number) => number,
): MetricSample {
  const { n, clusters, clusterCount, clustered } = frame;
  const values = new Float64Array(n).fill(Number.NaN);
  const scored = new Uint8Array(n);
  const missing = new Float64Array(n);
  const tally = { scored: 0, skipped: 0, unscorable: 0, error: 0 };
  for (let position = 0; position < n; position++) {
    if (!counts(position)) {
      tally.skipped++;
      continue;
    }
    const value = valueAt(position);
    values[position] = value;
    scored[position] = Number.isNaN(value) ? 0 : 1;
    missing[position] = 1 - scored[position];
    tally[Number.isNaN(value) ? 'error' : 'scored']++;
  }
  return { metric, n, scored, missing, values, trials: 1, clusters, clusterCount, clustered, counts: tally };
}
