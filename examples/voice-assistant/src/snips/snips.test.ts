import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { measureTagging } from './measure-tagging.ts';
import { decode, readSnips } from './read-snips.ts';

const FOLDER = join(import.meta.dirname, '..', '..', '..', '..', '..', 'shared', 'data', 'snips');

test('a file in Latin-1 is read as what it is, and one in UTF-8 as well', () => {
  const text = 'Música de João';
  assert.equal(decode(Buffer.from(text, 'utf8')), text);
  assert.equal(decode(Buffer.from(text, 'latin1')), text);
});

test('reads the benchmark as published', {
  skip: existsSync(FOLDER) ? false : `${FOLDER} is not there`,
}, () => {
  const utterances = readSnips(FOLDER, 'validate');
  assert.equal(utterances.length, 700);
  assert.equal(new Set(utterances.map(({ intent }) => intent)).size, 7);
  for (const { tokens, labels } of utterances) assert.equal(tokens.length, labels.length);
});

test('a folder without the files says what is wanted', () => {
  assert.throws(() => readSnips('nowhere', 'train'), /give the folder with train_PlayMusic_full.json/);
});

test('a span counts only where slot, start and end agree', () => {
  const sentence = {
    tokens: ['play', 'purple', 'rain'],
    labels: ['O', 'B-track', 'I-track'],
    intent: 'PlayMusic',
  };
  const half = {
    label: 'PlayMusic',
    confidence: 1,
    spans: [{ slot: 'track', text: 'rain', start: 2, end: 3 }],
  };
  const whole = { ...half, spans: [{ slot: 'track', text: 'purple rain', start: 1, end: 3 }] };
  const { intent, slotF1, exact } = measureTagging([sentence, sentence], [half, whole]);
  assert.deepEqual([intent.value, slotF1.value, exact.value], [1, 0.5, 0.5]);
  assert.ok(exact.low < 0.5 && exact.high > 0.5);
});
