import type { IncomingMessage } from 'node:http';
import { AirworthyError } from '../../../kernel/errors.ts';
import { openUpstream, UpstreamFailure } from '../../../kernel/outbound/upstream.ts';
import { traceparentOf } from '../../endpoints/trace-id.ts';
import { createBreaker } from '../../gateway/breaker.ts';
import type { RunLimits } from '../runtime.ts';

export interface RemoteAnswer {
  status: number;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface RemoteRequest {
  /** POST where absent. */
  method?: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  body: Buffer | undefined;
}

/** Calls to one other server. */
export interface RemoteCaller {
  /**
   * A good answer, whole.
   * @throws RUNTIME_FAILED with the server's own words where it refuses; RUNTIME_DOWN, RUNTIME_TIMED_OUT;
   * DEADLINE_EXCEEDED and the signal's reason
   */
  ask(request: RemoteRequest, limits: RunLimits): Promise<RemoteAnswer>;
  /** The same as it comes: whoever does not read it to its end destroys it. */
  open(request: RemoteRequest, limits: RunLimits): Promise<IncomingMessage>;
  close(): void;
}

/** Retries are a tenth of the calls, so that they cannot be what keeps a server down. */
const RETRY_SHARE = 0.1;
const MOST_RETRIES = 10;
const RETRY_PAUSE_MS = 50;
const MOST_ANSWER_BYTES = 256 << 20;

/**
 * Calls another server within its time, told how much is left (`x-request-timeout-ms`). A server that fails half of its
 * calls is left alone for some seconds; one that could not be reached or says 503 is asked once more.
 */
export function createRemoteCaller(name: string, timeoutMs: number): RemoteCaller {
  const upstream = openUpstream();
  const breaker = createBreaker();
  let retries = MOST_RETRIES;

  async function once(request: RemoteRequest, limits: RunLimits): Promise<IncomingMessage> {
    const rest = breaker.closedFor(performance.now());
    if (!breaker.admits(performance.now()))
      throw new AirworthyError('RUNTIME_DOWN', {
        message: `${name}: ${request.url.host} failed most of its last calls; it is asked again in ${Math.ceil(rest / 1_000)} s`,
        facts: { retryAfterMs: Math.ceil(rest) },
      });
    let failed = false;
    try {
      const response = await send(request, limits);
      failed = response.statusCode === undefined || response.statusCode >= 500;
      return response;
    } catch (error) {
      failed = error instanceof UpstreamFailure || isTimeout(error);
      throw error;
    } finally {
      breaker.end(performance.now(), failed);
    }
  }

  function send(
    { method = 'POST', url, headers, body }: RemoteRequest,
    { deadline = Infinity, signal, traceId }: RunLimits,
  ) {
    const left = Math.ceil(Math.min(timeoutMs, deadline - performance.now()));
    const isOwn = left === timeoutMs;
    if (left <= 0) throw late();
    const timer = AbortSignal.timeout(left);
    const asked = {
      method,
      headers: {
        ...headers,
        'x-request-timeout-ms': String(left),
        ...(traceId === undefined ? {} : { traceparent: traceparentOf(traceId) }),
      },
      body,
      timeoutMs: left,
      signal: signal ? AbortSignal.any([signal, timer]) : timer,
    };
    return upstream.request(url, asked).catch((error: unknown) => {
      if (signal?.aborted) throw signal.reason;
      if (!timer.aborted && !(error instanceof UpstreamFailure && error.timedOut)) throw error;
      throw isOwn ? timedOut(name, url, timeoutMs) : late();
    });
  }

  async function open(request: RemoteRequest, limits: RunLimits): Promise<IncomingMessage> {
    retries = Math.min(MOST_RETRIES, retries + RETRY_SHARE);
    const first = await once(request, limits).catch(refusedToReach);
    const unreached = first instanceof UpstreamFailure;
    if (!unreached && first.statusCode !== 503) return requireGood(name, first);
    if (retries < 1) throw await downError(name, first);
    retries--;
    if (!unreached) first.destroy();
    await new Promise((settle) => setTimeout(settle, RETRY_PAUSE_MS));
    const second = await once(request, limits).catch(refusedToReach);
    if (second instanceof UpstreamFailure) throw await downError(name, second);
    return requireGood(name, second);
  }

  return {
    open,
    async ask(request, limits) {
      const response = await open(request, limits);
      const body = await readBody(response).catch((cause: unknown) => {
        if (limits.signal?.aborted) throw limits.signal.reason;
        throw isTimeout(cause)
          ? timedOut(name, request.url, timeoutMs)
          : new AirworthyError('RUNTIME_DOWN', {
              message: `${name}: the answer of ${request.url.host} broke off`,
              cause,
            });
      });
      return { status: response.statusCode ?? 0, headers: response.headers, body };
    },
    close: upstream.close,
  };
}

/** Where nothing was reached another try may be made; anything else is thrown on. */
function refusedToReach(error: unknown): UpstreamFailure {
  if (error instanceof UpstreamFailure) return error;
  throw error;
}

async function requireGood(name: string, response: IncomingMessage): Promise<IncomingMessage> {
  const { statusCode = 0 } = response;
  if (statusCode >= 200 && statusCode < 300) return response;
  if (statusCode >= 500 || statusCode === 429) throw await downError(name, response);
  throw new AirworthyError('RUNTIME_FAILED', { message: `${name}: ${await sayRefusal(response)}` });
}

async function downError(name: string, from: IncomingMessage | UpstreamFailure): Promise<AirworthyError> {
  const message = from instanceof UpstreamFailure ? from.message : await sayRefusal(from);
  return new AirworthyError('RUNTIME_DOWN', { message: `${name}: ${message}` });
}

/** `HTTP 400: unexpected shape`, in the words of `{"error": "…"}` or `{"error": {"message": "…"}}` where it has them. */
async function sayRefusal(response: IncomingMessage): Promise<string> {
  const text = (await readBody(response).catch(() => Buffer.alloc(0))).toString('utf8');
  const said = readError(text) ?? text;
  return `HTTP ${response.statusCode}${said === '' ? '' : `: ${said.slice(0, 500)}`}`;
}

function readError(text: string): string | undefined {
  try {
    const { error } = JSON.parse(text) as { error?: string | { message?: string } };
    return typeof error === 'string' ? error : error?.message;
  } catch {
    return undefined;
  }
}

async function readBody(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    size += (chunk as Buffer).length;
    if (size > MOST_ANSWER_BYTES) throw new Error(`the answer has more than ${MOST_ANSWER_BYTES} bytes`);
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks, size);
}

function isTimeout(error: unknown): boolean {
  const { name, code } = (error ?? {}) as { name?: string; code?: string };
  return name === 'TimeoutError' || code === 'RUNTIME_TIMED_OUT';
}

function timedOut(name: string, url: URL, timeoutMs: number): AirworthyError {
  return new AirworthyError('RUNTIME_TIMED_OUT', {
    message: `${name}: ${url.host} did not answer within ${timeoutMs} ms`,
  });
}

function late(): AirworthyError {
  return new AirworthyError('DEADLINE_EXCEEDED', { message: 'the answer was not ready in the time given' });
}
