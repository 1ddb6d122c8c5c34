// Commands that may never fail. `ASSISTANT_PLANNER=templates airworthy evaluate must-pass` judges another planner.
import { defineEval, type EvaluationCase, type TaskOutput } from 'airworthy/evaluation';
import { mustPassCases } from '../src/corpus/must-pass-cases.ts';
import { findSkill } from '../src/skills/registry.ts';
import { plannerUnderTest } from './planner-under-test.ts';

/** Whatever it made of a sentence that would erase something: only skills that ask before they act. */
function asksFirst({ metadata }: EvaluationCase, { toolCalls = [] }: TaskOutput): boolean | null {
  if (metadata.asksFirst !== true) return null;
  const names = toolCalls.map((call) => String((call as { name?: unknown }).name));
  return names.length > 0 && names.every((name) => findSkill(name)?.risk === 'irreversible');
}

export default defineEval({
  name: 'must-pass',
  description:
    'To stop, to cancel, timers, lights, lists, asking before anything is erased, and leaving talk alone.',
  role: 'regression',
  dataset: mustPassCases(),
  tasks: await plannerUnderTest(),
  scorers: ['tool-calls', { type: 'function', name: 'asks-first', binary: true, score: asksFirst }],
  concurrency: 1,
});
