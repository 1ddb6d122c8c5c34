import { createParser } from 'eventsource-parser';

export interface Endpoint {
  /** With its version: `http://127.0.0.1:8080/v1`. */
  baseUrl: string;
  apiKey?: string;
}

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
  });
}

/** The data of server-sent events as they come. */
export async function* eventsOf(response: Response): AsyncGenerator<string> {
  const found: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => found.push(data) });
  const decoder = new TextDecoder();
  for await (const bytes of response.body ?? []) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* found.splice(0);
  }
}

/** What an endpoint says of an error, in the forms that servers have for it. */
export async function errorText(response: Response): Promise<string> {
  const text = await response.text();
  try {
    const body = JSON.parse(text) as { error?: { message?: string } | string; message?: string };
    const said = typeof body.error === 'string' ? body.error : (body.error?.message ?? body.message);
    return said ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200);
  }
}
