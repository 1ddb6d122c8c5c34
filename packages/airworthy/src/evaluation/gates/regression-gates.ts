import { count } from '../../kernel/figures.ts';
import { figureOf, finite } from '../measuring/estimate-sample.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import { scoredCases } from '../measuring/scored-cases.ts';
import type { SuiteVerdict } from '../report/schema.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import { finishVerdict } from './finish-verdict.ts';
import type { SuiteGateInput } from './gate-input.ts';
import type { Outcome } from './schema.ts';

const CONFIDENCE = 0.95;

/**
 * A regression suite holds cases that worked: every one must pass, in every trial, on each metric that is 0 or 1. No interval decides
 * that. What has no score is undecided, never a pass; a metric that is about none of the cases asks nothing of them, where another
 * one does.
 */
export function decideRegression(input: SuiteGateInput): SuiteVerdict[] {
  const binary = [...input.samples.values()].filter(({ metric }) => isRightOrWrong(metric));
  const asking = binary.filter((sample) => !isAboutNone(sample));
  return (asking.length > 0 ? asking : binary).map((sample) => decideEveryCase(input, sample));
}

function isAboutNone({ counts: { scored, skipped, unscorable, error } }: MetricSample): boolean {
  return skipped > 0 && scored + unscorable + error === 0;
}

/** Can a case pass or fail by it? */
export function isRightOrWrong({ binary, aggregate }: MetricSpec): boolean {
  return binary === true && aggregate.kind === 'mean';
}

function decideEveryCase(input: SuiteGateInput, sample: MetricSample): SuiteVerdict {
  const { metric } = sample;
  const { values } = scoredCases(sample);
  const right = metric.better === 'higher' ? 1 : 0;
  const failing = values.reduce((cases, value) => cases + (value === right ? 0 : 1), 0);
  const missing = sample.missing.reduce((cases, share) => cases + (share > 0 ? 1 : 0), 0);
  const [outcome, reason, why] = outcomeOf(input, metric.name, { failing, missing, n: values.length });
  const { value, low, high, units, n } = figureOf(sample, { confidence: CONFIDENCE });
  return finishVerdict(input, {
    gate: `${metric.name}: every case passes`,
    metric: metric.name,
    rule: right === 1 ? 'at-least' : 'at-most',
    margin: right,
    slice: 'overall',
    outcome,
    ...(reason === undefined ? {} : { reason }),
    ...{ estimate: finite(value), low: finite(low), high: finite(high), confidence: CONFIDENCE },
    ...{ n, clusters: units, method: 'every case' },
    ...{ candidateValue: finite(value), baselineValue: null, detectable: null },
    onUndecided: 'fail',
    sentence: sentenceFor(outcome, {
      name: metric.label ?? metric.name,
      failing,
      missing,
      n,
      why,
    }),
  });
}

interface Counted {
  failing: number;
  missing: number;
  n: number;
}

type Answer = [outcome: Outcome, reason?: string, why?: string];

function outcomeOf(input: SuiteGateInput, metric: string, { failing, missing, n }: Counted): Answer {
  const { overlap, stopped, uncalibrated } = input;
  if (overlap !== undefined) return ['error', 'held-out-overlap', overlap];
  if (n === 0 && missing === 0) return ['error', 'no-scores', 'no case has a score'];
  const poorJudge = uncalibrated?.get(metric);
  if (poorJudge !== undefined) return ['undecided', 'judge-uncalibrated', poorJudge];
  if (failing > 0) return ['fail'];
  if (stopped !== undefined) return ['undecided', 'budget', stopped];
  return missing > 0 ? ['undecided', 'missing-scores', `${count(missing)} cases lack a score`] : ['pass'];
}

function sentenceFor(
  outcome: Outcome,
  { name, failing, missing, n, why }: Counted & { name: string; why: string | undefined },
): string {
  const all = count(n + (n === 0 ? missing : 0));
  switch (outcome) {
    case 'pass':
      return `Pass: ${name} passes on each of the ${all} cases.`;
    case 'fail':
      return `Fail: ${name} fails on ${count(failing)} of ${all} cases; a regression suite asks every case to pass.`;
    case 'undecided':
      return failing > 0
        ? `Undecided: ${name} fails on ${count(failing)} of ${all} cases, and ${why}.`
        : `Undecided: ${name} passes on ${count(n)} cases, and ${why}.`;
    case 'error':
      return `Error: ${name} cannot be judged: ${why}.`;
  }
}
