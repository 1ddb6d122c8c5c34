import { isUtf8 } from 'node:buffer';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { AirworthyError } from '../../kernel/errors.ts';
import type { TextEncoding } from '../schema.ts';
import type { FoundFile } from './find-files.ts';

/** A UTF-8 text file: the source itself, or its copy in the scratch folder. */
export interface TextFile {
  path: string;
  shown: string;
}

const CHUNK = 4 << 20;

/** Checks that a file is UTF-8; a file in another encoding is converted into the scratch folder. */
export async function prepareText(
  files: readonly FoundFile[],
  encoding: TextEncoding,
  scratch: string,
): Promise<TextFile[]> {
  const prepared: TextFile[] = [];
  for (const [index, file] of files.entries()) {
    if (encoding === 'utf-8') await requireUtf8(file);
    const path = encoding === 'utf-8' ? file.path : join(scratch, `text-${index}`);
    if (encoding !== 'utf-8') await convert(file, encoding, path);
    prepared.push({ path, shown: file.shown });
  }
  return prepared;
}

async function convert(file: FoundFile, encoding: 'latin-1' | 'utf-16', path: string): Promise<void> {
  const decoder = encoding === 'utf-16' ? new TextDecoder('utf-16le', { fatal: true }) : undefined;
  try {
    await pipeline(
      createReadStream(file.path, { highWaterMark: CHUNK }),
      async function* (chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks)
          yield decoder ? decoder.decode(chunk, { stream: true }) : chunk.toString('latin1');
        if (decoder) yield decoder.decode();
      },
      createWriteStream(path),
    );
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_ENCODING_INVALID_ENCODED_DATA') throw error;
    throw new AirworthyError('DATA_ENCODING', {
      message: `"${file.shown}" is not ${encoding}, as \`data.encoding\` says`,
      at: 'data.encoding',
      cause: error,
    });
  }
}

async function requireUtf8(file: FoundFile): Promise<void> {
  let offset = 0;
  let line = 1;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file.path, { highWaterMark: CHUNK })) {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk as Buffer]) : (chunk as Buffer);
    const whole = endOfLastCharacter(bytes);
    if (!isUtf8(bytes.subarray(0, whole))) throw notUtf8(file, bytes, offset, line);
    for (let at = bytes.indexOf(10); at !== -1 && at < whole; at = bytes.indexOf(10, at + 1)) line++;
    offset += whole;
    rest = bytes.subarray(whole);
  }
  if (rest.length > 0) throw notUtf8(file, rest, offset, line);
}

/** Where the last whole character ends; a character cut by the chunk's end is left for the next one. */
function endOfLastCharacter(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back];
    if (byte < 0x80) return bytes.length;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? bytes.length - back : bytes.length;
    }
  }
  return bytes.length;
}

function notUtf8(file: FoundFile, bytes: Buffer, start: number, startLine: number): AirworthyError {
  const at = firstInvalidByte(bytes);
  const line = startLine + bytes.subarray(0, at).filter((byte) => byte === 10).length;
  const utf16 = start === 0 && at === 0 && (bytes[0] === 0xff || bytes[0] === 0xfe);
  const likely = utf16 ? 'utf-16' : 'latin-1';
  const hex = bytes[at].toString(16).padStart(2, '0');
  return new AirworthyError('DATA_ENCODING', {
    message: `"${file.shown}" is not UTF-8: byte ${start + at}, in line ${line}, is 0x${hex}`,
    remedy: `If the file is ${likely}, set \`data.encoding: '${likely}'\`, or convert it: \`iconv -f ${utf16 ? 'UTF-16' : 'LATIN1'} -t UTF-8\`.`,
    at: `line ${line}`,
    facts: { file: file.shown, byte: start + at, line },
  });
}

function firstInvalidByte(bytes: Buffer): number {
  // Bisection: the longest valid prefix. A prefix cut inside a character is invalid too, so step back to whole ones.
  let [low, high] = [0, bytes.length];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (isUtf8(bytes.subarray(0, endOfLastCharacter(bytes.subarray(0, middle))))) low = middle;
    else high = middle - 1;
  }
  return Math.min(endOfLastCharacter(bytes.subarray(0, low)), bytes.length - 1);
}
