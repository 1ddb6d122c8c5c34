import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as the stub got it. */
export interface StubRequest {
  /** 0, 1, 2 … in the order they came. */
  number: number;
  path: string;
  headers: IncomingMessage['headers'];
  body: StubBody;
}

export interface StubBody extends Record<string, unknown> {
  model?: string;
  messages?: { role: string; content: unknown }[];
}

/** What the stub does with a request. A text is the answer; members say what goes wrong, and when. */
export type StubAnswer =
  | string
  | {
      /** The text of a chat completion. */
      content?: string | null;
      toolCalls?: { name: string; arguments: string }[];
      refusal?: string;
      finishReason?: string;
      usage?: { prompt_tokens: number; completion_tokens: number } | null;
      /** Any status; an error's message is `content`. */
      status?: number;
      headers?: Record<string, string>;
      delayMs?: number;
      /** The body as it is, instead of a chat completion. */
      raw?: string;
      json?: unknown;
      /** `hang`: never answers; `reset`: closes the connection at once; `half`: after half of the answer. */
      fault?: 'hang' | 'reset' | 'half';
      /** Answers as a stream of events. */
      stream?: boolean;
    };

export interface StubModel extends AsyncDisposable {
  /** `http://127.0.0.1:PORT/v1` */
  endpoint: string;
  requests: StubRequest[];
  /** Connections that were opened. */
  readonly connections: number;
  /** Requests under way at once, at most. */
  readonly mostUnderWay: number;
  answerWith(answer: StubAnswer | ((request: StubRequest) => StubAnswer)): void;
}

/**
 * A server that speaks chat completions and answers as it is told: `await using stub = await startStubModel('Paris')`.
 * Without an answer it repeats the last message.
 */
export async function startStubModel(
  answer: StubAnswer | ((request: StubRequest) => StubAnswer) = echo,
): Promise<StubModel> {
  let current = answer;
  let connections = 0;
  let underWay = 0;
  let mostUnderWay = 0;
  const requests: StubRequest[] = [];
  const server = createServer(async (incoming, response) => {
    mostUnderWay = Math.max(mostUnderWay, ++underWay);
    response.on('close', () => underWay--);
    const request = await readRequest(incoming, requests.length);
    requests.push(request);
    const told = typeof current === 'function' ? current(request) : current;
    answerRequest(request, typeof told === 'string' ? { content: told } : told, response);
  });
  server.on('connection', () => connections++);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    requests,
    get connections() {
      return connections;
    },
    get mostUnderWay() {
      return mostUnderWay;
    },
    answerWith(next) {
      current = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function echo({ body }: StubRequest): StubAnswer {
  const last = body.messages?.at(-1)?.content;
  return typeof last === 'string' ? last : JSON.stringify(last ?? body);
}

async function readRequest(incoming: IncomingMessage, number: number): Promise<StubRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const body = JSON.parse(Buffer.concat(chunks).toString('utf8') || 'null') as StubBody;
  return { number, path: incoming.url ?? '', headers: incoming.headers, body };
}

function answerRequest(
  request: StubRequest,
  answer: Exclude<StubAnswer, string>,
  response: ServerResponse,
): void {
  const { status = 200, headers = {}, delayMs = 0, fault } = answer;
  if (fault === 'hang') return;
  if (fault === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  const text = bodyOf(request, answer);
  const type = answer.stream ? 'text/event-stream' : 'application/json';
  const send = () => {
    const length = fault === 'half' || answer.stream ? {} : { 'content-length': Buffer.byteLength(text) };
    response.writeHead(status, { 'content-type': type, ...length, ...headers });
    if (fault !== 'half') return response.end(text);
    // A stream may end early as if it were whole; anything else breaks off.
    const half = text.slice(0, text.length / 2);
    if (answer.stream) return response.end(half);
    return response.write(half, () => response.socket?.destroy());
  };
  if (delayMs > 0) setTimeout(send, delayMs);
  else send();
}

function bodyOf({ body }: StubRequest, answer: Exclude<StubAnswer, string>): string {
  if (answer.raw !== undefined) return answer.raw;
  if (answer.json !== undefined) return JSON.stringify(answer.json);
  if (answer.status !== undefined && answer.status >= 300) {
    return JSON.stringify({
      error: { message: answer.content ?? 'no', type: 'stub', param: null, code: null },
    });
  }
  const { content = null, refusal = null, toolCalls = [] } = answer;
  const calls = toolCalls.map((call, index) => ({ id: `call_${index}`, type: 'function', function: call }));
  const finish = answer.finishReason ?? (calls.length > 0 ? 'tool_calls' : 'stop');
  const usage = answer.usage === undefined ? { prompt_tokens: 10, completion_tokens: 5 } : answer.usage;
  const head = { id: 'chatcmpl-stub', created: 0, model: body?.model ?? 'stub' };
  const message = { role: 'assistant', content, refusal, ...(calls.length > 0 ? { tool_calls: calls } : {}) };
  if (!answer.stream) {
    const choices = [{ index: 0, message, finish_reason: finish }];
    return JSON.stringify({ ...head, object: 'chat.completion', choices, ...(usage ? { usage } : {}) });
  }
  const chunk = (choices: unknown[], more = {}) =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
  const pieces = (content ?? '').match(/[\s\S]{1,4}/g) ?? [];
  return [
    chunk([{ index: 0, delta: { role: 'assistant' }, finish_reason: null }]),
    ': keep-alive\n\n',
    ...pieces.map((piece) => chunk([{ index: 0, delta: { content: piece }, finish_reason: null }])),
    ...calls.flatMap((call, index) => [
      chunk([
        {
          index: 0,
          delta: { tool_calls: [{ ...call, index, function: { name: call.function.name, arguments: '' } }] },
          finish_reason: null,
        },
      ]),
      ...(call.function.arguments.match(/[\s\S]{1,8}/g) ?? []).map((piece) =>
        chunk([
          {
            index: 0,
            delta: { tool_calls: [{ index, function: { arguments: piece } }] },
            finish_reason: null,
          },
        ]),
      ),
    ]),
    chunk([{ index: 0, delta: {}, finish_reason: finish }]),
    ...(usage ? [chunk([], { usage })] : []),
    'data: [DONE]\n\n',
  ].join('');
}
