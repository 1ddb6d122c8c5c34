import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { contentKey, newId } from '../../../kernel/ids.ts';
import { type FileSink, followFile, openFileSink } from './file-stream.ts';
import { followKafka, openKafkaSink } from './kafka-stream.ts';
import { followNats, openNatsSink } from './nats-stream.ts';
import { readyBatches } from './ready-batches.ts';
import { type MessageSink, type MessageSource, MOST_MESSAGES } from './stream.ts';

/** Where records come from and answers go: a path, `nats://…`, `kafka://…`, or `-` for the terminal. */
export interface StreamAddresses {
  endpoint: string;
  input: string;
  output: string;
  rejected?: string | undefined;
  /** What paths are relative to. */
  folder: string;
  /** Where positions in files are kept. */
  dataFolder: string;
  terminal: StreamTerminal;
}

/** What `-` stands for. */
export interface StreamTerminal {
  lines: () => AsyncIterable<string>;
  out(line: string): void;
  err(line: string): void;
}

export interface Streams extends AsyncDisposable {
  source: MessageSource;
  answers: MessageSink;
  rejected: MessageSink;
}

/** @throws STREAM_UNAVAILABLE, BAD_ARGUMENT for an address that names no stream, subject or topic */
export async function openStreams(addresses: StreamAddresses): Promise<Streams> {
  const { input, output, folder, terminal } = addresses;
  const opened: { close(): Promise<void> }[] = [];
  const keep = <Opened extends { close(): Promise<void> }>(it: Opened): Opened => {
    opened.push(it);
    return it;
  };
  const close = async () => {
    for (const each of opened.reverse()) await each.close();
  };
  try {
    const answers = keep(await openSink(output, folder, terminal.out));
    const rejected = keep(await openSink(addresses.rejected ?? asideOf(output), folder, terminal.err));
    const source = keep(await openSource(addresses, input, [answers, rejected].filter(isFile)));
    return { source, answers, rejected, [Symbol.asyncDispose]: close };
  } catch (error) {
    await close();
    throw error;
  }
}

const isFile = (sink: MessageSink): sink is FileSink => 'cut' in sink;

/** Where messages without an answer go: beside the answers. */
export function asideOf(output: string): string {
  if (output === '-') return '-';
  const url = brokerAddress(output);
  if (url === undefined) return `${output}.rejected.jsonl`;
  url.pathname += '.rejected';
  return url.href;
}

function brokerAddress(text: string): URL | undefined {
  return /^(nats|kafka):\/\//.test(text) ? new URL(text) : undefined;
}

async function openSink(
  address: string,
  folder: string,
  print: (line: string) => void,
): Promise<MessageSink> {
  const url = brokerAddress(address);
  if (url?.protocol === 'nats:') return openNatsSink(url);
  if (url?.protocol === 'kafka:') return openKafkaSink(url);
  if (address !== '-') return openFileSink(resolve(folder, address));
  return {
    async write(lines) {
      for (const { text } of lines) print(text);
    },
    async close() {},
  };
}

async function openSource(
  { endpoint, output, folder, dataFolder, terminal }: StreamAddresses,
  input: string,
  outputs: readonly FileSink[],
): Promise<MessageSource> {
  const url = brokerAddress(input);
  const consumer = `airworthy-${endpoint}`;
  if (url?.protocol === 'nats:') return followNats(url, consumer);
  if (url?.protocol === 'kafka:') return followKafka(url, consumer);
  if (input === '-') return followLines(terminal.lines());
  const path = resolve(folder, input);
  // Answers on a terminal are gone: nothing to go on from.
  if (output === '-') return followFile({ path, outputs });
  const key = contentKey({ endpoint, path, output: resolve(folder, output) }).slice(0, 32);
  const journal = join(dataFolder, 'scoring', `follow-${key}.json`);
  await mkdir(dirname(journal), { recursive: true });
  return followFile({ path, outputs, journal });
}

/** Lines of standard input; nobody can send them again, so there is nothing to remember. */
function followLines(lines: AsyncIterable<string>): MessageSource {
  let line = 0;
  return {
    async *batches(signal) {
      for await (const batch of readyBatches(lines, MOST_MESSAGES, signal)) {
        const messages = batch.map((text) => ({ text, place: `standard input, line ${++line}` }));
        yield messages.flatMap(({ text, place }) =>
          text.trim() === '' ? [] : [{ id: newId(), bytes: Buffer.from(text), place }],
        );
      }
    },
    async commit() {},
    async close() {},
  };
}
