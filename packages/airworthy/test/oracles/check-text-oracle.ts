import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aggregateSums } from '../../src/evaluation/scoring/aggregates.ts';
import { createScorers, type ScorerInput } from '../../src/evaluation/scoring/create-scorer.ts';
import type { Score, Scorer, ScorerContext } from '../../src/evaluation/scoring/scorer.ts';
import { porterStem } from '../../src/evaluation/scoring/text/porter-stem.ts';
import { tokenise13a } from '../../src/evaluation/scoring/text/tokenise-13a.ts';

type Rouge = Record<'rouge1' | 'rouge2' | 'rougeL', number>;

interface Pair {
  answer: string;
  references: string[];
  tokens: string[];
  bleu: number;
  chrf: number;
  chrfWithWords: number;
  gleu: number;
  rouge: Rouge;
  rougeOfStems: Rouge;
  meteor: number;
  wordErrors: number;
  words: number;
  characterErrors: number;
  characters: number;
}

/** What make-text-oracle.py writes. */
export interface TextOracle {
  pairs: Pair[];
  corpus: Record<'bleu' | 'chrf' | 'chrfWithWords' | 'gleu' | 'wer' | 'cer', number>;
  stems: Record<string, string>;
}

const TOLERANCE = 1e-9;
const CONTEXT = {} as ScorerContext;

/** Registers a test a scorer: the same figures as the reference implementations, text by text and over the corpus. */
export function checkTextOracle({ pairs, corpus, stems }: TextOracle): void {
  test('words are split and stemmed alike', () => {
    for (const { answer, tokens } of pairs) assert.deepEqual(tokenise13a(answer), tokens, answer);
    for (const [word, stem] of Object.entries(stems)) assert.equal(porterStem(word), stem, word);
  });

  const sentences: [ScorerInput, (pair: Pair) => number][] = [
    ['bleu', (pair) => pair.bleu],
    ['chrf', (pair) => pair.chrf],
    [{ type: 'chrf', wordOrders: 2 }, (pair) => pair.chrfWithWords],
    ['gleu', (pair) => pair.gleu],
    ['rouge-1', (pair) => pair.rouge.rouge1],
    ['rouge-2', (pair) => pair.rouge.rouge2],
    ['rouge-l', (pair) => pair.rouge.rougeL],
    [{ type: 'rouge-1', stem: true }, (pair) => pair.rougeOfStems.rouge1],
    [{ type: 'rouge-2', stem: true }, (pair) => pair.rougeOfStems.rouge2],
    [{ type: 'rouge-l', stem: true }, (pair) => pair.rougeOfStems.rougeL],
    ['meteor', (pair) => pair.meteor],
  ];
  for (const [input, expected] of sentences) {
    test(`${JSON.stringify(input)} of each text`, async () => {
      const scorer = await scorerOf(input);
      for (const pair of pairs) {
        const score = await scoreOf(scorer, pair.answer, pair.references);
        // Where a reference has no words, the references say 0 and we that it has no meaning.
        if (score.status === 'unscorable') assert.equal(expected(pair), 0, pair.references[0]);
        else close(figureOf(score), expected(pair), `${pair.answer} | ${pair.references.join(' | ')}`);
      }
    });
  }

  const errors = [
    ['wer', 'wordErrors', 'words'],
    ['cer', 'characterErrors', 'characters'],
  ] as const;
  for (const [type, edits, length] of errors) {
    test(`${type}: edits and lengths of each text`, async () => {
      const scorer = await scorerOf(type);
      for (const pair of pairs) {
        const score = await scoreOf(scorer, pair.answer, pair.references[0]);
        const [substitutions, deletions, insertions, units] = sumsOf(score);
        assert.equal(substitutions + deletions + insertions, pair[edits], pair.answer);
        assert.equal(units, pair[length], pair.answer);
      }
    });
  }

  const corpora: [ScorerInput, number][] = [
    ['bleu', corpus.bleu],
    ['chrf', corpus.chrf],
    [{ type: 'chrf', wordOrders: 2 }, corpus.chrfWithWords],
    ['gleu', corpus.gleu],
    ['wer', corpus.wer],
    ['cer', corpus.cer],
  ];
  test('figures of the corpus', async () => {
    for (const [input, expected] of corpora) {
      const scorer = await scorerOf(input);
      close(await corpusValue(scorer, pairs), expected, JSON.stringify(input));
    }
  });
}

async function corpusValue(scorer: Scorer, pairs: readonly Pair[]): Promise<number> {
  const { aggregate } = scorer.metrics[0];
  assert.equal(aggregate.kind, 'sums');
  if (aggregate.kind !== 'sums') return Number.NaN;
  const total = new Float64Array(aggregate.width);
  for (const { answer, references } of pairs) {
    const score = await scoreOf(scorer, answer, references[0]);
    for (const [index, sum] of sumsOf(score).entries()) total[index] += sum;
  }
  return aggregateSums(aggregate.name, total);
}

async function scorerOf(input: ScorerInput): Promise<Scorer> {
  const [scorer] = await createScorers([input], { folder: '.' });
  return scorer;
}

async function scoreOf(scorer: Scorer, answer: string, expected: string | string[]): Promise<Score> {
  const scores = await scorer.score(
    { id: '1', input: '', expected, metadata: {} },
    { value: answer },
    CONTEXT,
  );
  return scores[scorer.name];
}

function figureOf(score: Score): number {
  return score.status === 'scored' ? (score.value ?? Number.NaN) : Number.NaN;
}

function sumsOf(score: Score): readonly number[] {
  return (score.status === 'scored' && score.sums) || [];
}

function close(actual: number, expected: number, about: string): void {
  assert.ok(Math.abs(actual - expected) <= TOLERANCE, `${about}: ${actual}, not ${expected}`);
}
