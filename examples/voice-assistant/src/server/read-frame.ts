/** Two seconds; pages send 20 ms. */
const MOST_BYTES = 64_000;

/** Samples of a binary message (16 bit, little endian); null where it is none. */
export function readFrame(data: Buffer): Int16Array | null {
  if (data.length === 0 || data.length % 2 !== 0 || data.length > MOST_BYTES) return null;
  const samples = new Int16Array(data.length / 2);
  for (let at = 0; at < samples.length; at++) samples[at] = data.readInt16LE(at * 2);
  return samples;
}
