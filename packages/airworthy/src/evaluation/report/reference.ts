import type { Context } from '../../store/ports.ts';
import { getBaseline } from '../baselines/get-baseline.ts';
import { type EvaluatedTask, getSuiteEvaluation, type SuiteEvaluation } from './suite-evaluation.ts';

export const FIRST_TASK = 'first task';

/** What a task is compared with. */
export interface Reference {
  /** Of the baseline, or `first task`. */
  name: string;
  evaluation: SuiteEvaluation;
  task: string;
}

/** The suite's baseline where it has one; else the first task, for every other. */
export async function readReference(
  context: Context,
  evaluation: SuiteEvaluation,
  task: EvaluatedTask,
): Promise<Reference | undefined> {
  const { suite, spec } = evaluation;
  const baseline = await getBaseline(context, suite, spec.baseline);
  // One that was accepted as the baseline and is asked again is not compared with itself.
  if (baseline !== undefined && baseline.evaluation !== evaluation.id) {
    const other = await getSuiteEvaluation(context, baseline.evaluation);
    return { name: spec.baseline, evaluation: other, task: baseline.task };
  }
  const [first] = evaluation.tasks;
  if (first === undefined || first.name === task.name) return undefined;
  return { name: FIRST_TASK, evaluation, task: first.name };
}
