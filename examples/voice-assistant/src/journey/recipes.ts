import { TRAINING_AUTHORS } from '../corpus/read-phrasings.ts';

interface TaggerRecipe {
  file: string;
  authors: string;
  augment?: string;
  epochs: number;
}

/** One copy with some values replaced and some words left out, one with nothing but new values. */
const MEASURED = 'medium,new-values';

/** The same recipe for all: fewer epochs where there are more sentences, so that the steps are about as many. */
const TAGGERS: readonly TaggerRecipe[] = [
  { file: 'models/tagger-r5.json', authors: 'a', epochs: 30 },
  { file: 'models/tagger-r7-failed.json', authors: 'a', augment: 'too-strong', epochs: 30 },
  { file: 'models/tagger-r7.json', authors: 'a', augment: MEASURED, epochs: 20 },
  { file: 'models/tagger-2.json', authors: 'a,b', augment: MEASURED, epochs: 14 },
  { file: 'models/tagger-4.json', authors: 'a,b,c,d', augment: MEASURED, epochs: 9 },
  { file: 'models/tagger-6.json', authors: 'a,b,c,d,e,f', augment: MEASURED, epochs: 8 },
  { file: 'models/tagger.json', authors: TRAINING_AUTHORS.join(','), augment: MEASURED, epochs: 7 },
];

/** Fitted on author f with a tagger of the other five, so that every one of them may be trained on all there is. */
const TEMPERATURES = '0.924 1.122';

const NEW_SKILLS = 'light_color,news,story,timer_check,list_clear,note_read';
const ALL_SENTENCES = '.assistant/corpus/all.jsonl';
const WRITE_CORPUS = 'node --conditions=development src/corpus/write-corpus.ts';
const WRITE_ALL = `${WRITE_CORPUS} --authors a,b,c,d,e,f --per-template 8 --values train --seed 1 --form tokens --out ${ALL_SENTENCES}`;
const TRAIN_DECODER = `python training/train_decoder.py --train ${ALL_SENTENCES}`;

const DECODERS: Readonly<Record<string, readonly string[]>> = {
  'models/decoder-untrained.gguf': [
    WRITE_ALL,
    `${TRAIN_DECODER} --mode untrained --out models/decoder-untrained.gguf`,
  ],
  'models/decoder-base.gguf': [
    WRITE_ALL,
    `${TRAIN_DECODER} --mode base --new ${NEW_SKILLS} --steps 3000 --batch 48 --repeat 0.15 --out models/decoder-base.gguf`,
  ],
  'models/decoder-lora.gguf': [
    WRITE_ALL,
    `${TRAIN_DECODER} --mode lora --base models/decoder-base.gguf --new ${NEW_SKILLS} --steps 500 --batch 48 --repeat 0 --rate 2e-3 --replay 0.5 --out models/decoder-lora.gguf`,
  ],
};

/**
 * How the packed models were made, command by command, in the example's folder. `python` stands for the one that has PyTorch,
 * `node` for this one.
 */
export const RECIPES: Readonly<Record<string, readonly string[]>> = {
  ...DECODERS,
  ...Object.fromEntries(TAGGERS.map((recipe) => [recipe.file, trainTagger(recipe)])),
};

function trainTagger({ file, authors, augment, epochs }: TaggerRecipe): string[] {
  const sentences = `.assistant/corpus/${authors.replaceAll(',', '')}${augment === undefined ? '' : `-${augment.replaceAll(',', '-')}`}.jsonl`;
  const augmented = augment === undefined ? '' : ` --augment ${augment}`;
  return [
    `${WRITE_CORPUS} --per-template 3 --authors ${authors}${augmented} --out ${sentences}`,
    `python training/train_tagger.py --train ${sentences} --epochs ${epochs} --temperatures ${TEMPERATURES} --reject 0.3 --least 2 --output ${file}`,
  ];
}
