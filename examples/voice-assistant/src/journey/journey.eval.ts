// Judges one rung of the journey, chosen by ASSISTANT_RUNG: `ASSISTANT_RUNG=R5 airworthy evaluate journey`.
import { defineEval, type EvaluationCase, type TaskOutput } from 'airworthy/evaluation';
import { OTHER_SCORERS } from '../../suites/other-scorers.ts';
import type { Call } from '../skills/skill.ts';
import { validateCalls } from '../turn/validate-calls.ts';
import { journeyCases } from './journey-cases.ts';
import { plannerTask } from './planner-task.ts';
import { findRung } from './rungs.ts';

const callsOf = ({ toolCalls = [] }: TaskOutput) => toolCalls as readonly Call[];
const expectedName = ({ expected }: EvaluationCase) => (expected as [{ name: string }])[0].name;

const rung = plannerTask(findRung(process.env.ASSISTANT_RUNG ?? 'R9'));

export default defineEval({
  name: 'journey',
  description:
    'Sentences that the assistant was not trained on, in wordings of strangers and with unseen values.',
  dataset: journeyCases(),
  cluster: 'metadata.template',
  tasks: { [rung.name]: rung },
  // One after the other: a figure of milliseconds is one planner's, on one core.
  concurrency: 1,
  scorers: [
    'tool-calls',
    { type: 'function', name: 'valid', binary: true, score: isValid },
    { type: 'function', name: 'intent', binary: true, score: isRightSkill },
    ...OTHER_SCORERS,
    'latency',
  ],
  slices: ['part'],
  gates: [
    {
      name: 'better than the rung before',
      metric: 'tool-calls',
      rule: 'better-than',
      // Each on its own: what helps with new values may do nothing for new wordings.
      slices: ['part'],
      onUndecided: 'warn',
    },
  ],
});

/** Can it be run at all, right or not? */
function isValid(_: EvaluationCase, output: TaskOutput) {
  const calls = callsOf(output);
  return calls.length > 0 && validateCalls([...calls]).length === 0;
}

function isRightSkill(each: EvaluationCase, output: TaskOutput) {
  const [call, ...more] = callsOf(output);
  return more.length === 0 && call?.name === expectedName(each);
}
