import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { createScorer, createTagger } from './create-tagger.ts';
import { floatsOfHalves } from './floats-of-halves.ts';
import { bestLabels, legalSteps, probabilityOf } from './label-words.ts';
import { openTagger } from './open-tagger.ts';
import { spansOf } from './spans-of.ts';
import type { TaggerModel } from './tagger-model.ts';

const RECORDED = join(import.meta.dirname, 'recorded');
const TINY = join(RECORDED, 'tiny-tagger.json');
const tiny = JSON.parse(readFileSync(TINY, 'utf8')) as TaggerModel;

interface TorchScores {
  tokens: string[];
  said: { intent: string; labels: string[] };
  intents: number[];
  emissions: number[][];
}

const torch = readFileSync(join(RECORDED, 'torch-scores.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as TorchScores);

test('says of a sentence what PyTorch says', () => {
  const score = createScorer(tiny);
  const tagger = createTagger(tiny);
  for (const { tokens, said, intents, emissions } of torch) {
    const scores = score(tokens);
    assertClose([...scores.intents], intents);
    scores.emissions.forEach((row, i) => {
      assertClose([...row], emissions[i]);
    });
    const { label, spans } = tagger.tag(tokens.join(' '));
    assert.equal(label, said.intent);
    assert.deepEqual(spans, spansOf(tokens, said.labels, { joined: true }));
  }
});

test('a planner gives the call that label and spans mean', async () => {
  const planner = openTagger(TINY);
  const { calls, confidence } = await planner.plan({ text: 'set a timer for ten minutes' });
  assert.deepEqual(calls, [{ name: 'timer_set', arguments: { duration: 'ten minutes' } }]);
  assert.ok(confidence !== null && confidence > 0 && confidence <= 1);
});

test('what is not sure enough is `other`, and so is silence', () => {
  const careful = createTagger({ ...tiny, reject: 1.01 });
  assert.equal(careful.tag('set a timer for ten minutes').label, 'other');
  assert.deepEqual(createTagger(tiny).tag('  '), { label: 'other', confidence: 1, spans: [] });
});

test('takes any text: slots are those of the label, spans are words of it', () => {
  const tagger = createTagger(tiny);
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
      const { label, confidence, spans } = tagger.tag(text);
      assert.ok(confidence >= 0 && confidence <= 1 + 1e-6);
      for (const span of spans) {
        assert.ok(tiny.slots[label].includes(span.slot));
        assert.ok(text.split(/\s+/).join(' ').includes(span.text));
      }
    }),
    { numRuns: 50 },
  );
});

test('the labels chosen are the likeliest of all that BIO allows, and all together are certain', () => {
  const labels = ['O', 'B-room', 'I-room'];
  const allowed = [0, 1, 2];
  fc.assert(
    fc.property(scoresOf(2, 3), scoresOf(4, 3), (rows, learnt) => {
      const emissions = rows.map((row) => Float32Array.from(row));
      const steps = legalSteps(labels, Float32Array.from(learnt.flat()));
      const paths = allowed.flatMap((first) => allowed.map((second) => [first, second]));
      const likely = paths.map((path) => probabilityOf(path, { emissions, steps, allowed, temperature: 1 }));
      const total = likely.reduce((sum, share) => sum + share, 0);
      assert.ok(Math.abs(total - 1) < 1e-3);
      const best = probabilityOf(bestLabels(emissions, steps, allowed), {
        emissions,
        steps,
        allowed,
        temperature: 1,
      });
      assert.ok(best >= Math.max(...likely) - 1e-4);
      assert.ok(likely[paths.findIndex(([first, second]) => first === 0 && second === 2)] < 1e-6);
    }),
    { numRuns: 50 },
  );
});

test('what fills a slot side by side is one span where it is asked for', () => {
  const [tokens, labels] = [
    ['big', 'red', 'barn'],
    ['B-room', 'B-room', 'I-room'],
  ];
  assert.deepEqual(
    spansOf(tokens, labels, { joined: true }).map(({ text }) => text),
    ['big red barn'],
  );
  assert.deepEqual(
    spansOf(tokens, labels, { joined: false }).map(({ text }) => text),
    ['big', 'red barn'],
  );
});

test('16-bit floats are read as they were written', () => {
  const halves = Uint16Array.from([0x3c00, 0xc000, 0x3555, 0x0001, 0x0000, 0x7c00]);
  const base64 = Buffer.from(halves.buffer).toString('base64');
  assertClose([...floatsOfHalves(base64)].slice(0, 5), [1, -2, 0.333251953125, 2 ** -24, 0]);
  assert.equal(floatsOfHalves(base64)[5], Number.POSITIVE_INFINITY);
});

test('a file that is no model, or none at all, says what to do', () => {
  assert.throws(() => openTagger(join(RECORDED, 'sentences.jsonl')), /is no tagger's model/);
  assert.throws(() => openTagger(join(RECORDED, 'nothing.json')), /make it with training\/train_tagger.py/);
});

function scoresOf(rows: number, columns: number): fc.Arbitrary<number[][]> {
  const row = fc.array(fc.double({ min: -3, max: 3, noNaN: true }), {
    minLength: columns,
    maxLength: columns,
  });
  return fc.array(row, { minLength: rows, maxLength: rows });
}

function assertClose(actual: readonly number[], expected: readonly number[]): void {
  assert.equal(actual.length, expected.length);
  actual.forEach((value, i) => {
    assert.ok(Math.abs(value - expected[i]) < 1e-3, `${value} is not ${expected[i]}`);
  });
}
