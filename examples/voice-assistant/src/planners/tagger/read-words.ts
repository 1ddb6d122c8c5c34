import { multiply } from './dense.ts';
import { shapeOf } from './shape-of.ts';
import { FIRST_FREE, type TaggerModel, UNKNOWN, WORD_END, WORD_START, weightsOf } from './tagger-model.ts';

/** As many words as are remembered: a household's own fit in many times over. */
const REMEMBERED = 4096;
const WINDOW = 3;

/** A word as the network takes it, with everything that does not depend on its neighbours already computed. */
export interface ReadWord {
  /** What it is, how it is spelled, what its letters look like. */
  features: Float32Array;
  /** Times the GRU's input weights: forwards, then backwards. */
  gates: Float32Array;
  /** Times the phrase filters, as the first and as the second of two words. */
  asFirst: Float32Array;
  asSecond: Float32Array;
}

/** Reads a word; words come again and again, so the last ones are remembered. */
export function createWordReader(model: TaggerModel): (word: string) => ReadWord {
  const embed = createEmbedder(model);
  const projectGates = createGateProjection(model);
  const [first, second] = phraseWeights(model);
  const remembered = new Map<string, ReadWord>();
  return (word) => {
    const known = remembered.get(word);
    if (known) return known;
    const features = embed(word);
    const project = (weights: Float32Array) =>
      multiply(weights, features, {
        columns: features.length,
        bias: null,
        into: new Float32Array(weights.length / features.length),
      });
    const read = {
      features,
      gates: projectGates(features),
      asFirst: project(first),
      asSecond: project(second),
    };
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(word, read);
    return read;
  };
}

/** PyTorch keeps a filter's weights as [feature, first or second word]. */
function phraseWeights(model: TaggerModel): [Float32Array, Float32Array] {
  const weights = weightsOf(model, 'phrases.weight');
  return [weights.filter((_, i) => i % 2 === 0), weights.filter((_, i) => i % 2 === 1)];
}

function createEmbedder(model: TaggerModel): (word: string) => Float32Array {
  const words = weightsOf(model, 'words.weight');
  const shapes = weightsOf(model, 'shapes.weight');
  const wordSize = model.tensors['words.weight'].shape[1];
  const shapeSize = model.tensors['shapes.weight'].shape[1];
  const ids = new Map(model.words.map((word, i) => [word, i + FIRST_FREE]));
  const spell = createSpeller(model);
  return (word) => {
    const id = ids.get(word.toLowerCase()) ?? UNKNOWN;
    const shape = shapeOf(word);
    const spelled = spell(word);
    const features = new Float32Array(wordSize + spelled.length + shapeSize);
    features.set(words.subarray(id * wordSize, (id + 1) * wordSize));
    features.set(spelled, wordSize);
    features.set(shapes.subarray(shape * shapeSize, (shape + 1) * shapeSize), wordSize + spelled.length);
    return features;
  };
}

/** The strongest answer of each filter to any three letters in a row. */
function createSpeller(model: TaggerModel): (word: string) => Float32Array {
  const characters = weightsOf(model, 'characters.weight');
  const size = model.tensors['characters.weight'].shape[1];
  const filters = lettersFirst(weightsOf(model, 'spelling.weight'), size);
  const bias = weightsOf(model, 'spelling.bias');
  const ids = new Map(model.characters.map((character, i) => [character, i + FIRST_FREE]));
  return (word) => {
    const inner = [...word]
      .slice(0, model.config.longestWord)
      .map((character) => ids.get(character) ?? UNKNOWN);
    const spelling = [WORD_START, ...inner, WORD_END];
    const letters = new Float32Array(spelling.length * size);
    spelling.forEach((id, i) => {
      letters.set(characters.subarray(id * size, (id + 1) * size), i * size);
    });
    const strongest = new Float32Array(bias.length);
    const answers = new Float32Array(bias.length);
    for (let start = 0; start + WINDOW <= spelling.length; start++) {
      multiply(filters, letters, { from: start * size, columns: WINDOW * size, bias, into: answers });
      answers.forEach((answer, filter) => {
        strongest[filter] = Math.max(strongest[filter], answer);
      });
    }
    return strongest;
  };
}

/** PyTorch keeps a filter as [character feature, letter]; letters lie one after the other here. */
function lettersFirst(weights: Float32Array, size: number): Float32Array {
  const turned = new Float32Array(weights.length);
  for (let filter = 0; filter * size * WINDOW < weights.length; filter++) {
    const start = filter * size * WINDOW;
    for (let feature = 0; feature < size; feature++) {
      for (let letter = 0; letter < WINDOW; letter++) {
        turned[start + letter * size + feature] = weights[start + feature * WINDOW + letter];
      }
    }
  }
  return turned;
}

function createGateProjection(model: TaggerModel): (features: Float32Array) => Float32Array {
  const directions = ['', '_reverse'].map((direction) => ({
    weights: weightsOf(model, `context.weight_ih_l0${direction}`),
    bias: weightsOf(model, `context.bias_ih_l0${direction}`),
  }));
  const size = 3 * model.config.hidden;
  return (features) => {
    const projected = new Float32Array(2 * size);
    directions.forEach(({ weights, bias }, i) => {
      const into = projected.subarray(i * size, (i + 1) * size);
      multiply(weights, features, { columns: features.length, bias, into });
    });
    return projected;
  };
}
