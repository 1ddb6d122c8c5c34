import { count } from '../../../format/figures.ts';

interface Tokens {
  inputTokens: number | null;
  outputTokens: number | null;
}

/** '1,204 → 310': read and written. */
export function tokensText({ inputTokens, outputTokens }: Tokens): string {
  if (inputTokens === null && outputTokens === null) return '—';
  return `${inputTokens === null ? '?' : count(inputTokens)} → ${outputTokens === null ? '?' : count(outputTokens)}`;
}
