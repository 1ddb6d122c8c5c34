import { multiply, sigmoid } from './dense.ts';
import type { ReadWord } from './read-words.ts';
import { type TaggerModel, weightsOf } from './tagger-model.ts';

/** Reads the words in both directions: for each word [forwards, backwards], 2 x hidden numbers. */
export function createGru(model: TaggerModel): (words: readonly ReadWord[]) => Float32Array[] {
  const { hidden } = model.config;
  const directions = ['', '_reverse'].map((direction) => ({
    weights: weightsOf(model, `context.weight_hh_l0${direction}`),
    bias: weightsOf(model, `context.bias_hh_l0${direction}`),
  }));
  return (words) => {
    const states = words.map(() => new Float32Array(2 * hidden));
    directions.forEach((direction, d) => {
      let state: Float32Array = new Float32Array(hidden);
      for (let step = 0; step < words.length; step++) {
        const t = d === 0 ? step : words.length - 1 - step;
        const inputs = words[t].gates.subarray(d * 3 * hidden, (d + 1) * 3 * hidden);
        const next = states[t].subarray(d * hidden, (d + 1) * hidden);
        stepGru(direction, { inputs, state, next });
        state = next;
      }
    });
    return states;
  };
}

/** PyTorch's order of gates: reset, update, new. */
function stepGru(
  { weights, bias }: { weights: Float32Array; bias: Float32Array },
  { inputs, state, next }: { inputs: Float32Array; state: Float32Array; next: Float32Array },
): void {
  const hidden = state.length;
  const recurrent = multiply(weights, state, { columns: hidden, bias, into: new Float32Array(3 * hidden) });
  for (let i = 0; i < hidden; i++) {
    const reset = sigmoid(inputs[i] + recurrent[i]);
    const update = sigmoid(inputs[hidden + i] + recurrent[hidden + i]);
    const fresh = Math.tanh(inputs[2 * hidden + i] + reset * recurrent[2 * hidden + i]);
    next[i] = (1 - update) * fresh + update * state[i];
  }
}
