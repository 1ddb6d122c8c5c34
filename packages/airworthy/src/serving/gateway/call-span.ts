import type { AttributeMap, AttributeValue, IncomingSpan, SpanOrigin } from '../../tracking/index.ts';
import type { CallPath, JsonObject } from './gateway.ts';
import type { MeasuredCall } from './measure-call.ts';

const OPERATIONS: Readonly<Record<CallPath, string>> = {
  'chat/completions': 'chat',
  responses: 'chat',
  completions: 'text_completion',
  embeddings: 'embeddings',
  'audio/transcriptions': 'transcription',
  'audio/translations': 'transcription',
  'audio/speech': 'speech',
};

const ORIGIN: SpanOrigin = {
  resource: { 'service.name': 'airworthy-gateway' },
  scope: { name: 'airworthy.gateway', version: '', attributes: {} },
};

/** Members of a request that the conventions have a name for. */
const PARAMETERS: Readonly<Record<string, string>> = {
  temperature: 'gen_ai.request.temperature',
  top_p: 'gen_ai.request.top_p',
  max_tokens: 'gen_ai.request.max_tokens',
  max_completion_tokens: 'gen_ai.request.max_tokens',
  seed: 'gen_ai.request.seed',
  n: 'gen_ai.request.choice.count',
  frequency_penalty: 'gen_ai.request.frequency_penalty',
  presence_penalty: 'gen_ai.request.presence_penalty',
};

/** A call as a span, in OpenTelemetry's conventions for generative AI. */
export function callSpan(call: MeasuredCall): IncomingSpan {
  const { path, trace, error, startedUs } = call;
  const operation = OPERATIONS[path];
  return {
    ...trace,
    traceState: '',
    name: `${operation} ${call.asked}`.slice(0, 500),
    kind: 'client',
    started: { us: startedUs, ns: 0 },
    ended: { us: startedUs + call.durationUs, ns: 0 },
    attributes: withoutNothing({
      'gen_ai.operation.name': operation,
      'gen_ai.provider.name': call.provider,
      'gen_ai.request.model': call.model,
      ...readParameters(call.body),
      ...readContent(call),
      'gen_ai.usage.input_tokens': call.inputTokens,
      'gen_ai.usage.output_tokens': call.outputTokens,
      'gen_ai.usage.cache_read.input_tokens': call.cachedTokens,
      'gen_ai.conversation.id': call.session,
      'user.id': call.user,
      'http.response.status_code': call.status === 0 ? undefined : call.status,
      'error.type': error?.code,
      'airworthy.model': call.asked,
      'airworthy.route': call.route,
      'airworthy.endpoint': call.endpoint,
      'airworthy.prompt': call.prompt?.name,
      'airworthy.prompt.version': call.prompt?.version,
      'airworthy.cached': call.cached ? true : undefined,
      'airworthy.served_by': call.servedBy.join(', '),
      'airworthy.attempts': call.attempts,
      'airworthy.first_byte_ms': call.firstByteUs === undefined ? undefined : call.firstByteUs / 1_000,
    }),
    events: [],
    links: [],
    status: error === undefined ? 'ok' : 'error',
    statusMessage: error?.message ?? '',
    dropped: 0,
    origin: ORIGIN,
  };
}

function withoutNothing(values: Record<string, AttributeValue | undefined>): AttributeMap {
  const kept: AttributeMap = {};
  for (const name in values) {
    const value = values[name];
    if (value !== undefined && value !== null && value !== '') kept[name] = value;
  }
  return kept;
}

function readParameters(body: JsonObject | undefined): Record<string, AttributeValue> {
  const read: Record<string, AttributeValue> = {};
  for (const name in PARAMETERS) {
    const value = body?.[name];
    if (typeof value === 'number') read[PARAMETERS[name]] = value;
  }
  return read;
}

/** What was asked and answered: messages where there are any, else the plain input and output. */
function readContent({
  body,
  answered,
  answer,
  cached,
}: MeasuredCall): Record<string, AttributeValue | undefined> {
  const said = (answered ?? {}) as JsonObject;
  const choices = Array.isArray(said.choices) ? (said.choices as JsonObject[]) : [];
  const messages = choices.map((choice) => choice?.message ?? { role: 'assistant', content: choice?.text });
  const input = body?.messages ?? body?.input ?? body?.prompt;
  const output = messages.length > 0 ? messages : (said.output ?? said.text ?? plainText(answer));
  const finished = choices
    .map((choice) => choice?.finish_reason)
    .filter((reason) => typeof reason === 'string');
  return {
    'gen_ai.response.model': cached || typeof said.model !== 'string' ? undefined : said.model,
    'gen_ai.response.id': typeof said.id === 'string' ? said.id : undefined,
    'gen_ai.response.finish_reasons': finished.length > 0 ? (finished as string[]) : undefined,
    'gen_ai.input.messages': asText(input),
    'gen_ai.output.messages': asText(output),
    'gen_ai.tool.definitions': asText(body?.tools),
  };
}

function plainText(answer: MeasuredCall['answer']): string | undefined {
  return answer === undefined || answer.events || answer.text.startsWith('{') ? undefined : answer.text;
}

function asText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === 'string' ? value : JSON.stringify(value);
}
