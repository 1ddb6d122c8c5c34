import { createParser } from 'eventsource-parser';

export interface Endpoint {
  /** With its version: `http://127.0.0.1:8080/v1`. */
  baseUrl: string;
  apiKey?: string;
}

/** No answer about one sentence is longer; a server that goes on and on would fill the memory. */
const MOST_BYTES = 1_000_000;

/** Asks an OpenAI-compatible endpoint; what it answers is not looked at. */
export function askEndpoint(
  { baseUrl, apiKey }: Endpoint,
  path: string,
  { body, signal }: { body?: object; signal?: AbortSignal },
): Promise<Response> {
  const form = body instanceof FormData;
  return fetch(`${baseUrl.replace(/\/$/, '')}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      ...(body === undefined || form ? {} : { 'content-type': 'application/json' }),
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
    },
    ...(body === undefined ? {} : { body: form ? body : JSON.stringify(body) }),
    ...(signal === undefined ? {} : { signal }),
    // What people say goes to the address that was configured, and nowhere else.
    redirect: 'error',
  });
}

/** An answer in one piece. */
export async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of piecesOf(response)) text += decoder.decode(bytes, { stream: true });
  return text + decoder.decode();
}

async function* piecesOf(response: Response): AsyncGenerator<Uint8Array> {
  let size = 0;
  for await (const bytes of response.body ?? []) {
    size += bytes.length;
    if (size > MOST_BYTES) throw new Error(`it answered with more than ${MOST_BYTES} bytes`);
    yield bytes;
  }
}

/** The data of server-sent events as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<string> {
  const found: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => found.push(data) });
  const decoder = new TextDecoder();
  for await (const bytes of piecesOf(response)) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* found.splice(0);
  }
}

/** What an endpoint says of an error, in the forms that servers have for it. */
export async function errorText(response: Response): Promise<string> {
  const text = await textOf(response);
  try {
    const body = JSON.parse(text) as { error?: { message?: string } | string; message?: string };
    const said = typeof body.error === 'string' ? body.error : (body.error?.message ?? body.message);
    return (typeof said === 'string' ? said : text).slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
