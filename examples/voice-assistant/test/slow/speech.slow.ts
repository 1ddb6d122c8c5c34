import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { expandSentences } from '../../src/corpus/expand-sentences.ts';
import { TRAINING_AUTHORS } from '../../src/corpus/read-phrasings.ts';
import { synthesizeCorpus } from '../../src/speech/corpus/synthesize-corpus.ts';
import { openEspeak } from '../../src/speech/espeak/open-espeak.ts';
import { openFlite } from '../../src/speech/flite/open-flite.ts';
import { collectSamples } from '../../src/speech/join-samples.ts';
import { judgeSound } from '../../src/speech/judge-sound.ts';
import { openAudioTranscriber } from '../../src/speech/openai/open-audio-transcriber.ts';
import { openPocketsphinx, type Pocketsphinx } from '../../src/speech/pocketsphinx/open-pocketsphinx.ts';
import { createRecogniserPool } from '../../src/speech/pocketsphinx/recogniser-pool.ts';
import { startRecogniser } from '../../src/speech/pocketsphinx/recogniser-process.ts';
import { serveSpeech } from '../../src/speech/serve-speech.ts';
import { transcribe } from '../../src/speech/transcribe.ts';
import { openWakeWord, WAKE_PHRASE } from '../../src/speech/wake-word.ts';

const MISSING = ['pocketsphinx_continuous', 'flite', 'espeak-ng'].filter((command) => !isThere(command));
const skip = MISSING.length > 0 ? `not installed: ${MISSING.join(', ')}` : false;

function isThere(command: string): boolean {
  try {
    execFileSync('which', [command]);
    return true;
  } catch {
    return false;
  }
}

const flite = openFlite();
const espeak = openEspeak();
const say = (text: string, voice = 'slt') => collectSamples(flite.speak(text, { voice }));
let ears: Pocketsphinx;

before(async () => {
  if (skip) return;
  const sentences = expandSentences({ authors: TRAINING_AUTHORS, perTemplate: 12, values: 'train' });
  ears = await openPocketsphinx({ sentences: sentences.map(({ text }) => text) });
});
after(() => ears?.close());

test('commands are understood, and the same whatever was said before', { skip }, async () => {
  for (const voice of ['slt', 'rms', 'kal16']) {
    const sound = await say('what time is it', voice);
    const first = await transcribe(ears, sound);
    assert.equal(first.text, 'what time is it');
    await transcribe(
      ears,
      (await say('what is the weather in denver')).map((sample) => sample / 8),
    );
    assert.deepEqual(await transcribe(ears, sound), first);
  }
});

test('what is no command is written as it was said', { skip }, async () => {
  const heard = await transcribe(
    ears,
    await say('the president spoke to members of congress about the economy'),
  );
  assert.equal(heard.inGrammar, false);
  assert.match(heard.text, /president spoke/);
});

test('words come while somebody speaks', { skip }, async () => {
  const partials: string[] = [];
  const hearing = ears.listen({ onPartial: (text) => partials.push(text) });
  const sound = await say('turn on the light in the kitchen');
  for (let at = 0; at < sound.length; at += 320) hearing.write(sound.subarray(at, at + 320));
  const { text } = await hearing.end();
  assert.equal(text, 'turn on the light in the kitchen');
  assert.ok(partials.length > 2);
});

test('nothing that is not speech to us becomes a sure command', { skip }, async () => {
  const [one, other] = [
    await say('set a timer for ten minutes'),
    await say('the weather is lovely today', 'rms'),
  ];
  const both = one.map((sample, index) => (sample + (other[index] ?? 0)) / 2);
  const chords = Int16Array.from(
    { length: 48_000 },
    (_, index) =>
      [262, 330, 392].reduce((sum, hz) => sum + 5_000 * Math.sin((2 * Math.PI * hz * index) / 16_000), 0) *
      (1 - (index % 12_000) / 12_000),
  );
  const loud = one.map((sample) => Math.max(-32_768, Math.min(32_767, sample * 30)));
  const foreign = [
    ['fr', 'allume la lumière dans le salon'],
    ['fr', 'quel temps fera t il demain à paris'],
    ['de', 'mach bitte das licht im wohnzimmer aus'],
    ['de', 'stell einen wecker auf zehn minuten'],
  ].map(([voice, text]) => collectSamples(espeak.speak(text, { voice })));
  const sounds = [new Int16Array(32_000), both, chords, loud, ...(await Promise.all(foreign))];
  for (const [index, sound] of sounds.entries()) {
    if (judgeSound(sound).problem !== null) continue;
    const { text, inGrammar, confidence } = await transcribe(ears, sound);
    const right = text === '' || text === 'set a timer for ten minutes';
    assert.ok(right || !inGrammar || confidence! < 0.5, `sound ${index}: "${text}" ${confidence}`);
  }
});

test('a recogniser that dies in a sentence is said to have, and the next sentence is heard', {
  skip,
}, async () => {
  const options = ['--phrase', WAKE_PHRASE];
  const first = await startRecogniser(options);
  const pool = createRecogniserPool(first, 1, options);
  const borrowed = await pool.borrow();
  const next = pool.borrow();
  const died = new Promise((resolve) => borrowed.subscribe(({ kind }) => kind === 'gone' && resolve(kind)));
  borrowed.kill();
  assert.equal(await died, 'gone');
  pool.giveBack(borrowed);
  const replaced = await next;
  assert.ok(replaced.alive);
  assert.notEqual(replaced, first);
  pool.close();
});

test('who stops listening frees the recogniser for the next', { skip }, async () => {
  const sound = await say('stop the music');
  const hearing = ears.listen();
  hearing.write(sound);
  const waiting = transcribe(ears, await say('what time is it'));
  hearing.abort();
  await assert.rejects(hearing.end(), { code: 'aborted' });
  const { text, inGrammar } = await waiting;
  assert.deepEqual({ text, inGrammar }, { text: 'what time is it', inGrammar: true });
});

test('a voice stops when nobody listens, and says at once what it has said before', { skip }, async () => {
  const stop = new AbortController();
  const started = performance.now();
  let parts = 0;
  for await (const _ of flite.speak('one. two. three. four. five.', { signal: stop.signal })) {
    parts++;
    stop.abort();
  }
  assert.equal(parts, 1);
  const made = performance.now() - started;
  const again = performance.now();
  assert.ok((await say('one.')).length > 0);
  assert.ok(performance.now() - again < Math.max(5, made / 2));
  await assert.rejects(say('hello', 'nobody'), { code: 'refused' });
});

test('the wake word wakes and other words do not', { skip }, async () => {
  const woken: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const detector = await openWakeWord({
    onWake({ atMs }) {
      woken.push(atMs);
      resolve();
    },
  });
  const other = await say('what is for dinner tonight');
  detector.write(other);
  detector.write(new Int16Array(8_000));
  detector.write(await say(WAKE_PHRASE, 'rms'));
  detector.write(new Int16Array(8_000));
  await promise;
  detector.close();
  assert.equal(woken.length, 1);
  assert.ok(woken[0] > other.length / 16);
});

test('the same corpus is the same bytes', { skip }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'airworthy-corpus-'));
  const digests = await Promise.all(
    ['one', 'two'].map(async (name) => {
      const manifest = await synthesizeCorpus({
        cases: [{ id: 'lights', text: 'lights on' }],
        folder: join(folder, name),
        voices: ['slt', 'en-us'],
        conditions: [null, { noise: 'white', snrDb: 10 }, { noise: 'babble', snrDb: 5 }],
      });
      assert.equal(manifest.length, 6);
      const files = [...manifest.map(({ path }) => path), 'manifest.jsonl'];
      const bytes = await Promise.all(files.map((path) => readFile(join(folder, name, path))));
      return createHash('sha256').update(Buffer.concat(bytes)).digest('hex');
    }),
  );
  assert.equal(digests[0], digests[1]);
  await rm(folder, { recursive: true });
});

test('the local server hears what the local voice says', { skip }, async () => {
  const server = await serveSpeech({ transcriber: ears, speaker: flite });
  const transcriber = openAudioTranscriber({ baseUrl: server.baseUrl, model: 'pocketsphinx' });
  assert.equal((await transcribe(transcriber, await say('turn off the lights'))).text, 'turn off the lights');
  await server.close();
});
