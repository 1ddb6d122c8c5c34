import { estimate, plural } from '../../kernel/figures.ts';
import type { Context } from '../../store/ports.ts';
import { compareSamples } from '../measuring/compare-samples.ts';
import { estimateSample } from '../measuring/estimate-sample.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import { steadinessOf } from '../measuring/steadiness.ts';
import { findRegressions, MOST_REGRESSIONS } from './find-regressions.ts';
import type { CaseSlice } from './read-case-groups.ts';
import { readErrorAnalysis } from './read-error-analysis.ts';
import type { TaskEvidence } from './read-evidence.ts';
import { readResults } from './read-results.ts';
import { readTrialValues } from './read-trial-values.ts';
import {
  REPORT_SCHEMA,
  type Steadiness,
  type SuiteReport,
  type SuiteSlice,
  type SuiteVerdict,
  type TaskReport,
} from './schema.ts';
import type { EvaluatedTask, SuiteEvaluation } from './suite-evaluation.ts';

/** Fewer cases with a score say nothing about a slice. */
const LEAST_OF_SLICE = 5;

/**
 * What an evaluation found, made from its rows alone, so that one that was broken off and went on reports the same as
 * one that was not.
 */
export async function buildReport(
  context: Context,
  evaluation: SuiteEvaluation,
  evidence: readonly TaskEvidence[],
  verdicts: readonly SuiteVerdict[] = [],
): Promise<SuiteReport> {
  const tasks: TaskReport[] = [];
  const regressions: SuiteReport['regressions'] = [];
  for (const each of evidence) {
    tasks.push(await reportTask(context, evaluation, each));
    const { task, samples, reference } = each;
    if (reference === undefined) continue;
    const compared = { candidate: samples, baseline: reference.samples, pairs: reference.pairs };
    const room = MOST_REGRESSIONS - regressions.length;
    regressions.push(...(await findRegressions(context, evaluation, task.name, compared, room)));
  }
  const { spec } = evaluation;
  return {
    schema: REPORT_SCHEMA,
    ...{ id: evaluation.id, suite: evaluation.suite, number: evaluation.number },
    ...(spec.description === undefined ? {} : { description: spec.description }),
    state: evaluation.state,
    ...(evaluation.reason === null ? {} : { reason: evaluation.reason }),
    outcome: evaluation.outcome,
    sentence: sentenceOf(evaluation, tasks, verdicts),
    dataset: {
      ...{ version: evaluation.version, role: evaluation.role, digest: evaluation.casesDigest },
      ...{ cases: evaluation.cases, clusters: evidence[0]?.groups.clusterCount ?? evaluation.cases },
    },
    ...{ trials: evaluation.trials, seed: evaluation.seed, confidence: spec.confidence },
    ...{ tasks, verdicts: [...verdicts], regressions },
    ...{ startedAt: evaluation.startedAt, endedAt: evaluation.endedAt },
  };
}

async function reportTask(
  context: Context,
  evaluation: SuiteEvaluation,
  evidence: TaskEvidence,
): Promise<TaskReport> {
  const { task, groups, samples, reference } = evidence;
  const { confidence } = evaluation.spec;
  const errorAnalysis = await readErrorAnalysis(context, evaluation, evidence);
  return {
    ...{ name: task.name, digest: task.digest, run: task.run },
    ...(await readResults(context, evaluation, task.name)),
    metrics: samples.map((sample) => estimateSample(sample, { confidence })),
    slices: groups.slices.map((slice) => reportSlice(evidence, slice, confidence)),
    comparedWith: reference
      ? { name: reference.name, evaluation: reference.evaluation.id, task: reference.task }
      : null,
    comparisons: compareAll(evidence, confidence),
    steadiness: await readSteadiness(context, evaluation, task, samples),
    ...(errorAnalysis === undefined ? {} : { errorAnalysis }),
  };
}

function reportSlice(evidence: TaskEvidence, { rows, ...slice }: CaseSlice, confidence: number): SuiteSlice {
  const n = rows.length;
  const isMeasured = n >= LEAST_OF_SLICE;
  return {
    ...{ ...slice, n, status: isMeasured ? 'measured' : 'too-few' },
    metrics: isMeasured ? evidence.samples.map((sample) => estimateSample(sample, { confidence, rows })) : [],
    comparisons: isMeasured ? compareAll(evidence, confidence, rows) : [],
  };
}

function compareAll(
  { samples, reference }: TaskEvidence,
  confidence: number,
  rows?: Int32Array,
): TaskReport['comparisons'] {
  if (reference === undefined) return [];
  return samples.flatMap((sample) => {
    const other = reference.samples.find(({ metric }) => metric.name === sample.metric.name);
    const options = { confidence, pairs: reference.pairs, ...(rows === undefined ? {} : { rows }) };
    return other === undefined ? [] : [compareSamples(sample, other, options)];
  });
}

async function readSteadiness(
  context: Context,
  evaluation: SuiteEvaluation,
  task: EvaluatedTask,
  samples: readonly MetricSample[],
): Promise<Steadiness[]> {
  if (evaluation.trials === 1) return [];
  const found: Steadiness[] = [];
  for (const { metric } of samples) {
    if (!metric.binary || metric.better === 'lower') continue;
    found.push(steadinessOf(await readTrialValues(context, evaluation, task.name, metric.name)));
  }
  return found;
}

function sentenceOf(
  { cases, outcome, state, reason, role }: SuiteEvaluation,
  tasks: readonly TaskReport[],
  verdicts: readonly SuiteVerdict[],
): string {
  const [first] = tasks;
  const [main] = first?.metrics ?? [];
  // A figure of held-out cases beside the gates' would be a look that no ledger counts.
  const value =
    main === undefined || role === 'held-out' ? '' : `${main.label} ${estimate(main, main.unit)} on `;
  const measured = `${value}${plural(cases, 'case')}`;
  const ofGates = (wanted: string) => verdicts.filter((verdict) => verdict.outcome === wanted).length;
  const judged = ['fail', 'error', 'undecided', 'pass']
    .filter((wanted) => ofGates(wanted) > 0)
    .map((wanted) => `${ofGates(wanted)} ${wanted}`);
  const gates = judged.length === 0 ? 'no gates' : `gates: ${judged.join(', ')}`;
  const ended = state === 'finished' ? '' : `; ${state}${reason === null ? '' : `: ${reason}`}`;
  return `${outcome === null ? '' : `${outcome}: `}${measured}; ${gates}${ended}`;
}
