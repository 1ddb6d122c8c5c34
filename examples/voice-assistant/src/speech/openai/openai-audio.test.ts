import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { collectSamples } from '../join-samples.ts';
import { serveSpeech } from '../serve-speech.ts';
import type { Speaker, Transcriber } from '../speech.ts';
import { SpeechError } from '../speech-error.ts';
import { transcribe } from '../transcribe.ts';
import { writeWav } from '../write-wav.ts';
import { asRecognised } from './as-recognised.ts';
import { openAudioTranscriber } from './open-audio-transcriber.ts';
import { openSpeechEndpoint } from './open-speech-endpoint.ts';

/** Loud and soft by turns, as syllables are: what is judged to be speech. */
const SPEECH = Int16Array.from(
  { length: 16_000 },
  (_, index) => 9_000 * Math.sin(index / 6) * Math.sin((Math.PI * index) / 2_000) ** 4,
);

interface Answer {
  status?: number;
  type?: string;
  body: string | Uint8Array;
}

/** A server that answers as one that was recorded, in order, and keeps what it was asked. */
async function recorded(...answers: Answer[]) {
  const asked: { path: string; body: string }[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request as AsyncIterable<Buffer>) parts.push(part);
    asked.push({ path: request.url ?? '', body: Buffer.concat(parts).toString('latin1') });
    const { status = 200, type = 'application/json', body } = answers[asked.length - 1];
    response.writeHead(status, { 'content-type': type }).end(body);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

test('what servers write becomes what planners read', () => {
  const written: [string, string][] = [
    [' Set a timer for 10 minutes.', 'set a timer for ten minutes'],
    ["What's 15% of 1,240?", "what's fifteen percent of one thousand two hundred forty"],
    ['Play “Hey Jude” — by The Beatles!', 'play hey jude by the beatles'],
    ['[BLANK_AUDIO]', ''],
    ['(soft music) ♪', ''],
    ['Two point: 2.5, code 007', 'two point two point five code zero zero seven'],
    ['Don’t', "don't"],
  ];
  for (const [text, expected] of written) assert.equal(asRecognised(text), expected);
});

test('answers of servers that differ give the same transcript', async () => {
  const text = ' Lights on.';
  const answers: [Answer, number | null][] = [
    [
      { body: JSON.stringify({ text, segments: [{ avg_logprob: -0.1, no_speech_prob: 0.01 }] }) },
      Math.exp(-0.1),
    ],
    // whisper.cpp leaves out what it did not measure.
    [{ body: JSON.stringify({ text, segments: [{ id: 0, text }] }) }, null],
    [{ body: JSON.stringify({ text }) }, null],
    [{ body: 'Lights on.\n', type: 'text/plain' }, null],
  ];
  for (const [answer, confidence] of answers) {
    const { url, asked } = await recorded(answer);
    const heard = await transcribe(openAudioTranscriber({ baseUrl: `${url}/v1/`, model: 'tiny' }), SPEECH);
    assert.deepEqual(heard, { text: 'lights on', confidence, inGrammar: null, engine: 'openai-audio tiny' });
    assert.equal(asked[0].path, '/v1/audio/transcriptions');
  }
});

test('a server without verbose answers is asked for the short one', async () => {
  const { url, asked } = await recorded(
    { status: 400, body: '{"message":"verbose_json is not supported"}' },
    { body: '{"text":"stop"}' },
  );
  const heard = await transcribe(
    openAudioTranscriber({ baseUrl: `${url}/inference`, model: 'tiny' }),
    SPEECH,
  );
  assert.equal(heard.text, 'stop');
  assert.deepEqual(
    asked.map(({ path }) => path),
    ['/inference', '/inference'],
  );
  assert.match(asked[1].body, /response_format"\r\n\r\njson/);
});

test('text that was invented is not heard, and silence is not sent', async () => {
  const invented = { text: 'Thanks for watching!', segments: [{ no_speech_prob: 0.95 }] };
  const { url, asked } = await recorded({ body: JSON.stringify(invented) });
  const transcriber = openAudioTranscriber({ baseUrl: url, model: 'tiny' });
  assert.equal((await transcribe(transcriber, SPEECH)).text, '');
  assert.equal((await transcribe(transcriber, new Int16Array(32_000))).text, '');
  assert.equal(asked.length, 1);
});

test('a server that fails, or is not there, is named', async () => {
  const { url } = await recorded({ status: 500, body: 'out of memory' }, { body: '{"segments":[]}' });
  const transcriber = openAudioTranscriber({ baseUrl: url, model: 'tiny' });
  const refused = { name: 'SpeechError', code: 'refused' };
  await assert.rejects(transcribe(transcriber, SPEECH), { ...refused, message: /500: out of memory/ });
  await assert.rejects(transcribe(transcriber, SPEECH), refused);
  const nobody = openAudioTranscriber({ baseUrl: 'http://127.0.0.1:1/v1', model: 'tiny' });
  await assert.rejects(transcribe(nobody, SPEECH), { code: 'unavailable' });
  const hearing = transcriber.listen();
  hearing.write(SPEECH);
  hearing.abort();
  await assert.rejects(hearing.end(), { code: 'aborted' });
});

test('speech comes sentence by sentence, as WAV or as bare samples', async () => {
  const bare = new Uint8Array(new Int16Array(2_400).fill(1_000).buffer);
  const { url, asked } = await recorded(
    { type: 'audio/wav', body: writeWav(SPEECH) },
    { type: 'audio/pcm', body: bare },
  );
  const speaker = openSpeechEndpoint({ baseUrl: `${url}/v1`, model: 'kokoro', voice: 'amy' });
  const sounds: Int16Array[] = [];
  for await (const sound of speaker.speak('The lights are on. Good night.')) sounds.push(sound);
  assert.deepEqual(
    sounds.map(({ length }) => length),
    [SPEECH.length, 1_600],
  );
  assert.match(asked[0].body, /"input":"The lights are on\."/);
});

/** Hears how many samples there were, and says as many as there are letters. */
const transcriber: Transcriber = {
  name: 'counter',
  listen() {
    let samples = 0;
    return {
      write: (more) => {
        samples += more.length;
      },
      end: async () => ({
        text: `heard ${samples > 0 ? 'it' : 'nothing'}`,
        confidence: 0.9,
        inGrammar: true,
        engine: 'counter',
      }),
      abort() {},
    };
  },
  close: async () => {},
};
const speaker: Speaker = {
  name: 'letters',
  async *speak(text) {
    if (text === 'hang') throw new SpeechError('timed-out', 'the voice hangs');
    yield new Int16Array(text.length).fill(7);
  },
  close: async () => {},
};

test('the local server is heard and spoken to as any other', async () => {
  const server = await serveSpeech({ transcriber, speaker });
  const { baseUrl } = server;
  const heard = await transcribe(openAudioTranscriber({ baseUrl, model: 'local' }), SPEECH);
  assert.equal(heard.text, 'heard it');
  assert.ok(Math.abs((heard.confidence ?? 0) - 0.9) < 1e-6);
  const voice = openSpeechEndpoint({ baseUrl, model: 'local', voice: 'any' });
  assert.equal((await collectSamples(voice.speak('hello'))).length, 5);
  const pcm = await fetch(`${baseUrl}/audio/speech`, {
    method: 'POST',
    body: JSON.stringify({ input: 'hello', response_format: 'pcm' }),
  });
  assert.equal((await pcm.arrayBuffer()).byteLength, 10);
  await server.close();
});

test('what the local server refuses, it refuses in the form of OpenAI', async () => {
  const server = await serveSpeech({ transcriber, speaker });
  const form = (entries: Record<string, string | Blob>) => {
    const filled = new FormData();
    for (const [name, value] of Object.entries(entries)) filled.set(name, value);
    return filled;
  };
  const half = new Blob([new Uint8Array(writeWav(SPEECH).subarray(0, 22))]);
  const wrong: [string, FormData | string, Record<string, string>, number, string][] = [
    ['transcriptions', form({ file: half }), {}, 400, 'broken'],
    ['transcriptions', form({ model: 'x' }), {}, 400, 'missing_file'],
    ['transcriptions', form({ file: half, response_format: 'srt' }), {}, 400, 'unsupported_format'],
    ['transcriptions', 'no form', {}, 400, 'invalid_form'],
    ['speech', '{', {}, 400, 'invalid_json'],
    ['speech', '{"input":" "}', {}, 400, 'missing_input'],
    ['speech', '{"input":"hi","response_format":"mp3"}', {}, 400, 'unsupported_format'],
    ['speech', '{"input":"hang"}', {}, 504, 'timed-out'],
    ['speech', '{"input":"hi"}', { origin: 'https://elsewhere.example' }, 403, 'forbidden'],
    ['voices', '', {}, 404, 'not_found'],
  ];
  for (const [path, body, headers, status, code] of wrong) {
    const response = await fetch(`${server.baseUrl}/audio/${path}`, { method: 'POST', body, headers });
    const { error } = (await response.json()) as { error: { code: string } };
    assert.deepEqual([response.status, error.code], [status, code]);
  }
  const big = await fetch(`${server.baseUrl}/audio/speech`, {
    method: 'POST',
    body: 'x'.repeat(12_000_001),
  }).catch(() => null);
  assert.ok(big === null || big.status === 413);
  await server.close();
});
