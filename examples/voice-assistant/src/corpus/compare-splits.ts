import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { App } from 'airworthy';
import { addDataset, type DatasetVersion, SPLIT_CODES, type Split, splitDataset } from 'airworthy/data';
import { estimateSample, meanMetric, sampleOfValues } from 'airworthy/evaluation';
import { type Figure, toFigure } from '../journey/figure.ts';
import type { Call } from '../skills/skill.ts';
import type { Sentence } from './expand-sentences.ts';

/** Makes of sentences what understands others. */
export type Learner = (sentences: readonly Sentence[]) => (text: string) => readonly Call[];

/** Of the same sentences and the same learner, how many calls were right where the test rows were held back in one way. */
export interface SplitFigure extends Figure {
  by: 'random' | 'template' | 'author';
  /** Digest of the split: which rows were on which side is on record with the dataset version. */
  split: string;
  train: number;
  /** How many templates or authors are on each side, where whole ones are held back. */
  groups?: NonNullable<Split['groups']>;
}

export interface SplitComparison {
  learn: Learner;
  /** Share of the sentences that is held back. */
  test?: number;
  seed?: number;
}

const WAYS = ['random', 'template', 'author'] as const;

/**
 * The same learner, trained and judged under each split of the same sentences. Under a random one every test sentence has its
 * template among the training sentences: what it measures is memory for wordings, and no skill in understanding new ones.
 *
 * @example
 * await using app = await openApp({ folder: '.' });
 * const figures = await compareSplits(app.context, sentences, { learn });
 */
export async function compareSplits(
  context: App['context'],
  sentences: readonly Sentence[],
  { learn, test = 0.2, seed = 1 }: SplitComparison,
): Promise<SplitFigure[]> {
  const version = await addSentences(context, sentences);
  const figures: SplitFigure[] = [];
  for (const by of WAYS) {
    const split = await splitDataset(context, version, { by, test, seed });
    const roles = await context.store.blobs.get(split.blob);
    const rowsOf = (role: number) => sentences.filter((_, row) => roles[row] === role);
    const understand = learn(rowsOf(SPLIT_CODES.train));
    const { groups, roles: counts, digest } = split;
    figures.push({
      ...{ by, split: digest, train: counts.train },
      ...(groups ? { groups } : {}),
      ...judge(rowsOf(SPLIT_CODES.test), understand),
    });
  }
  return figures;
}

/** A version has its rows in the order of its file: row n is sentence n. */
async function addSentences(
  context: App['context'],
  sentences: readonly Sentence[],
): Promise<DatasetVersion> {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-sentences-'));
  try {
    const rows = sentences.map(({ text, intent, template, author }) => ({ text, intent, template, author }));
    writeFileSync(join(folder, 'sentences.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const config = { source: 'sentences.jsonl', target: { name: 'intent' }, features: ['text'] };
    return (await addDataset(context, { name: 'sentences', config, folder })).version;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Sentences of one template stand or fall together: the interval counts templates. */
function judge(sentences: readonly Sentence[], understand: ReturnType<Learner>) {
  const right = sentences.map(({ text, call }) => (isDeepStrictEqual(understand(text), [call]) ? 1 : 0));
  const templates = sentences.map(({ template }) => template);
  const sample = sampleOfValues(meanMetric('exact', { binary: true }), right, templates);
  return toFigure(estimateSample(sample));
}
