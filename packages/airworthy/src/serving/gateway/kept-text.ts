/** Kept of a stream, for its record. */
const MOST_BYTES = 1 << 20;
/** And of its end, where its counts are. */
const TAIL_BYTES = 16_384;

/** The beginning and the end of what passes, in bounded memory. */
export interface KeptText {
  add(chunk: Buffer): void;
  text(): string;
}

export function createKeptText(): KeptText {
  const head: Buffer[] = [];
  let size = 0;
  let tail: Buffer = Buffer.alloc(0);
  return {
    add(chunk) {
      if (size < MOST_BYTES) {
        head.push(chunk);
        size += chunk.length;
        return;
      }
      const joined = Buffer.concat([tail, chunk]);
      tail = joined.length > TAIL_BYTES ? Buffer.from(joined.subarray(-TAIL_BYTES)) : joined;
    },
    text: () => Buffer.concat([...head, tail]).toString('utf8'),
  };
}
