import type { Readable } from 'node:stream';

/** The lines of a stream as they come. One of more than `most` bytes is left out, and `overflow` told. */
export function readLines(
  stream: Readable,
  most: number,
  { line, overflow }: { line(text: string): void; overflow(): void },
): void {
  let parts: Buffer[] = [];
  let held = 0;
  let leavingOut = false;

  const hold = (part: Buffer): void => {
    held += part.length;
    if (leavingOut) return;
    if (held <= most) parts.push(part);
    else {
      leavingOut = true;
      parts = [];
      overflow();
    }
  };
  const end = (): void => {
    if (!leavingOut) line((parts.length === 1 ? parts[0] : Buffer.concat(parts)).toString('utf8'));
    parts = [];
    held = 0;
    leavingOut = false;
  };
  stream.on('data', (chunk: Buffer) => {
    let start = 0;
    for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, start)) {
      hold(chunk.subarray(start, at));
      end();
      start = at + 1;
    }
    if (start < chunk.length) hold(chunk.subarray(start));
  });
}
