import { isRecord } from '../../kernel/is-record.ts';

/** What an answer must have to be one, by the path it answers. Others may be anything. */
const FORMS: Readonly<Record<string, (body: Record<string, unknown>) => boolean>> = {
  'chat/completions': ({ choices }) => Array.isArray(choices) && isRecord(choices[0]?.message),
  embeddings: ({ data }) => Array.isArray(data),
};

/**
 * Is JSON from a path an answer at all? Some servers say 200 and then what went wrong: whoever asked finds no answer in it, and
 * the next time it is to be asked again.
 */
export function isWorthKeeping(path: string, body: unknown): boolean {
  const isAnswer = Object.hasOwn(FORMS, path) ? FORMS[path] : undefined;
  return isAnswer === undefined || (isRecord(body) && isAnswer(body));
}
