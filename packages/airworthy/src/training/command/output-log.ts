/** Kept of a program's output: its beginning and its end. */
const HEAD_BYTES = 256 * 1_024;
const TAIL_BYTES = 256 * 1_024;
const LAST_LINES = 15;

/** What a program prints, bounded however much it is. */
export interface OutputLog {
  add(chunk: Buffer): void;
  /** The beginning and the end, with a line that says how much was left out between. */
  bytes(): Buffer;
  lastLines(): string;
  /** The last line of what came last. */
  lastLine(): string;
}

export function createOutputLog(): OutputLog {
  const head: Buffer[] = [];
  let headBytes = 0;
  let tail: Buffer[] = [];
  let tailBytes = 0;
  let left = 0;
  let line = '';

  function addToTail(chunk: Buffer): void {
    tail.push(chunk);
    tailBytes += chunk.length;
    // In large steps, so that a program which prints byte by byte costs no more.
    if (tailBytes < 2 * TAIL_BYTES) return;
    const all = Buffer.concat(tail);
    left += all.length - TAIL_BYTES;
    tail = [all.subarray(all.length - TAIL_BYTES)];
    tailBytes = TAIL_BYTES;
  }

  const end = () =>
    Buffer.concat([...head, ...tail])
      .subarray(-16_384)
      .toString('utf8')
      .trimEnd();
  return {
    add(chunk) {
      line = lineOf(chunk) || line;
      const room = Math.max(0, HEAD_BYTES - headBytes);
      if (room > 0) head.push(chunk.subarray(0, room));
      headBytes += Math.min(room, chunk.length);
      if (chunk.length > room) addToTail(chunk.subarray(room));
    },
    bytes() {
      const gap = left === 0 ? [] : [Buffer.from(`\n… ${left} bytes left out …\n`)];
      return Buffer.concat([...head, ...gap, ...tail]);
    },
    lastLines: () => end().split('\n').slice(-LAST_LINES).join('\n'),
    lastLine: () => line,
  };
}

function lineOf(chunk: Buffer): string {
  const lines = chunk
    .subarray(-1_024)
    .toString('utf8')
    .trimEnd()
    .split(/[\r\n]/);
  return (lines.at(-1) ?? '').trim().slice(0, 80);
}
