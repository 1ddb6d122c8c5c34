import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Answers, Question } from './schema.ts';
import type { StoredPayload } from './stored-payload.ts';

/**
 * An answer as records have it: of a pair the name of who was preferred, which is the same whichever side they were on;
 * of stretches their list as JSON.
 */
export function answerValue(
  { kind }: Pick<Question, 'kind'>,
  answer: Answers[string],
  { outputs }: Pick<StoredPayload, 'outputs'>,
): string | number {
  if (kind === 'pairwise' && outputs.length === 2) {
    if (answer === 'left') return outputs[0].task;
    if (answer === 'right') return outputs[1].task;
  }
  return typeof answer === 'object' ? canonicalJson(answer) : answer;
}
