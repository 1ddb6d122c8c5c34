import { floatsOfHalves } from './floats-of-halves.ts';

/** Weights as they lie in the file: 16-bit floats, base64. */
export interface StoredTensor {
  shape: readonly number[];
  float16: string;
}

/** A trained tagger as `training/train_tagger.py` writes it: all that it takes to use it, and how it was made. */
export interface TaggerModel {
  format: 'airworthy-voice-tagger/1';
  config: { hidden: number; longestWord: number };
  words: readonly string[];
  characters: readonly string[];
  /** The classes: a skill, or a variant of one (`light state=on`). */
  intents: readonly string[];
  /** `O`, then `B-` and `I-` of each slot. */
  labels: readonly string[];
  /** Which slots a sentence of that intent can have. */
  slots: Readonly<Record<string, readonly string[]>>;
  /** What the scores are divided by so that the confidence is right as often as it says. */
  temperatures: { intent: number; slots: number };
  /** An intent that is less sure than this is `other`. */
  reject: number;
  facts: Readonly<Record<string, unknown>>;
  tensors: Readonly<Record<string, StoredTensor>>;
}

/** Ids below this one are no word and no character of the vocabulary: nothing, unknown, and where a word starts and ends. */
export const FIRST_FREE = 4;
export const UNKNOWN = 1;
export const WORD_START = 2;
export const WORD_END = 3;

/** The weights of that name, row after row. */
export function weightsOf(model: TaggerModel, name: string): Float32Array {
  const tensor = model.tensors[name];
  if (!tensor)
    throw new Error(
      `The tagger's model has no tensor '${name}': it was not written by this version's training/train_tagger.py.`,
    );
  const weights = floatsOfHalves(tensor.float16);
  const size = tensor.shape.reduce((product, n) => product * n, 1);
  if (weights.length !== size)
    throw new Error(
      `The tagger's tensor '${name}' holds ${weights.length} numbers, and its shape says ${size}.`,
    );
  return weights;
}
