import type { Output } from '../../models/to-prediction.ts';

/** The first number of an answer that is not finite, by its name, such as `value`; undefined where all are. */
export function notFinite(answer: Output): string | undefined {
  if ('output' in answer) return undefined;
  if ('value' in answer) return Number.isFinite(answer.value) ? undefined : 'value';
  if ('probability' in answer) return Number.isFinite(answer.probability) ? undefined : 'probability';
  return Object.values(answer.probabilities).every(Number.isFinite) ? undefined : 'probabilities';
}
