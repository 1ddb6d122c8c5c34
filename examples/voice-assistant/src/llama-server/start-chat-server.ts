import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Gguf } from '../planners/decoder/open-gguf.ts';
import { isFromHere } from '../server/is-from-here.ts';
import { type ChatRequest, readChatRequest } from './chat-request.ts';
import { type Completion, completeChat, type GrammarCache, mayCall } from './complete-chat.ts';
import { OpenAiError } from './openai-error.ts';
import { streamChat } from './stream-chat.ts';

const LARGEST_BODY = 1_000_000;

export interface ChatServer {
  /** For clients: ends in `/v1`. */
  url: string;
  model: string;
  close(): Promise<void>;
}

/**
 * `/v1/models` and `/v1/chat/completions`, with tools, for programs on this machine. It reads the last sentence of the user
 * and nothing else, as the decoder was trained to. Closing it closes the decoder.
 */
export async function startChatServer(
  gguf: Gguf,
  { port = 0, queue = 16 }: { port?: number; queue?: number } = {},
): Promise<ChatServer> {
  const desk: Desk = { gguf, grammars: new Map(), places: queue + 1 };
  const server = createServer((request, response) => void answer(desk, request, response));
  await listen(server, port);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    model: gguf.name,
    async close() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await gguf.close();
    },
  };
}

interface Desk {
  gguf: Gguf;
  grammars: GrammarCache;
  /** Free places: one is answered, the others wait. */
  places: number;
}

function listen(server: Server, port: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once('error', (error: NodeJS.ErrnoException) =>
    reject(
      error.code === 'EADDRINUSE' ? new Error(`Port ${port} is taken: give another with --port.`) : error,
    ),
  );
  server.listen(port, '127.0.0.1', resolve);
  return promise;
}

async function answer(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await route(desk, request, response);
  } catch (error) {
    const said =
      error instanceof OpenAiError
        ? error
        : new OpenAiError(500, error instanceof Error ? error.message : String(error));
    if (!response.headersSent)
      sendJson(response, said.status, said.toBody(), said.status === 429 ? { 'retry-after': '1' } : {});
  }
}

async function route(desk: Desk, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isFromHere(request))
    throw new OpenAiError(403, 'Only programs on this machine are answered.', 'forbidden');
  const [path] = (request.url ?? '/').split('?');
  const wanted = `${request.method} ${path}`;
  if (wanted === 'GET /v1/models') return sendJson(response, 200, modelsOf(desk.gguf));
  if (wanted === 'POST /v1/chat/completions')
    return answerChat(desk, readChatRequest(await bodyOf(request)), response);
  throw new OpenAiError(
    404,
    `There is no ${wanted}: there are GET /v1/models and POST /v1/chat/completions.`,
    'not_found',
  );
}

function modelsOf({ name }: Gguf): object {
  return { object: 'list', data: [{ id: name, object: 'model', created: 0, owned_by: 'local' }] };
}

async function answerChat(desk: Desk, chat: ChatRequest, response: ServerResponse): Promise<void> {
  const { gguf, grammars } = desk;
  if (chat.model !== undefined && chat.model !== gguf.name) {
    throw new OpenAiError(
      404,
      `There is no model ${chat.model}: this server has ${gguf.name}.`,
      'model_not_found',
    );
  }
  if (desk.places === 0)
    throw new OpenAiError(429, 'Too many requests wait already: try again in a second.', 'queue_full');
  desk.places -= 1;
  const left = new AbortController();
  response.once('close', () => left.abort());
  const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: gguf.name };
  try {
    if (chat.stream) return await answerInParts(desk, chat, response, head, left.signal);
    const completion = await completeChat(gguf, grammars, chat, { signal: left.signal });
    sendJson(response, 200, {
      ...head,
      object: 'chat.completion',
      choices: [choiceOf(completion)],
      usage: completion.usage,
    });
  } finally {
    desk.places += 1;
  }
}

async function answerInParts(
  { gguf, grammars }: Desk,
  chat: ChatRequest,
  response: ServerResponse,
  head: Parameters<typeof streamChat>[1],
  signal: AbortSignal,
): Promise<void> {
  const stream = streamChat(response, head);
  let begun = false;
  const begin = () => {
    if (!begun) stream.begin();
    begun = true;
  };
  const onText = (text: string) => {
    begin();
    stream.text(text);
  };
  try {
    const completion = await completeChat(gguf, grammars, chat, { onText, signal });
    begin();
    if (mayCall(chat) && completion.content) stream.text(completion.content);
    stream.end(completion, chat.stream_options?.include_usage ?? false);
  } catch (error) {
    if (!begun) throw error;
    stream.fail(new OpenAiError(500, error instanceof Error ? error.message : String(error)).toBody());
  }
}

function choiceOf({ content, toolCalls, finishReason }: Completion): object {
  const message = { role: 'assistant', content, ...(toolCalls.length > 0 ? { tool_calls: toolCalls } : {}) };
  return { index: 0, message, finish_reason: finishReason };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > LARGEST_BODY) throw new OpenAiError(413, `The body is larger than ${LARGEST_BODY} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function sendJson(
  response: ServerResponse,
  status: number,
  body: object,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
