import { resample } from './resample.ts';
import { SoundError } from './sound-error.ts';
import { SAMPLE_RATE } from './speech.ts';

/** Longer recordings are no utterances; nothing of them is decoded. */
const LONGEST_SECONDS = 60;
const RATES = { least: 4_000, most: 192_000 };
const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;

interface Format {
  encoding: number;
  channels: number;
  rate: number;
  bits: number;
}

/**
 * A recording at 16 kHz on one channel, whatever the rate, the channels and the encoding of the file.
 *
 * @throws SoundError where it is no WAV file, is cut off, holds nothing or is longer than a minute
 */
export function readWav(bytes: Uint8Array): Int16Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 12 || tag(view, 0) !== 'RIFF' || tag(view, 8) !== 'WAVE')
    throw new SoundError(
      'not-wav',
      'this is not a WAV file; convert it with: sox FILE -r 16000 -c 1 OUT.wav',
    );
  const { format, data } = readChunks(view);
  const read = sampleReader(data, format);
  const frameBytes = (format.bits / 8) * format.channels;
  const frames = Math.floor(data.byteLength / frameBytes);
  if (frames === 0) throw new SoundError('empty', 'the recording holds no samples');
  if (frames / format.rate > LONGEST_SECONDS) throw tooLong(frames / format.rate);
  const mono = new Float32Array(frames);
  for (let frame = 0; frame < frames; frame++) {
    let sum = 0;
    for (let channel = 0; channel < format.channels; channel++)
      sum += read(frame * frameBytes + channel * (format.bits / 8));
    mono[frame] = sum / format.channels;
  }
  return toInt16(resample(mono, format.rate, SAMPLE_RATE));
}

function tooLong(seconds: number): SoundError {
  return new SoundError(
    'too-long',
    `the recording is ${Math.round(seconds)} s long; the longest that is heard is ${LONGEST_SECONDS} s: cut it`,
  );
}

function readChunks(view: DataView): { format: Format; data: DataView } {
  let format: Format | null = null;
  for (let at = 12; at + 8 <= view.byteLength; ) {
    const [name, size, start] = [tag(view, at), view.getUint32(at + 4, true), at + 8];
    if (name === 'fmt ') format = readFormat(view, start, size);
    if (name === 'data') {
      if (format === null)
        throw new SoundError('broken', 'the WAV file has samples before it says what they are');
      // A stream that was written as it was made does not know its length: what is there counts.
      const length = Math.min(size, view.byteLength - start);
      return { format, data: new DataView(view.buffer, view.byteOffset + start, length) };
    }
    at = start + size + (size % 2);
  }
  throw new SoundError('broken', 'the WAV file ends within its header: record or copy it again');
}

function readFormat(view: DataView, start: number, size: number): Format {
  if (size < 16 || start + size > view.byteLength)
    throw new SoundError('broken', 'the WAV file ends within its header: record or copy it again');
  const declared = view.getUint16(start, true);
  const format = {
    encoding: declared === EXTENSIBLE && size >= 26 ? view.getUint16(start + 24, true) : declared,
    channels: view.getUint16(start + 2, true),
    rate: view.getUint32(start + 4, true),
    bits: view.getUint16(start + 14, true),
  };
  if (format.channels < 1 || format.channels > 16)
    throw new SoundError('unsupported', `the WAV file has ${format.channels} channels; 1 to 16 are read`);
  if (format.rate < RATES.least || format.rate > RATES.most)
    throw new SoundError(
      'unsupported',
      `the WAV file has ${format.rate} samples a second; 4,000 to 192,000 are read`,
    );
  return format;
}

function sampleReader(data: DataView, { encoding, bits }: Format): (at: number) => number {
  if (encoding === PCM && bits === 8) return (at) => (data.getUint8(at) - 128) / 128;
  if (encoding === PCM && bits === 16) return (at) => data.getInt16(at, true) / 32_768;
  if (encoding === PCM && bits === 24)
    return (at) => (data.getInt16(at + 1, true) * 256 + data.getUint8(at)) / 8_388_608;
  if (encoding === PCM && bits === 32) return (at) => data.getInt32(at, true) / 2_147_483_648;
  if (encoding === FLOAT && bits === 32) return (at) => finite(data.getFloat32(at, true));
  if (encoding === FLOAT && bits === 64) return (at) => finite(data.getFloat64(at, true));
  throw new SoundError(
    'unsupported',
    `the WAV file is encoded as ${encoding} with ${bits} bits; PCM of 8, 16, 24 or 32 bits and floats are read`,
  );
}

function finite(sample: number): number {
  return Number.isFinite(sample) ? sample : 0;
}

function toInt16(samples: Float32Array): Int16Array {
  return Int16Array.from(samples, (sample) =>
    Math.max(-32_768, Math.min(32_767, Math.round(sample * 32_768))),
  );
}

function tag(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((offset) => view.getUint8(at + offset)));
}
