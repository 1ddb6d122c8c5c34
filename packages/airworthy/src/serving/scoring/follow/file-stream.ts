import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { sha256 } from '../../../kernel/ids.ts';
import { writeDurably } from '../part-journal.ts';
import { type MessageSink, type MessageSource, MOST_MESSAGES, type StreamMessage } from './stream.ts';

/** How far a file was read, and how long the outputs were then. */
interface Position {
  inode: string;
  offset: number;
  line: number;
  outputs: number[];
}

export interface FileStreamOptions {
  path: string;
  /** Where the position is kept; not kept where absent. */
  journal?: string | undefined;
  /** Files that the answers go to: cut back to what the position knows of, so that nothing is in them twice. */
  outputs: readonly FileSink[];
  /** Between looks at the file, in ms. */
  everyMs?: number;
}

/** A file that answers are put behind each other in. */
export interface FileSink extends MessageSink {
  length(): number;
  cut(length: number): Promise<void>;
}

const CHUNK = 1 << 20;
const NEWLINE = 10;

/**
 * Lines of a file that grows. A file put in its place (rotation) is read from its start once the former one is read to
 * its end; one that became shorter (truncation) is read from its start again; a line counts once it ends.
 */
export async function followFile(options: FileStreamOptions): Promise<MessageSource> {
  const { path, journal, outputs } = options;
  const saved = journal === undefined ? undefined : await readPosition(journal);
  for (const [index, output] of outputs.entries()) if (saved) await output.cut(saved.outputs[index]);
  const reader = createReader(path, saved);
  return {
    async *batches(signal) {
      while (!signal.aborted) {
        const batch = await reader.next();
        if (batch.length > 0) yield batch;
        else await wait(options.everyMs ?? 200, undefined, { signal }).catch(() => {});
      }
    },
    async commit() {
      if (journal === undefined) return;
      const position: Position = {
        ...reader.position(),
        outputs: outputs.map((output) => output.length()),
      };
      await writeDurably(journal, JSON.stringify(position));
    },
    close: () => reader.close(),
  };
}

async function readPosition(journal: string): Promise<Position | undefined> {
  const text = await readFile(journal, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Position);
}

interface OpenFile {
  handle: FileHandle;
  inode: string;
  /** Of the first byte that is in no message yet, and the number of its line. */
  offset: number;
  line: number;
}

function createReader(path: string, saved: Position | undefined) {
  let file: OpenFile | undefined;
  let started = false;

  /** The file to begin with: the one that was read before, even where it was rotated away since. */
  async function begin(): Promise<OpenFile | undefined> {
    started = true;
    const former = saved && (await findByInode(path, saved.inode));
    return former === undefined ? openAt(path, 0, 1) : openAt(former, saved!.offset, saved!.line);
  }

  async function replaced(current: OpenFile): Promise<boolean> {
    const now = await stat(path, { bigint: true }).catch(() => undefined);
    return now !== undefined && String(now.ino) !== current.inode;
  }

  return {
    position: () => ({ inode: file?.inode ?? '', offset: file?.offset ?? 0, line: file?.line ?? 1 }),
    async next(): Promise<StreamMessage[]> {
      file ??= started ? await openAt(path, 0, 1) : await begin();
      if (file === undefined) return [];
      // Looked at first: what is written until then is read before the file is left.
      const isReplaced = await replaced(file);
      const messages = await readLines(path, file, isReplaced);
      if (messages.length > 0 || !isReplaced) return messages;
      await file.handle.close();
      file = await openAt(path, 0, 1);
      return [];
    },
    async close() {
      await file?.handle.close();
    },
  };
}

async function openAt(path: string, offset: number, line: number): Promise<OpenFile | undefined> {
  const handle = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  const { ino } = await handle.stat({ bigint: true });
  return { handle, inode: String(ino), offset, line };
}

async function findByInode(path: string, inode: string): Promise<string | undefined> {
  const folder = dirname(path);
  for (const name of [basename(path), ...(await readdir(folder))]) {
    const found = await stat(join(folder, name), { bigint: true }).catch(() => undefined);
    if (found?.isFile() && String(found.ino) === inode) return join(folder, name);
  }
  return undefined;
}

/** @param isWhole Nothing more comes, so the last line need not end. */
async function readLines(path: string, file: OpenFile, isWhole: boolean): Promise<StreamMessage[]> {
  const { size } = await file.handle.stat();
  if (size < file.offset) Object.assign(file, { offset: 0, line: 1 });
  const messages: StreamMessage[] = [];
  let bytes = await readFrom(file, CHUNK);
  // A line longer than a chunk: as much as there is.
  if (bytes.length === CHUNK && bytes.indexOf(NEWLINE) === -1)
    bytes = await readFrom(file, size - file.offset);
  let start = 0;
  while (messages.length < MOST_MESSAGES && start < bytes.length) {
    const newline = bytes.indexOf(NEWLINE, start);
    const isLast = newline === -1;
    if (isLast && !(isWhole && file.offset + bytes.length - start === size)) break;
    const end = isLast ? bytes.length : newline;
    const line = bytes.subarray(start, end);
    if (line.some((byte) => byte > 0x20)) messages.push(messageOf(path, file, line));
    const consumed = end + (isLast ? 0 : 1) - start;
    file.offset += consumed;
    file.line++;
    start += consumed;
  }
  return messages;
}

async function readFrom({ handle, offset }: OpenFile, most: number): Promise<Buffer> {
  const chunk = Buffer.alloc(most);
  const { bytesRead } = await handle.read(chunk, 0, most, offset);
  return chunk.subarray(0, bytesRead);
}

function messageOf(path: string, { inode, offset, line }: OpenFile, bytes: Buffer): StreamMessage {
  const id = sha256(`file/${inode}/${offset}/${sha256(bytes)}`).slice(0, 32);
  return { id, bytes: Buffer.from(bytes), place: `${path}, line ${line}` };
}

/** Opens a file to put answers in, behind what is there. */
export async function openFileSink(path: string): Promise<FileSink> {
  const handle = await open(path, 'a');
  let { size } = await handle.stat();
  return {
    length: () => size,
    async cut(length) {
      if (size <= length) return;
      await handle.truncate(length);
      size = length;
    },
    async write(lines) {
      const bytes = Buffer.from(lines.map(({ text }) => `${text}\n`).join(''));
      await handle.appendFile(bytes);
      await handle.datasync();
      size += bytes.length;
    },
    close: () => handle.close(),
  };
}
