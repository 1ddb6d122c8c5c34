/** What an API says that a call took. */
export interface CountedTokens {
  input: number | null;
  output: number | null;
  cached: number | null;
}

type Counts = Record<string, unknown> & {
  prompt_tokens_details?: Record<string, unknown> | null;
  input_tokens_details?: Record<string, unknown> | null;
};

/** Tokens as chat completions, embeddings, responses and Anthropic's messages count them; null where they do not. */
export function readTokens(body: unknown): CountedTokens {
  const usage = (body as { usage?: Counts | null } | null)?.usage;
  if (typeof usage !== 'object' || usage === null) return { input: null, output: null, cached: null };
  const details = usage.prompt_tokens_details ?? usage.input_tokens_details;
  return {
    input: whole(usage.prompt_tokens ?? usage.input_tokens),
    output: whole(usage.completion_tokens ?? usage.output_tokens),
    cached: whole(details?.cached_tokens),
  };
}

function whole(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 ? value : null;
}

/** Characters a token in most languages' prose, more or less. */
const CHARACTERS_A_TOKEN = 4;
/** What an answer takes of which nothing is known. */
const TOKENS_OF_ANSWER = 256;

/** A guess, before anything is known of this model's answers. */
export function guessTokens(body: unknown, text: string): { input: number; output: number } {
  const { max_tokens, max_completion_tokens } = (body ?? {}) as Record<string, unknown>;
  return {
    input: Math.ceil(text.length / CHARACTERS_A_TOKEN),
    output: whole(max_completion_tokens ?? max_tokens) ?? TOKENS_OF_ANSWER,
  };
}
