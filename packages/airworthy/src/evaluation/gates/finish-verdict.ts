import { idFromContent } from '../../kernel/ids.ts';
import type { SuiteVerdict } from '../report/schema.ts';
import type { EvaluatedTask } from './gate-input.ts';

/** Says whose verdict it is, and names it by all of its content. */
export function finishVerdict(
  { suite, evaluation, task, run, baseline }: EvaluatedTask,
  facts: Omit<SuiteVerdict, 'id' | 'run' | 'suite' | 'evaluation' | 'task' | 'baseline'>,
): SuiteVerdict {
  const against = baseline
    ? { name: baseline.name, evaluation: baseline.evaluation, task: baseline.task }
    : null;
  const content = { ...{ run, suite, evaluation, task }, baseline: against, ...facts };
  return { id: idFromContent(content), ...content };
}
