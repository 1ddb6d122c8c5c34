import type { EvaluationCase, TaskOutput } from 'airworthy/evaluation';

const saysOther = ({ toolCalls = [] }: TaskOutput): boolean =>
  toolCalls.some((call) => (call as { name?: unknown }).name === 'other');
const isOther = ({ metadata }: EvaluationCase): boolean => metadata.skill === 'other';

/** Of what it took for none of its business, how much was none: below 1, people are not answered. */
function otherPrecision(each: EvaluationCase, output: TaskOutput): boolean | null {
  return saysOther(output) ? isOther(each) : null;
}

/** Of what is none of its business, how much it left alone: below 1, it does what nobody asked for. */
function otherRecall(each: EvaluationCase, output: TaskOutput): boolean | null {
  return isOther(each) ? saysOther(output) : null;
}

export const OTHER_SCORERS = [
  { type: 'function', name: 'other-precision', binary: true, score: otherPrecision },
  { type: 'function', name: 'other-recall', binary: true, score: otherRecall },
] as const;
