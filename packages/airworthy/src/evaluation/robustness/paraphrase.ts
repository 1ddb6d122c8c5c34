import { AirworthyError } from '../../kernel/errors.ts';
import type { Random } from '../../stats/random.ts';
import type { ModelCaller } from '../tasks/task.ts';
import type { Perturbation } from './schema.ts';

const INSTRUCTION =
  'Say the same in other words. Keep the meaning, all names and all numbers. Answer with the new text only.';

/** Has a model say a text in other words; each text once, whatever is asked again. Throws what the caller throws. */
export function createParaphraser(
  { endpoint, model, keyVariable, instruction = INSTRUCTION }: Extract<Perturbation, { kind: 'paraphrase' }>,
  models: ModelCaller | undefined,
): (text: string, random: Random) => Promise<string | null> {
  const made = new Map<string, string | null>();
  return async (text, random) => {
    const known = made.get(text);
    if (known !== undefined) return known;
    if (models === undefined) throw new TypeError('paraphrase: no model caller was given');
    const { body } = await models.call({
      endpoint,
      path: 'chat/completions',
      model,
      body: {
        model,
        messages: [
          { role: 'system', content: instruction },
          { role: 'user', content: text },
        ],
        seed: random.integer(2 ** 31),
      },
      ...(keyVariable === undefined ? {} : { keyVariable }),
    });
    const answer = answerOf(body).trim();
    const paraphrase = answer === '' || answer === text ? null : answer;
    made.set(text, paraphrase);
    return paraphrase;
  };
}

function answerOf(body: unknown): string {
  const answer = body as { choices?: { message?: { content?: unknown } }[] };
  const content = answer?.choices?.[0]?.message?.content;
  if (typeof content === 'string') return content;
  throw new AirworthyError('MODEL_CALL_FAILED', {
    message: 'the model that paraphrases answered without a message',
  });
}
