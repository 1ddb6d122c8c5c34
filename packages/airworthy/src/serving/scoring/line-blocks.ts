import { open } from 'node:fs/promises';
import { AirworthyError } from '../../kernel/errors.ts';

/** Whole lines of one of several files. */
export interface FileBlock {
  part: number;
  file: string;
  bytes: Uint8Array;
  lines: number;
  /** Of its first line: in its file, and through all files; from 1. */
  firstLine: number;
  firstRow: number;
}

/** A record longer than this is hardly one. */
const LONGEST_LINE = 64 << 20;
const NEWLINE = 10;

/**
 * The files as blocks of whole lines, about so many bytes each, the same ones every time.
 *
 * @throws DATA_FILE_UNREADABLE for a line that does not end
 */
export async function* readLineBlocks(
  files: readonly { path: string; shown: string }[],
  blockBytes: number,
): AsyncGenerator<FileBlock> {
  let [part, firstRow] = [0, 1];
  for (const { path, shown } of files) {
    let firstLine = 1;
    for await (const bytes of wholeLines(path, shown, blockBytes)) {
      const lines = countLines(bytes);
      yield { part: part++, file: shown, bytes, lines, firstLine, firstRow };
      firstLine += lines;
      firstRow += lines;
    }
  }
}

async function* wholeLines(path: string, shown: string, blockBytes: number): AsyncGenerator<Uint8Array> {
  await using file = await open(path);
  let rest: Buffer = Buffer.alloc(0);
  let isStart = true;
  for (;;) {
    const chunk = Buffer.allocUnsafeSlow(blockBytes);
    const { bytesRead } = await file.read(chunk, 0, blockBytes, null);
    const read = chunk.subarray(isStart ? byteOrderMark(chunk, bytesRead) : 0, bytesRead);
    isStart = false;
    const bytes = rest.length === 0 ? read : Buffer.concat([rest, read]);
    if (bytesRead === 0) {
      if (bytes.length > 0) yield bytes;
      return;
    }
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    if (end > 0) yield bytes.subarray(0, end);
    rest = bytes.subarray(end);
    if (rest.length > LONGEST_LINE) {
      throw new AirworthyError('DATA_FILE_UNREADABLE', {
        message: `"${shown}" has a line of more than ${LONGEST_LINE >> 20} MB`,
        remedy: 'JSON lines are one record a line; is this another format?',
      });
    }
  }
}

/** How many bytes of a byte order mark there are. */
function byteOrderMark(bytes: Buffer, length: number): number {
  return length >= 3 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0;
}

/** The last one need not end. */
function countLines(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, at + 1)) lines++;
  return bytes.at(-1) === NEWLINE ? lines : lines + 1;
}
