import type { IncomingMessage } from 'node:http';
import { AirworthyError } from '../../kernel/errors.ts';
import { openUpstream, toUpstreamFailure, UpstreamFailure } from '../../kernel/outbound/upstream.ts';

/** Of an answer; a model that says more has gone astray. */
const MOST_BYTES = 64 << 20;

/** An answer as it came, whatever it says. */
export interface RawAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  text: string;
}

/** Connections that are kept open between requests. A limiter decides how many there are. */
export interface Connections {
  /** Rejects with UpstreamFailure, or with the signal's reason. */
  post(address: URL, body: string, options: PostOptions): Promise<RawAnswer>;
  close(): void;
}

export interface PostOptions {
  headers: Readonly<Record<string, string>>;
  /** Until the answer is there whole. */
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

export function openConnections(): Connections {
  // Every try is told of and counted.
  const upstream = openUpstream({ replacesStale: false });
  return {
    async post(address, body, { headers, timeoutMs, signal }) {
      if (address.protocol !== 'http:' && address.protocol !== 'https:') {
        throw new AirworthyError('TASK_INVALID', {
          message: `${address.origin}: only http and https are called`,
        });
      }
      const stop = new AbortController();
      const leave = () => stop.abort(signal?.reason);
      if (signal?.aborted) leave();
      signal?.addEventListener('abort', leave, { once: true });
      const timer = setTimeout(() => {
        stop.abort(new UpstreamFailure(`no answer within ${timeoutMs / 1_000} s`, true));
      }, timeoutMs);
      try {
        const answer = await upstream.request(address, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            accept: 'application/json',
            'user-agent': 'airworthy',
            ...headers,
          },
          body: Buffer.from(body),
          timeoutMs,
          signal: stop.signal,
        });
        const text = await readText(answer, address);
        return { status: answer.statusCode ?? 0, headers: answer.headers, text };
      } finally {
        clearTimeout(timer);
        signal?.removeEventListener('abort', leave);
      }
    },
    close: upstream.close,
  };
}

async function readText(answer: IncomingMessage, address: URL): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > MOST_BYTES) throw new UpstreamFailure(`the answer is longer than ${MOST_BYTES >> 20} MB`);
    }
  } catch (error) {
    throw isBreak(error) ? toUpstreamFailure(error, address) : error;
  }
  return (chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)).toString('utf8');
}

function isBreak(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && error.name !== 'AbortError';
}
