import type { ChatChunk, ChatMessage, ModelsList } from './chat-answers.ts';
import { eventData } from './event-data.ts';
import { openAiError, RequestError } from './request.ts';

/** What is asked of a model, as OpenAI's clients say it. */
export interface ChatRequest {
  model: string;
  messages: readonly ChatMessage[];
  [setting: string]: unknown;
}

export interface ChatStream {
  chunks: AsyncIterable<ChatChunk>;
  headers: Headers;
}

const ADDRESS = '/v1/chat/completions';

/** Everything that answers at the OpenAI door. */
export const chatModels = () => ({
  queryKey: ['/v1/models'],
  queryFn: async ({ signal }: { signal: AbortSignal }): Promise<ModelsList> => {
    const response = await fetch('/v1/models', { signal, headers: { accept: 'application/json' } });
    if (response.ok) return (await response.json()) as ModelsList;
    throw await openAiError('/v1/models', response);
  },
  meta: { topics: ['endpoints', 'models'] },
});

/** Asks for an answer that comes as it is made. Throws a RequestError where it is refused, also when it has begun. */
export async function streamChat(
  request: ChatRequest,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ChatStream> {
  const response = await fetch(ADDRESS, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream', ...headers },
    body: JSON.stringify({ ...request, stream: true, stream_options: { include_usage: true } }),
    signal,
  });
  if (!response.ok || response.body === null) throw await openAiError(ADDRESS, response);
  return { chunks: chunksOf(response.body), headers: response.headers };
}

async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<ChatChunk> {
  for await (const data of eventData(body)) {
    if (data === '[DONE]') return;
    const chunk = JSON.parse(data) as ChatChunk & { error?: { message?: string; code?: string | null } };
    if (chunk.error !== undefined) throw brokenOff(chunk.error);
    yield chunk;
  }
}

function brokenOff({ message, code }: { message?: string; code?: string | null }): RequestError {
  return new RequestError(ADDRESS, 200, {
    code: code ?? 'STREAM_BROKEN_OFF',
    message: message ?? 'The answer broke off.',
    remedy: 'Ask again; the trace has what was answered so far.',
  });
}
