/** What an answer must have to be one, by the path it answers. Others may be anything. */
const FORMS: Readonly<Record<string, (body: Record<string, unknown>) => boolean>> = {
  'chat/completions': ({ choices }) => Array.isArray(choices) && isObject(choices[0]?.message),
  embeddings: ({ data }) => Array.isArray(data),
};

/**
 * Is JSON from a path an answer at all? Some servers say 200 and then what went wrong: whoever asked finds no answer in it, and
 * the next time it is to be asked again.
 */
export function isWorthKeeping(path: string, body: unknown): boolean {
  const isAnswer = Object.hasOwn(FORMS, path) ? FORMS[path] : undefined;
  return isAnswer === undefined || (isObject(body) && isAnswer(body));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
