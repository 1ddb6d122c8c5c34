import { softmax } from './dense.ts';
import type { ReadWord } from './read-words.ts';

/** The strongest of each feature. */
export function highestOf(rows: readonly Float32Array[]): Float32Array {
  return rows[0].map((_, i) =>
    rows.reduce((highest, row) => Math.max(highest, row[i]), Number.NEGATIVE_INFINITY),
  );
}

export function meanOf(rows: readonly Float32Array[]): Float32Array {
  return rows[0].map((_, i) => rows.reduce((sum, row) => sum + row[i], 0) / rows.length);
}

/** The mean of the states, each as heavy as attention finds it. */
export function attendedOf(states: readonly Float32Array[], attention: Float32Array): Float32Array {
  const weights = softmax(
    Float32Array.from(states, (state) => state.reduce((sum, value, i) => sum + value * attention[i], 0)),
  );
  return states[0].map((_, i) => states.reduce((sum, state, t) => sum + weights[t] * state[i], 0));
}

/** How strongly each filter answers to some pair of words; before the first and after the last stands nothing. */
export function phrasesOf(words: readonly ReadWord[], bias: Float32Array): Float32Array {
  return bias.map((start, filter) => {
    let strongest = 0;
    for (let i = 0; i <= words.length; i++) {
      const first = i > 0 ? words[i - 1].asFirst[filter] : 0;
      const second = i < words.length ? words[i].asSecond[filter] : 0;
      strongest = Math.max(strongest, start + first + second);
    }
    return strongest;
  });
}

export function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
