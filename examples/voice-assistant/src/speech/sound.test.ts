import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinSamples } from './join-samples.ts';
import { judgeSound } from './judge-sound.ts';
import { readWav } from './read-wav.ts';
import { resample } from './resample.ts';
import { SoundError, type SoundErrorCode } from './sound-error.ts';
import { SAMPLE_RATE } from './speech.ts';
import { createSpeechDetector } from './speech-detector.ts';
import { writeWav } from './write-wav.ts';

function tone(ms: number, { hz = 440, gain = 0.3, rate = SAMPLE_RATE } = {}): Int16Array {
  return Int16Array.from({ length: (ms * rate) / 1_000 }, (_, index) =>
    Math.round(32_767 * gain * Math.sin((2 * Math.PI * hz * index) / rate)),
  );
}

/** Loud and soft by turns, as syllables are. */
function babbling(ms: number, gain = 0.3): Int16Array {
  return tone(ms, { gain }).map((sample, index) => sample * Math.sin((Math.PI * index) / 2_000) ** 4);
}

function wavOf(bits: number, encoding: number, rate: number, channels: number, data: Uint8Array): Buffer {
  const head = writeWav(new Int16Array(0), rate);
  head.writeUInt16LE(encoding, 20);
  head.writeUInt16LE(channels, 22);
  head.writeUInt16LE(bits, 34);
  head.writeUInt32LE(data.length, 40);
  return Buffer.concat([head, data]);
}

function joined(...parts: Int16Array[]): Int16Array {
  return joinSamples(parts);
}

function rms(samples: ArrayLike<number>): number {
  return Math.sqrt(Array.from(samples).reduce((sum, sample) => sum + sample ** 2, 0) / samples.length);
}

test('a WAV file is read as it was written', () => {
  const samples = tone(100);
  assert.deepEqual(readWav(writeWav(samples)), samples);
});

test('every encoding gives the same sound', () => {
  const floats = Float32Array.from(tone(50), (sample) => sample / 32_768);
  const expected = tone(50);
  const bytes24 = Uint8Array.from([...expected].flatMap((s) => [0, s & 255, (s >> 8) & 255]));
  const files = [
    wavOf(32, 3, SAMPLE_RATE, 1, new Uint8Array(floats.buffer)),
    wavOf(64, 3, SAMPLE_RATE, 1, new Uint8Array(Float64Array.from(floats).buffer)),
    wavOf(32, 1, SAMPLE_RATE, 1, new Uint8Array(Int32Array.from(expected, (s) => s * 65_536).buffer)),
    wavOf(24, 1, SAMPLE_RATE, 1, bytes24),
  ];
  for (const file of files) assert.deepEqual(readWav(file), expected);
  const bytes8 = Uint8Array.from(expected, (sample) => (sample >> 8) + 128);
  assert.ok(readWav(wavOf(8, 1, SAMPLE_RATE, 1, bytes8)).every((s, i) => Math.abs(s - expected[i]) <= 256));
});

test('48 kHz on two channels becomes 16 kHz on one, and what 16 kHz cannot carry is gone', () => {
  const stereo = (hz: number) => {
    const one = tone(500, { hz, rate: 48_000 });
    const both = Int16Array.from([...one].flatMap((sample) => [sample, sample]));
    return readWav(wavOf(16, 1, 48_000, 2, new Uint8Array(both.buffer)));
  };
  assert.equal(stereo(1_000).length, 8_000);
  assert.ok(Math.abs(rms(stereo(1_000)) / rms(tone(500, { hz: 1_000 })) - 1) < 0.02);
  // A sound that begins at once has a click, which holds every frequency.
  const middle = (samples: Int16Array) => samples.subarray(500, -500);
  assert.ok(rms(middle(stereo(10_000))) < rms(middle(stereo(1_000))) / 1_000);
});

test('rates that share no divisor are met', () => {
  const samples = Float32Array.from(tone(200, { hz: 300, rate: 11_025 }));
  const there = resample(samples, 11_025, SAMPLE_RATE);
  assert.equal(there.length, 3_200);
  assert.ok(Math.abs(rms(there) / rms(samples) - 1) < 0.02);
});

test('what is no recording says so', () => {
  const good = writeWav(tone(100));
  const long = wavOf(8, 1, 4_000, 1, new Uint8Array(4_000 * 61));
  const wrong: [Uint8Array, SoundErrorCode][] = [
    [good.subarray(0, 22), 'broken'],
    [good.subarray(0, 40), 'broken'],
    [Buffer.from('this is a text and no sound'), 'not-wav'],
    [new Uint8Array(0), 'not-wav'],
    [writeWav(new Int16Array(0)), 'empty'],
    [long, 'too-long'],
    [wavOf(4, 17, SAMPLE_RATE, 1, new Uint8Array(100)), 'unsupported'],
    [wavOf(16, 1, SAMPLE_RATE, 0, new Uint8Array(100)), 'unsupported'],
    [wavOf(16, 1, 100, 1, new Uint8Array(100)), 'unsupported'],
  ];
  for (const [bytes, code] of wrong)
    assert.throws(
      () => readWav(bytes),
      (error) => error instanceof SoundError && error.code === code,
      code,
    );
});

test('a recording that was cut off within its samples gives those that are there', () => {
  assert.equal(readWav(writeWav(tone(100)).subarray(0, 44 + 1_001)).length, 500);
});

test('recordings that cannot be used are told apart', () => {
  const quiet = new Int16Array(SAMPLE_RATE);
  const chord = joined(tone(2_000)).map((sample, index) => sample / 2 + 4_000 * Math.sin(index / 5));
  const problems = [quiet, tone(100), chord, joined(quiet, babbling(31_000)), babbling(2_000)].map(
    (samples) => judgeSound(samples).problem,
  );
  assert.deepEqual(problems, ['silence', 'too-short', 'noise', 'too-long', null]);
  const clipped = babbling(2_000, 1).map((sample) => Math.max(-32_767, Math.min(32_767, sample * 6)));
  assert.equal(judgeSound(clipped).problem, 'clipped');
  assert.equal(judgeSound(new Int16Array(0)).problem, 'too-short');
});

test('speech is found between silences, however the sound is cut into pieces', () => {
  const hiss = Int16Array.from({ length: SAMPLE_RATE }, (_, index) => ((index * 7_919) % 61) - 30);
  const sound = joined(hiss, tone(700), hiss);
  for (const piece of [160, 320, 1_000, sound.length]) {
    const detector = createSpeechDetector({ silenceMs: 300 });
    const events = [];
    for (let at = 0; at < sound.length; at += piece)
      events.push(...detector.write(sound.subarray(at, at + piece)));
    assert.deepEqual(events, [
      { kind: 'speech-started', atMs: 1_000 },
      { kind: 'speech-ended', startedMs: 1_000, endedMs: 1_700, silenceMs: 300 },
    ]);
  }
});

test('a click is no speech, and a pause within a sentence does not end it', () => {
  const quiet = (ms: number) => new Int16Array((SAMPLE_RATE * ms) / 1_000);
  assert.deepEqual(createSpeechDetector().write(joined(quiet(500), tone(20), quiet(500))), []);
  const events = createSpeechDetector().write(
    joined(quiet(500), tone(300), quiet(300), tone(300), quiet(500)),
  );
  assert.deepEqual(
    events.map(({ kind }) => kind),
    ['speech-started', 'speech-ended'],
  );
});

test('a room that grows loud is not somebody who speaks without end', () => {
  const detector = createSpeechDetector();
  const fan = tone(30_000, { hz: 120, gain: 0.02 });
  const events = detector.write(joined(new Int16Array(SAMPLE_RATE), fan));
  assert.deepEqual(events.map(({ kind }) => kind).slice(0, 2), ['speech-started', 'speech-ended']);
});
