import { SpeechError } from '../speech-error.ts';

const LONGEST_MS = 30_000;

export interface Sending {
  url: string;
  body: FormData | string;
  apiKey: string | undefined;
  traceparent?: string | undefined;
  signal: AbortSignal;
}

/**
 * Posts to a speech server.
 *
 * @throws SpeechError where nobody answers
 */
export async function send({ url, body, apiKey, traceparent, signal }: Sending): Promise<Response> {
  const late = AbortSignal.timeout(LONGEST_MS);
  try {
    // As bytes: a form that is sent as a stream fails outside of this promise where nobody listens.
    const sent = new Response(body);
    const type = typeof body === 'string' ? 'application/json' : (sent.headers.get('content-type') ?? '');
    return await fetch(url, {
      method: 'POST',
      body: await sent.bytes(),
      signal: AbortSignal.any([signal, late]),
      headers: {
        'content-type': type,
        ...(apiKey ? { authorization: `Bearer ${apiKey}` } : {}),
        ...(traceparent ? { traceparent } : {}),
      },
    });
  } catch (cause) {
    if (signal.aborted) throw new SpeechError('aborted', 'nobody listens any more', { cause });
    if (late.aborted)
      throw new SpeechError('timed-out', `${url} did not answer within ${LONGEST_MS / 1_000} s`, { cause });
    throw new SpeechError('unavailable', `${url} cannot be reached: is the speech server running?`, {
      cause,
    });
  }
}
