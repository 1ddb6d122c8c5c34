import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { AUGMENT_STRENGTHS, type AugmentStrength, augment } from './augment.ts';
import { checkPhrasings } from './check-phrasings.ts';
import { expandSentences, type Sentence } from './expand-sentences.ts';
import { mustPassCases } from './must-pass-cases.ts';
import { ALL_AUTHORS, readPhrasings, slotsOf, TRAINING_AUTHORS, UNSEEN_AUTHORS } from './read-phrasings.ts';
import { splitSentences } from './split-sentences.ts';
import { fullCases } from './suite-cases.ts';
import { toCase } from './to-case.ts';
import { halfOf } from './value-half.ts';

const TRAINED = expandSentences({ authors: TRAINING_AUTHORS, perTemplate: 2 });

/** What the labels say the arguments are. */
function spansOf({ tokens, labels }: Sentence): Record<string, string> {
  const labelled = labels.flatMap((label, index) =>
    label === 'O' ? [] : [{ slot: label.slice(2), token: tokens[index] }],
  );
  const spans = [...Map.groupBy(labelled, ({ slot }) => slot)];
  return Object.fromEntries(spans.map(([slot, words]) => [slot, words.map(({ token }) => token).join(' ')]));
}

function assertConsistent(sentence: Sentence): void {
  assert.equal(sentence.tokens.join(' '), sentence.text);
  assert.equal(sentence.labels.length, sentence.tokens.length);
  const { state: _state, favorite: _favorite, ...spans } = sentence.call.arguments;
  assert.deepEqual({ ...spans }, spansOf(sentence), sentence.text);
}

test('all authors can be read, and every one has every intent', () => {
  const phrasings = readPhrasings();
  const intents = phrasings.map(({ templates }) =>
    [...new Set(templates.map(({ intent }) => intent))].sort().join(),
  );
  assert.deepEqual([new Set(intents).size, intents[0].split(',').length], [1, 25]);
  assert.deepEqual(
    phrasings.map(({ author }) => author),
    ALL_AUTHORS,
  );
  assert.throws(() => readPhrasings({ authors: ['z'] }), /there is no author "z"/);
});

test('what is wrong with phrasings is named', () => {
  const template = (intent: string, text: string) => ({ author: 'x', intent, text, slots: slotsOf(text) });
  const problems = checkPhrasings({
    author: 'x',
    values: { room: ['kitchen', 'kitchen', 'room 5'] },
    templates: [
      template('stop', 'be quiet'),
      template('light state=off', 'be quiet'),
      template('weather', 'rain in the {room}'),
      template('dance', 'dance'),
    ],
  });
  assert.deepEqual(problems, [
    'value of room: "room 5" has other than a-z and apostrophes',
    'value of room: "kitchen" is there twice',
    'weather: "rain in the {room}" has an unknown slot {room}',
    'dance: "dance": no skill has this intent',
    '"be quiet" is there twice: stop, light state=off',
  ]);
});

test('sentences: labels say what the call says, no text twice, the same again for the same seed', () => {
  for (const sentence of TRAINED) assertConsistent(sentence);
  assert.equal(new Set(TRAINED.map(({ text }) => text)).size, TRAINED.length);
  assert.equal(new Set(TRAINED.map(({ id }) => id)).size, TRAINED.length);
  assert.deepEqual(expandSentences({ authors: TRAINING_AUTHORS, perTemplate: 2 }), TRAINED);
  const [dim] = TRAINED.filter(({ intent }) => intent === 'light state=dim');
  assert.deepEqual([dim.call.name, dim.call.arguments.state], ['light', 'dim']);
});

test('values of the test half are in no training sentence, and unseen templates are marked', () => {
  const test = expandSentences({ authors: TRAINING_AUTHORS, perTemplate: 1, values: 'test' });
  assert.ok(test.every(({ values, phrasing }) => values !== 'seen' && phrasing === 'seen'));
  assert.ok(TRAINED.every(({ values }) => values !== 'unseen'));
  const values = TRAINED.flatMap((sentence) => Object.values(spansOf(sentence)));
  assert.ok(values.every((value) => halfOf(value) === 'train'));
  const others = expandSentences({ authors: UNSEEN_AUTHORS, perTemplate: 1, values: 'all' });
  const mustPass = mustPassCases().map(({ input }) => input.text);
  const templates = new Set([...TRAINED.map(({ template }) => template), ...mustPass]);
  for (const { template, phrasing } of others) assert.equal(phrasing === 'seen', templates.has(template));
});

test('splits hold back about the share that is asked for, in whole templates and authors', () => {
  for (const by of ['random', 'template', 'author'] as const) {
    const { train, test } = splitSentences(TRAINED, { by, test: 0.2 });
    assert.equal(train.length + test.length, TRAINED.length);
    assert.ok(Math.abs(test.length / TRAINED.length - 0.2) < 0.06, by);
    if (by === 'random') continue;
    const trained = new Set(train.map((sentence) => sentence[by]));
    assert.ok(test.every((sentence) => !trained.has(sentence[by])));
  }
});

test('property: augmented sentences are consistent, new, and hold no value of the test half but invented words', () => {
  const some = TRAINED.filter((_, index) => index % 40 === 0);
  const texts = new Set(some.map(({ text }) => text));
  const strengths = fc.constantFrom(...(Object.keys(AUGMENT_STRENGTHS) as AugmentStrength[]));
  fc.assert(
    fc.property(strengths, fc.nat(), (strength, seed) => {
      const added = augment(some, { strength, seed });
      for (const sentence of added) {
        assertConsistent(sentence);
        assert.ok(!texts.has(sentence.text));
      }
      assert.deepEqual(augment(some, { strength, seed }), added);
    }),
    { numRuns: 10, seed: 1 },
  );
});

test('a case accepts exactly the values that were said', () => {
  const [sentence] = TRAINED.filter(({ intent }) => intent === 'music favorite=true');
  const { expected, input, metadata } = toCase(sentence);
  assert.deepEqual(expected, [{ name: 'music', accepted: { favorite: [true] } }]);
  assert.deepEqual([input.text, metadata.values, metadata.skill], [sentence.text, 'none', 'music']);
});

test('no must-pass command but "stop" is a sentence that only strangers wrote', () => {
  const textsOf = (authors: readonly string[]) =>
    new Set(readPhrasings({ authors }).flatMap(({ templates }) => templates.map(({ text }) => text)));
  const only = textsOf(UNSEEN_AUTHORS).difference(textsOf(TRAINING_AUTHORS));
  const texts = mustPassCases().map(({ input }) => input.text);
  assert.deepEqual(
    texts.filter((text) => only.has(text)),
    ['stop'],
  );
  assert.equal(new Set(texts).size, texts.length);
});

test('the full suite has every part, and no case twice', () => {
  const cases = fullCases();
  const parts = Map.groupBy(cases, ({ metadata }) => metadata.part);
  assert.equal(parts.size, 4);
  for (const [part, each] of parts) assert.ok(each.length > 200, part);
  assert.equal(new Set(cases.map(({ id }) => id)).size, cases.length);
});
