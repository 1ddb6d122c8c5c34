import { PassThrough, type Readable, type Transform } from 'node:stream';
import { AirworthyError } from '../../kernel/errors.ts';
import type { Asked } from './ask-targets.ts';
import type { GatewayConfig } from './config.ts';
import { hideCounts } from './hide-counts.ts';
import { createKeptText } from './kept-text.ts';
import type { AnswerText, EndedCall } from './measure-call.ts';

/** What became of an answer's body. */
export interface EndedBody {
  /** All of a stream that was read to its end, as the client got it, where that was asked for. */
  stream: Buffer | undefined;
  answer: AnswerText | undefined;
  error: EndedCall['error'];
}

export interface ReadOptions {
  limits: GatewayConfig['limits'];
  /** Called once, when the body has been read to its end or nobody reads it any more. */
  ended(body: EndedBody): void;
  /** Has the client gone? */
  hasLeft(): boolean;
  /** Is all of a stream wanted in the end? */
  keepsStream: boolean;
}

/**
 * The body of an answer: whole where it is JSON or a refusal, else as it comes, with what the gateway asked for beside the
 * client's back taken out. A client that reads slowly slows the provider.
 *
 * @throws GATEWAY_UNAVAILABLE where a whole one breaks off or is too long
 */
export async function readAnswerBody(asked: Asked, options: ReadOptions): Promise<Buffer | Readable> {
  const type = String(asked.headers['content-type'] ?? '');
  const events = type.startsWith('text/event-stream');
  if (Buffer.isBuffer(asked.body)) return endWhole(asked.body, type, options);
  if (events || (asked.status < 400 && !isText(type))) return pass(asked, { ...options, events });
  return endWhole(await readWhole(asked, options.limits.answerBytes), type, options);
}

const isText = (type: string) =>
  /^(application\/json|text\/(plain|vtt|html)|application\/x-subrip)/i.test(type);

function endWhole(bytes: Buffer, type: string, { ended }: ReadOptions): Buffer {
  const text = isText(type) ? bytes.toString('utf8') : undefined;
  // After the answer has gone: reading it is work.
  setImmediate(() => {
    ended({
      stream: undefined,
      answer: text === undefined ? undefined : { text, events: false },
      error: undefined,
    });
  });
  return bytes;
}

async function readWhole({ body, target }: Asked, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  const failed = (reason: string) =>
    new AirworthyError('GATEWAY_UNAVAILABLE', { message: `${target.provider}/${target.model}: ${reason}` });
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > most) throw failed(`the answer is longer than ${most} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    throw AirworthyError.is(error) || (error as Error)?.name === 'AbortError'
      ? error
      : failed('the answer broke off');
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

const LEFT = { code: 'CLIENT_LEFT', message: 'the client left before the end of the stream' };

function pass(
  asked: Asked,
  { limits, ended, hasLeft, keepsStream, events }: ReadOptions & { events: boolean },
): Readable {
  const source = asked.body as Readable;
  const kept = createKeptText();
  const whole: Buffer[] = [];
  let size = 0;
  const seen = (chunk: Buffer) => {
    if (events) kept.add(chunk);
  };
  const passed: Transform = events && asked.counting ? hideCounts(seen) : new PassThrough();
  if (!(events && asked.counting)) source.on('data', seen);
  if (keepsStream)
    passed.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limits.answerBytes) whole.push(chunk);
    });
  const timer = setTimeout(() => {
    source.destroy(new Error(`the stream is longer than ${limits.streamSeconds} s`));
  }, limits.streamSeconds * 1_000).unref();
  let done = false;
  const finish = (error: EndedBody['error']) => {
    if (done) return;
    done = true;
    clearTimeout(timer);
    ended({
      stream: keepsStream && size <= limits.answerBytes ? Buffer.concat(whole) : undefined,
      answer: events ? { text: kept.text(), events } : undefined,
      error,
    });
  };
  source.on('error', (error) => passed.destroy(error));
  source.on('aborted', () => passed.destroy(new Error('the connection broke off')));
  passed.on('error', (error) => {
    finish(hasLeft() ? LEFT : { code: 'STREAM_BROKEN', message: error.message });
  });
  passed.on('end', () => finish(undefined));
  passed.on('close', () => {
    finish(LEFT);
    source.destroy();
  });
  source.pipe(passed);
  return passed;
}
