import type { Context } from '../../store/ports.ts';
import type { MetricSample } from '../measuring/metric-sample.ts';
import { pairCases } from './pair-cases.ts';
import { type CaseGroups, readCaseGroups } from './read-case-groups.ts';
import { readRobustness } from './read-robustness.ts';
import { readSamples } from './read-samples.ts';
import { type Reference, readReference } from './reference.ts';
import type { EvaluatedTask, SuiteEvaluation } from './suite-evaluation.ts';

/** Everything a task's part of the report, and its gates, are made from. */
export interface TaskEvidence {
  task: EvaluatedTask;
  groups: CaseGroups;
  samples: readonly MetricSample[];
  /** What it is compared with, where there is anything. */
  reference: (Reference & { samples: readonly MetricSample[]; pairs: Int32Array }) | undefined;
}

/** Reads the samples of every task, and of what each is compared with. */
export async function readEvidence(context: Context, evaluation: SuiteEvaluation): Promise<TaskEvidence[]> {
  const groups = await readCaseGroups(context, evaluation);
  const evidence: TaskEvidence[] = [];
  for (const task of evaluation.tasks) {
    const samples = await readAll(context, evaluation, task.name, groups);
    const found = await readReference(context, evaluation, task);
    evidence.push({
      task,
      groups,
      samples,
      reference: found && (await readOther(context, evaluation, found, evidence)),
    });
  }
  return evidence;
}

async function readOther(
  context: Context,
  evaluation: SuiteEvaluation,
  found: Reference,
  before: readonly TaskEvidence[],
): Promise<TaskEvidence['reference']> {
  const here = found.evaluation.id === evaluation.id;
  const known = here ? before.find(({ task }) => task.name === found.task)?.samples : undefined;
  const samples = known ?? (await readAll(context, found.evaluation, found.task));
  return { ...found, samples, pairs: await pairCases(context, evaluation, found.evaluation) };
}

async function readAll(
  context: Context,
  evaluation: SuiteEvaluation,
  task: string,
  groups?: CaseGroups,
): Promise<MetricSample[]> {
  const samples = await readSamples(context, evaluation, task, groups === undefined ? {} : { groups });
  if (!evaluation.spec.perturbed) return samples;
  return [...samples, ...(await readRobustness(context, evaluation, task, samples))];
}
