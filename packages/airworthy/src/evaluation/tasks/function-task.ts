import { contentKey } from '../../kernel/ids.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import { asOutput } from './as-output.ts';
import type { Task, TaskContext } from './task.ts';

export type AnyTaskFunction = (input: never, context: TaskContext & { case: EvaluationCase }) => unknown;

/**
 * A function as a task. Its text and the file it stands in decide its digest: what it imports is not seen, so that a change
 * there is a change of the task that only a new name or `source` tells.
 */
export function functionTask(
  run: AnyTaskFunction,
  { name, source }: { name: string; source?: string | undefined },
): Task {
  return {
    name,
    digest: contentKey({ kind: 'function', text: String(run), source: source ?? null }),
    spec: { kind: 'function', ...(run.name === '' ? {} : { function: run.name }) },
    run: async (each, context) => asOutput(await run(each.input as never, { ...context, case: each })),
  };
}
