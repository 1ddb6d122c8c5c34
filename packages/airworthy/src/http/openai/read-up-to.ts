import { Readable } from 'node:stream';

/** A body whole, or all of it as a stream where it has more than `most` bytes. */
export async function readUpTo(source: Readable, most: number): Promise<Buffer | Readable> {
  const chunks: Buffer[] = [];
  const parts: AsyncIterator<Buffer> = source[Symbol.asyncIterator]();
  for (let size = 0; size <= most; ) {
    const { done, value } = await parts.next();
    if (done) return Buffer.concat(chunks);
    size += value.length;
    chunks.push(value);
  }
  return Readable.from(oneAfterTheOther(chunks, { [Symbol.asyncIterator]: () => parts }));
}

async function* oneAfterTheOther(begun: readonly Buffer[], rest: AsyncIterable<Buffer>) {
  yield* begun;
  yield* rest;
}
