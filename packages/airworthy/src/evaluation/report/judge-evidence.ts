import type { Context } from '../../store/ports.ts';
import type { SuiteGateInput } from '../gates/gate-input.ts';
import { staleMetrics } from '../gates/stale-metrics.ts';
import { isLevel } from '../gates/verdict-sentence.ts';
import { findCalibration } from '../judging/calibration-records.ts';
import { judgeStanding } from '../judging/judge-standing.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import type { TaskEvidence } from './read-evidence.ts';
import { FIRST_TASK } from './reference.ts';
import type { SuiteEvaluation } from './suite-evaluation.ts';

/** What only whoever ran the evaluation knows. */
export type JudgedFacts = Pick<
  SuiteGateInput,
  'overlap' | 'stopped' | 'looks' | 'plannedCases' | 'costPerCase'
>;

/** What the gates of a suite are judged on, for one task. */
export async function gateInputOf(
  context: Context,
  evaluation: SuiteEvaluation,
  { task, groups, samples, reference }: TaskEvidence,
  facts: JudgedFacts = {},
): Promise<SuiteGateInput> {
  const { suite, id, role, spec } = evaluation;
  const isFirst = evaluation.tasks.length > 1 && reference === undefined;
  return {
    ...{ suite, evaluation: id, task: task.name, run: task.run, role },
    // Of several tasks without a baseline the first is what the others are compared with.
    gates: isFirst ? spec.gates.filter(({ rule }) => isLevel(rule)) : spec.gates,
    samples: byMetric(samples),
    slices: groups.slices,
    uncalibrated: await findUncalibrated(context, evaluation),
    baseline: reference
      ? {
          ...{ name: reference.name, evaluation: reference.evaluation.id, task: reference.task },
          samples: byMetric(reference.samples),
          pairs: reference.pairs,
          ...(reference.name === FIRST_TASK ? { called: `"${reference.task}"` } : {}),
          stale: staleMetrics(evaluation, reference.evaluation),
        }
      : null,
    ...facts,
  };
}

function byMetric(samples: readonly MetricSample[]): Map<string, MetricSample> {
  return new Map(samples.map((sample) => [sample.metric.name, sample]));
}

/** Why no gate may go by a judge, by metric. */
async function findUncalibrated(
  context: Context,
  { suite, role, spec }: SuiteEvaluation,
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const judged = new Set(spec.gates.map(({ metric }) => metric));
  for (const { name, judge, metrics } of spec.scorers) {
    if (judge === undefined) continue;
    for (const metric of metrics) {
      if (!judged.has(metric.name) && role !== 'regression') continue;
      const part = metric.name === name ? '' : metric.name.slice(name.length + 1);
      const standing = judgeStanding(await findCalibration(context, judge, part), {
        suite,
        now: context.clock.now(),
      });
      if (!standing.ok) found.set(metric.name, standing.reason);
    }
  }
  return found;
}
