import { openApp } from 'airworthy';
import { compareSplits, type Learner, type SplitFigure } from '../corpus/compare-splits.ts';
import { expandSentences } from '../corpus/expand-sentences.ts';
import { TRAINING_AUTHORS } from '../corpus/read-phrasings.ts';
import { PROJECT } from '../journey/run-airworthy.ts';
import { tagLinear } from '../planners/linear/tag-linear.ts';
import { LINEAR_FIXES, trainLinear } from '../planners/linear/train-linear.ts';
import { wordsOf } from '../planners/tagger/create-tagger.ts';
import { callOf } from '../skills/to-labels.ts';
import type { Block, Chapter, Claim } from './chapter.ts';
import { drawIntervals } from './draw-intervals.ts';
import { percent, withInterval } from './words.ts';

const ASKED: Readonly<Record<SplitFigure['by'], string>> = {
  random: 'other sentences in wordings that it was trained on',
  template: 'wordings that it was not trained on, of people whom it was',
  author: 'people whom it was not trained on',
};

/** The same learner and the same sentences under three splits: how much a random one flatters. */
export const tellSplits: Chapter = async ({ dataFolder, onProgress }) => {
  onProgress('splits: one learner under each of three');
  await using app = await openApp({ folder: PROJECT, dataFolder });
  // Of a wording without values there is one sentence: it cannot be on both sides, whatever the split.
  const sentences = expandSentences({ authors: TRAINING_AUTHORS, perTemplate: 3, values: 'train' }).filter(
    ({ values }) => values !== 'none',
  );
  const figures = await compareSplits(app.context, sentences, { learn });
  return { title: 'Honest splits', blocks: blocksOf(figures, sentences.length), claims: [flattery(figures)] };
};

/** The linear tagger: seconds of training, so that it can be trained for each split anew. */
const learn: Learner = (sentences) => {
  const model = trainLinear(sentences, { fixes: LINEAR_FIXES, epochs: 4 });
  return (text) => {
    const { label, spans } = tagLinear(model, wordsOf(text));
    return [callOf(label, spans)];
  };
};

function blocksOf(figures: readonly SplitFigure[], sentences: number): Block[] {
  return [
    {
      kind: 'text',
      text: `One learner (linear tagger), ${sentences} sentences of authors ${TRAINING_AUTHORS.join(', ')}, a fifth of them held back in three ways; only wordings with values in them, of which there are several sentences each. Under a random split nearly every test sentence has its wording among the training sentences.`,
    },
    {
      kind: 'picture',
      svg: drawIntervals(
        'Whole calls right by kind of split',
        ['whole call right'],
        figures.map((figure) => ({ name: `split by ${figure.by}`, marks: [figure] })),
      ),
      text: 'Drawn on the page (journey.html).',
    },
    {
      kind: 'table',
      head: ['split by', 'what is asked', 'whole call right', 'judged on', 'trained on'],
      rows: figures.map((figure) => [
        figure.by,
        ASKED[figure.by],
        withInterval(figure),
        `${figure.n} sentences, ${figure.clusters} wordings`,
        `${figure.train} sentences`,
      ]),
    },
  ];
}

function flattery(figures: readonly SplitFigure[]): Claim {
  const of = (by: SplitFigure['by']) => figures.find((figure) => figure.by === by);
  const [random, author] = [of('random'), of('author')];
  return {
    claim: 'a random split flatters: it promises more than a new person gets',
    holds: (random?.low ?? 0) > (author?.high ?? 1),
    because: `${percent(random?.value ?? null)} against ${percent(author?.value ?? null)}, intervals apart`,
  };
}
