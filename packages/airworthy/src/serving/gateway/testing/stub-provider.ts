import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** A request as the provider got it. */
export interface ProviderRequest {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  bytes: Buffer;
  json: Record<string, unknown>;
}

export interface StubProvider extends AsyncDisposable {
  /** With `/v1`. */
  url: string;
  requests: ProviderRequest[];
  /** Connections that the other side closed before it had the whole answer. */
  left: number;
}

type Answering = (request: ProviderRequest, response: ServerResponse) => void | Promise<void>;

const USAGE = { prompt_tokens: 12, completion_tokens: 4, total_tokens: 16 };

/** A server that speaks the OpenAI API and answers what it is asked with the model's name. */
export async function startProvider(answering: Answering = answerAsOpenai): Promise<StubProvider> {
  const provider: Pick<StubProvider, 'requests' | 'left'> = { requests: [], left: 0 };
  const server = createServer(async (incoming, response) => {
    const bytes = Buffer.concat(await incoming.toArray());
    const json = (incoming.headers['content-type'] ?? '').includes('json')
      ? JSON.parse(bytes.toString())
      : {};
    const { method = '', url: path = '', headers } = incoming;
    const request = { method, path, headers, bytes, json };
    provider.requests.push(request);
    response.on('close', () => {
      if (!response.writableFinished) provider.left++;
    });
    await answering(request, response);
  });
  await new Promise<void>((settle) => {
    server.listen(0, '127.0.0.1', settle);
  });
  const { port } = server.address() as AddressInfo;
  return Object.assign(provider, {
    url: `http://127.0.0.1:${port}/v1`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((settle) => server.close(settle));
    },
  });
}

export function answerJson(response: ServerResponse, body: unknown, status = 200, headers = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_stub', ...headers });
  response.end(JSON.stringify(body));
}

export function answerError(response: ServerResponse, status: number, code: string, headers = {}): void {
  answerJson(
    response,
    { error: { message: `stub: ${code}`, type: code, param: null, code } },
    status,
    headers,
  );
}

export async function answerAsOpenai(request: ProviderRequest, response: ServerResponse): Promise<void> {
  const { json, path } = request;
  if (path.endsWith('/embeddings')) return answerEmbedding(json, response);
  if (path.endsWith('/audio/speech')) {
    response.writeHead(200, { 'content-type': 'audio/mpeg' });
    return void response.end(Buffer.from([1, 2, 3, 4]));
  }
  if (path.includes('/audio/')) return answerHeard(request, response);
  if (json.stream === true) return answerStream(json, response);
  const tools = Array.isArray(json.tools);
  const message = tools ? { ...SAYING, tool_calls: [TOOL_CALL] } : saying(json);
  answerJson(response, {
    ...headOf(json),
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: tools ? 'tool_calls' : 'stop', logprobs: null }],
    usage: USAGE,
  });
}

const TOOL_CALL = {
  id: 'call_1',
  type: 'function',
  function: { name: 'weather', arguments: '{"city":"Bonn"}' },
};
const SEGMENT = {
  ...{ id: 0, seek: 0, start: 0, end: 1.5, text: 'good morning', tokens: [1, 2], temperature: 0 },
  ...{ avg_logprob: -0.25, compression_ratio: 1.5, no_speech_prob: 0.125 },
};
const headOf = (json: object) => ({
  id: 'chatcmpl-1',
  created: 1,
  model: (json as { model?: string }).model,
});
const SAYING = { role: 'assistant', content: null, refusal: null };
const saying = (json: object) => ({ ...SAYING, content: `I am ${headOf(json).model}` });

function answerHeard({ bytes }: ProviderRequest, response: ServerResponse): void {
  const text = 'good morning';
  const spoken = { duration: 1.5, language: 'english', segments: [SEGMENT] };
  answerJson(response, bytes.includes('verbose_json') ? { text, ...spoken } : { text });
}

async function answerStream(json: Record<string, unknown>, response: ServerResponse): Promise<void> {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const say = (more: object) => {
    const chunk = { ...headOf(json), object: 'chat.completion.chunk', ...more };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  say({ choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] });
  for (const word of ['I ', 'am ', String(json.model)]) {
    say({ choices: [{ index: 0, delta: { content: word }, finish_reason: null }] });
    await delay(json.slow === true ? 200 : 1);
    if (json.breaks === true) return void response.destroy();
  }
  say({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
  const options = json.stream_options as { include_usage?: boolean } | undefined;
  if (options?.include_usage) say({ choices: [], usage: USAGE });
  response.end('data: [DONE]\n\n');
}

function answerEmbedding(json: Record<string, unknown>, response: ServerResponse): void {
  const vector = new Float32Array([0.5, -0.25, 1]);
  const embedding =
    json.encoding_format === 'base64' ? Buffer.from(vector.buffer).toString('base64') : [...vector];
  answerJson(response, {
    object: 'list',
    model: json.model,
    data: [{ object: 'embedding', index: 0, embedding }],
    usage: { prompt_tokens: 3, total_tokens: 3 },
  });
}
