import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { FunctionMeans, Stage } from 'airworthy/serving';
import { SAMPLE_RATE } from '../speech/speech.ts';
import { writeWav } from '../speech/write-wav.ts';
import { createDecide } from './create-decide.ts';
import { createHear } from './hear-recording.ts';

/** Stages as they began, with the facts that were set. */
function recorder(): { means: FunctionMeans; stages: Map<string, Record<string, unknown>> } {
  const stages = new Map<string, Record<string, unknown>>();
  const stage: Stage = async (name, work) => {
    const facts: Record<string, unknown> = {};
    stages.set(name, facts);
    return work({ stage, set: (key, value) => void Object.assign(facts, { [key]: value }) });
  };
  return { means: { stage, traceparent: TRACEPARENT }, stages };
}

const TRACEPARENT = `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`;

/** A second of silence, one of something that is loud and soft by turns as speech is, and one of silence. */
function recording(loudness = 0.3): Int16Array {
  return Int16Array.from({ length: 3 * SAMPLE_RATE }, (_, at) => {
    const seconds = at / SAMPLE_RATE;
    if (seconds < 1 || seconds > 2) return at % 7;
    const syllable = Math.max(0, Math.sin(2 * Math.PI * 4 * seconds));
    return Math.max(-1, Math.min(1, Math.sin(2 * Math.PI * 220 * seconds) * syllable * loudness)) * 32_767;
  });
}

async function withServer<Result>(listener: RequestListener, work: (baseUrl: string) => Promise<Result>) {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const decideBy = (baseUrl: string, patienceMs?: number) =>
  createDecide({
    planner: {
      name: 'fixed',
      version: '1',
      plan: async () => ({ calls: [{ name: 'stop', arguments: {} }], confidence: 1, raw: '' }),
      close: async () => {},
    },
    hear: createHear({ transcription: { baseUrl, model: 'stub' } }, patienceMs),
  });

const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

test('a recording is cut to its speech, transcribed within the same trace, and understood', async () => {
  let asked: Record<string, unknown> = {};
  const listener: RequestListener = (request, response) => {
    request.resume().on('end', () => {
      const { traceparent, 'content-length': length } = request.headers;
      asked = { traceparent, url: request.url, length: Number(length) };
      response.end(JSON.stringify({ text: 'Stop.' }));
    });
  };
  await withServer(listener, async (baseUrl) => {
    const { means, stages } = recorder();
    const decision = await decideBy(baseUrl)({ audio: base64(writeWav(recording())) }, means);
    assert.equal(decision.outcome, 'decided');
    assert.equal(decision.transcript, 'stop');
    assert.deepEqual([...stages.keys()], ['audio.capture', 'vad.endpoint', 'stt', 'nlu', 'call.validate']);
    assert.equal(asked.traceparent, TRACEPARENT);
    assert.equal(asked.url, '/v1/audio/transcriptions');
    const samples = Number(asked.length) / 2;
    assert.ok(samples < 2.2 * SAMPLE_RATE && samples > SAMPLE_RATE, `${samples} samples`);
  });
});

test('what cannot be understood says why, and is sent to nobody', async () => {
  const nobody = 'http://127.0.0.1:9/v1';
  const problemOf = async (audio: string) => {
    const { outcome, calls, problems } = await decideBy(nobody)({ audio }, recorder().means);
    assert.deepEqual([outcome, calls], ['not-heard', []]);
    return problems.map(({ code }) => code);
  };
  assert.deepEqual(await problemOf('no wav'), ['not-wav']);
  assert.deepEqual(await problemOf(base64(writeWav(recording()).subarray(0, 20))), ['broken']);
  assert.deepEqual(await problemOf(base64(writeWav(new Int16Array(SAMPLE_RATE)))), ['silence']);
  assert.deepEqual(await problemOf(base64(writeWav(recording(20)))), ['clipped']);
});

test('a transcription server that hangs or is gone fails the stage, within its time', async () => {
  const audio = base64(writeWav(recording()));
  await withServer(
    () => {},
    async (baseUrl) => {
      await assert.rejects(
        decideBy(baseUrl, 50)({ audio }, recorder().means),
        /did not transcribe within 50 ms/,
      );
    },
  );
  await assert.rejects(decideBy('http://127.0.0.1:9/v1')({ audio }, recorder().means), /cannot be reached/);
});
