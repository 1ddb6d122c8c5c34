const SAMPLE_RATE = 16_000;
const HEADER_BYTES = 44;

/** Half a second of silence: what a transcriber invents on it is known before it is trusted. */
export function silentWav(): Uint8Array<ArrayBuffer> {
  const dataBytes = SAMPLE_RATE;
  const wav = new DataView(new ArrayBuffer(HEADER_BYTES + dataBytes));
  const text = (at: number, letters: string) => {
    for (const [index, letter] of [...letters].entries()) wav.setUint8(at + index, letter.charCodeAt(0));
  };
  text(0, 'RIFF');
  wav.setUint32(4, HEADER_BYTES - 8 + dataBytes, true);
  text(8, 'WAVEfmt ');
  wav.setUint32(16, 16, true);
  wav.setUint16(20, 1, true);
  wav.setUint16(22, 1, true);
  wav.setUint32(24, SAMPLE_RATE, true);
  wav.setUint32(28, SAMPLE_RATE * 2, true);
  wav.setUint16(32, 2, true);
  wav.setUint16(34, 16, true);
  text(36, 'data');
  wav.setUint32(40, dataBytes, true);
  return new Uint8Array(wav.buffer);
}
