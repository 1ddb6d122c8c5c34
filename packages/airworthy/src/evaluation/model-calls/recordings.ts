import { closeSync, createReadStream, existsSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open, rename } from 'node:fs/promises';
import { basename } from 'node:path';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { type KeptCall, RecordedCall } from './schema.ts';

const NEWLINE = 0x0a;
/** A key is found where it begins every line that we write. */
const KEY = /^\{"key":"([0-9a-f]{64})"/;
const KEY_CHARACTERS = 74;

interface Place {
  start: number;
  length: number;
}

/**
 * Recorded calls in a file, one a line: `suite.recordings.jsonl`. Only where each line is stays in memory. While it is
 * recorded, lines are appended, and the last one of a key holds; `close` puts them in order.
 */
export interface Recordings {
  find(key: string): KeptCall | undefined;
  /** On disk when it resolves. */
  append(call: KeptCall): Promise<void>;
  calls(): Iterable<KeptCall>;
  /** Sorts what was recorded. With `keep`, calls of other keys are dropped: nothing asks for them any more. */
  close(keep?: ReadonlySet<string>): Promise<void>;
}

/** Opens a file of recorded calls; one that is not there has none. Throws RECORDINGS_INVALID. */
export async function openRecordings(file: string): Promise<Recordings> {
  const places = existsSync(file) ? await findLines(file) : new Map<string, Place>();
  let reading: number | undefined;
  let writer: Promise<FileHandle> | undefined;
  let end = 0;
  let gathered: { text: string; settle: PromiseWithResolvers<void> } | undefined;
  let writing: Promise<void> = Promise.resolve();

  function read({ start, length }: Place): KeptCall {
    reading ??= openSync(file, 'r');
    const bytes = Buffer.allocUnsafe(length);
    readSync(reading, bytes, 0, length, start);
    const call = parseJson(bytes.toString('utf8')) as KeptCall | undefined;
    if (call?.answer !== undefined) return call;
    throw new AirworthyError('RECORDINGS_INVALID', {
      message: `${basename(file)}: the line of call ${bytes.toString('latin1', 8, 20)}… is damaged`,
      at: basename(file),
    });
  }

  function openWriter(): Promise<FileHandle> {
    writer ??= openForAppending(file).then(({ handle, size }) => {
      end = size;
      return handle;
    });
    return writer;
  }

  function* inOrder(): Generator<KeptCall> {
    for (const key of [...places.keys()].sort()) yield read(places.get(key) as Place);
  }

  async function flush(): Promise<void> {
    const batch = gathered;
    gathered = undefined;
    if (batch === undefined) return;
    try {
      const handle = await openWriter();
      await handle.appendFile(batch.text);
      await handle.datasync();
      batch.settle.resolve();
    } catch (error) {
      batch.settle.reject(error);
    }
  }

  return {
    find(key) {
      const place = places.get(key);
      return place && read(place);
    },
    async append(call) {
      await openWriter();
      const text = `${JSON.stringify(call)}\n`;
      const length = Buffer.byteLength(text);
      const place = { start: end, length: length - 1 };
      end += length;
      if (gathered === undefined) {
        gathered = { text: '', settle: Promise.withResolvers<void>() };
        writing = writing.then(flush);
      }
      gathered.text += text;
      await gathered.settle.promise;
      places.set(call.key, place);
    },
    calls: inOrder,
    async close(keep) {
      await writing;
      if (writer !== undefined) {
        await (await writer).close();
        for (const key of places.keys()) if (keep && !keep.has(key)) places.delete(key);
        await writeSorted(file, inOrder());
      }
      if (reading !== undefined) closeSync(reading);
      reading = undefined;
    },
  };
}

/** A last line without its end, of a process that was killed, is cut off. */
async function openForAppending(file: string): Promise<{ handle: FileHandle; size: number }> {
  const handle = await open(file, 'a+');
  const { size } = await handle.stat();
  const whole = await endOfLastLine(handle, size);
  if (whole < size) await handle.truncate(whole);
  return { handle, size: whole };
}

async function endOfLastLine(handle: FileHandle, size: number): Promise<number> {
  const step = 65_536;
  for (let end = size; end > 0; end -= step) {
    const start = Math.max(0, end - step);
    const { buffer } = await handle.read(Buffer.alloc(end - start), 0, end - start, start);
    const at = buffer.lastIndexOf(NEWLINE);
    if (at !== -1) return start + at + 1;
  }
  return 0;
}

async function writeSorted(file: string, calls: Iterable<KeptCall>): Promise<void> {
  const sorted = `${file}.sorted`;
  const handle = await open(sorted, 'w');
  try {
    for (const call of calls) await handle.write(`${JSON.stringify(call)}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
  await rename(sorted, file);
}

/** Where the line of each key is. A last line that was not finished is none. */
async function findLines(file: string): Promise<Map<string, Place>> {
  const places = new Map<string, Place>();
  let start = 0;
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 })) {
    const bytes = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    let from = 0;
    for (let at = bytes.indexOf(NEWLINE); at !== -1; at = bytes.indexOf(NEWLINE, from)) {
      number++;
      const length = at - from;
      if (length > 0) places.set(keyOf(bytes.subarray(from, at), file, number), { start, length });
      start += length + 1;
      from = at + 1;
    }
    rest = bytes.subarray(from);
  }
  return places;
}

function keyOf(line: Buffer, file: string, number: number): string {
  const quick = KEY.exec(line.toString('latin1', 0, KEY_CHARACTERS + 2));
  // A line that ends as an object does was written whole; one that a merge tool has touched is read in full.
  if (quick && line.at(-1) === 0x7d) return quick[1];
  const parsed = RecordedCall.safeParse(parseJson(line.toString('utf8')));
  if (parsed.success) return parsed.data.key;
  const at = `${basename(file)}:${number}`;
  throw new AirworthyError('RECORDINGS_INVALID', { message: `${at} is no recorded call`, at });
}
