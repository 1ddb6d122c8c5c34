import { SAMPLE_RATE } from './speech.ts';

const HEADER = 44;

/** A WAV file of one channel and 16 bits. */
export function writeWav(samples: Int16Array, rate: number = SAMPLE_RATE): Buffer {
  const wav = Buffer.alloc(HEADER + samples.length * 2);
  wav.write('RIFF', 0, 'latin1');
  wav.writeUInt32LE(wav.length - 8, 4);
  wav.write('WAVEfmt ', 8, 'latin1');
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(rate, 24);
  wav.writeUInt32LE(rate * 2, 28);
  wav.writeUInt16LE(2, 32);
  wav.writeUInt16LE(16, 34);
  wav.write('data', 36, 'latin1');
  wav.writeUInt32LE(samples.length * 2, 40);
  for (const [index, sample] of samples.entries()) wav.writeInt16LE(sample, HEADER + index * 2);
  return wav;
}
