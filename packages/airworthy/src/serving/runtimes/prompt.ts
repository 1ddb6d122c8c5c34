import { compileValue } from '../../evaluation/calling.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { Signature } from '../../models/signature.ts';
import type { Output } from '../../models/to-prediction.ts';
import { traceparentOf } from '../endpoints/trace-id.ts';
import { retryAfter } from '../gateway/ask-targets.ts';
import type { ChatTurn, Gateway, GatewayAnswer, JsonObject } from '../gateway/gateway.ts';
import { readEvents } from '../gateway/read-events.ts';
import type { JsonRecord } from '../records/check-records.ts';
import type { GeneratedPiece, RunLimits, Runtime } from './runtime.ts';

/** A prompt as its bundle has it. */
export interface PackedPrompt {
  /** Of the model that is served, and its version, for the record. */
  name?: string;
  version?: string;
  /** With `{{field}}` where a value of the record goes. */
  messages: readonly JsonObject[];
  /** A route of the gateway, `provider/model`, or a model of the default provider. */
  model: string;
  parameters?: JsonObject;
  tools?: readonly JsonObject[];
  /** JSON Schema of the answer; a text where absent. */
  output?: JsonObject | undefined;
  signature: Signature;
}

/** Requests to the gateway at once; it has limits of its own. */
const AT_ONCE = 32;

/**
 * A prompt that is served: records fill in its messages, the gateway asks the model. With a schema the answer is the JSON
 * that fits it, else a text.
 *
 * @example
 * const runtime = createPromptRuntime({ messages: [{ role: 'user', content: 'Sum up: {{text}}' }], model: 'fast', signature }, gateway);
 * await runtime.predict([{ text: 'A long story.' }], {}); // [{ output: '…' }]
 */
export function createPromptRuntime(prompt: PackedPrompt, gateway: Gateway): Runtime {
  const fill = compileValue(prompt.messages, 'messages') as (record: JsonRecord) => JsonObject[];

  function requestOf(record: JsonRecord, { sampling, chat }: RunLimits, stream: boolean) {
    const { messages = [], model: _asked, ...members } = chat?.body ?? {};
    const body: JsonObject = {
      ...sampling,
      ...members,
      ...(prompt.tools?.length ? { tools: prompt.tools } : {}),
      ...(prompt.output === undefined ? {} : { response_format: answerFormat(prompt.output) }),
      ...prompt.parameters,
      model: prompt.model,
      messages: [...fill(record), ...(messages as JsonObject[])],
    };
    if (stream) body.stream = true;
    else delete body.stream;
    return { path: 'chat/completions' as const, model: prompt.model, body };
  }

  async function ask(record: JsonRecord, limits: RunLimits, stream: boolean): Promise<AskedModel> {
    const { deadline, signal, chat, traceId } = limits;
    const { name, version } = prompt;
    const { promise: cost, resolve: measured } = Promise.withResolvers<number | null>();
    const answer = await gateway.send(requestOf(record, limits, stream), {
      ...(traceId === undefined ? {} : { traceparent: traceparentOf(traceId) }),
      ...callOf(chat),
      measured,
      ...(deadline === undefined ? {} : { timeoutMs: Math.max(1, Math.round(deadline - performance.now())) }),
      signal: signal ?? chat?.call.signal,
      ...(name === undefined ? {} : { prompt: { name, version: version ?? '' } }),
    });
    if (answer.status < 400) return { body: answer.body, cost };
    throw await refused(prompt.model, answer);
  }

  async function complete(record: JsonRecord, limits: RunLimits): Promise<GeneratedPiece> {
    const { body, cost } = await ask(record, limits, false);
    const answered = parseJson((await bytesOf(body)).toString('utf8'));
    if (typeof answered === 'object' && answered !== null)
      return { ...toPiece(answered as JsonObject), ...costing(await cost) };
    throw new AirworthyError('GATEWAY_UNAVAILABLE', {
      message: `${prompt.model}: the answer is no JSON object`,
    });
  }

  async function* generate(record: JsonRecord, limits: RunLimits): AsyncGenerator<GeneratedPiece> {
    // Whoever chats without a stream gets the whole answer as the one piece.
    if (limits.chat !== undefined && limits.chat.body.stream !== true) {
      yield await complete(record, limits);
      return;
    }
    const { body, cost } = await ask(record, limits, true);
    for await (const chunk of readEvents(body)) yield toPiece(chunk);
    yield { text: '', ...costing(await cost) };
  }

  return {
    kind: 'prompt',
    signature: prompt.signature,
    immediate: false,
    runs: { atOnce: AT_ONCE, records: 1 },
    memoryBytes: async () => 0,
    predict: (records, limits) =>
      Promise.all(records.map(async (record) => toOutput(prompt, await complete(record, limits)))),
    generate,
    async close() {},
  };
}

interface AskedModel {
  body: GatewayAnswer['body'];
  /** Known once the body has been read to its end. */
  cost: Promise<number | null>;
}

const costing = (cost: number | null) => (cost === null ? {} : { cost });

/** The caller's key is for the provider that the caller chose, never for the prompt's. */
function callOf(chat: ChatTurn | undefined) {
  if (chat === undefined) return {};
  const { authorization: _key, upstream: _address, headers: _headers, recorded: _ours, ...call } = chat.call;
  return call;
}

const answerFormat = (schema: JsonObject) => ({
  type: 'json_schema',
  json_schema: { name: 'answer', schema, strict: true },
});

function toOutput({ output, model }: PackedPrompt, { text, cost, refusal }: GeneratedPiece): Output {
  const beside = { ...costing(cost ?? null), ...(refusal === undefined ? {} : { refusal }) };
  if (refusal !== undefined && text === '') return { output: null, ...beside };
  if (output === undefined || output.type === 'string') return { output: text, ...beside };
  const value = parseJson(text);
  if (value !== undefined) return { output: value, ...beside };
  throw new AirworthyError('GATEWAY_UNAVAILABLE', {
    message: `${model}: the answer is no JSON, which the prompt's output is to be: ${text.slice(0, 200)}`,
  });
}

interface Said {
  content?: unknown;
  refusal?: unknown;
}

interface Choice {
  message?: Said;
  delta?: Said;
  finish_reason?: GeneratedPiece['finishReason'] | null;
}

/** A chunk of a stream, or a whole answer, as a piece of text. */
function toPiece(chunk: JsonObject): GeneratedPiece {
  const [choice] = (Array.isArray(chunk.choices) ? chunk.choices : []) as Choice[];
  const { content, refusal } = choice?.message ?? choice?.delta ?? {};
  const usage = chunk.usage as { prompt_tokens?: number; completion_tokens?: number } | null | undefined;
  return {
    text: typeof content === 'string' ? content : '',
    ...(typeof refusal === 'string' && refusal !== '' ? { refusal } : {}),
    ...(choice?.finish_reason ? { finishReason: choice.finish_reason } : {}),
    ...(usage
      ? { usage: { inputTokens: usage.prompt_tokens ?? 0, outputTokens: usage.completion_tokens ?? 0 } }
      : {}),
    chunk,
  };
}

async function bytesOf(body: GatewayAnswer['body']): Promise<Buffer> {
  return Buffer.isBuffer(body) ? body : Buffer.concat(await body.toArray());
}

async function refused(model: string, { status, headers, body }: GatewayAnswer): Promise<AirworthyError> {
  const text = (await bytesOf(body)).toString('utf8');
  const said = (parseJson(text) as { error?: { message?: string } } | undefined)?.error?.message ?? text;
  const mayPass = status === 408 || status === 429 || status >= 500;
  const retryAfterMs = retryAfter(headers);
  return new AirworthyError(mayPass ? 'GATEWAY_UNAVAILABLE' : 'GATEWAY_REFUSED', {
    message: `${model}: the provider says ${status}: ${said.slice(0, 500)}`,
    facts: { status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) },
  });
}
