import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { text as readText } from 'node:stream/consumers';

/** What was asked and answered at the OpenAI door, as `test/clients/openai_answers.py` reads it. */
export interface Exchange {
  name: string;
  /** After `/v1`. */
  path: string;
  asked: string;
  status: number;
  headers: Record<string, string>;
  text: string;
}

/** What is wrong with which exchange, by the types of the Python SDK. */
export async function findFaults(
  python: string,
  exchanges: readonly Exchange[],
): Promise<Record<string, string[]>> {
  const child = spawn(python, [join(import.meta.dirname, '../clients/openai_answers.py')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child.stdin.end(JSON.stringify(exchanges));
  return JSON.parse(await readText(child.stdout));
}

interface Asked {
  path: string;
  body?: FormData | object | string;
  headers?: Record<string, string>;
}

/** Asks the door at an address that ends with `/v1`. */
export async function exchange(
  baseURL: string,
  name: string,
  { path, body, headers = {} }: Asked,
): Promise<Exchange> {
  const isForm = body instanceof FormData;
  const sent = typeof body === 'object' && !isForm ? JSON.stringify(body) : body;
  const answer = await fetch(`${baseURL}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { connection: 'close', ...(isForm ? {} : { 'content-type': 'application/json' }), ...headers },
    ...(sent === undefined ? {} : { body: sent }),
  });
  return {
    ...{ name, path, asked: sent instanceof FormData ? JSON.stringify([...sent]) : (sent ?? '') },
    ...{ status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() },
  };
}

const messages = [{ role: 'user', content: 'Who are you?' }];
/** What prompts are filled in with. */
export const CITY = { variables: { city: 'Bonn' } };
const stream = { stream: true };
const counted = { ...stream, stream_options: { include_usage: true } };
const tools = [{ type: 'function', function: { name: 'weather', parameters: {} } }];
const schema = { type: 'object', properties: {}, additionalProperties: false };

/** What a model is asked in every form; a prompt needs `CITY` beside it. */
const CHATS: Record<string, object> = {
  chat: {},
  'of more than one': { temperature: 0, n: 1, max_tokens: 20 },
  tools: { tools },
  'structured output': {
    response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } },
  },
  stream,
  'counted stream': counted,
  'tools in a stream': { ...counted, tools },
};

export function askChats(baseURL: string, model: string, beside: object = {}): Promise<Exchange[]> {
  return inTurn(Object.entries(CHATS), ([name, members]) =>
    exchange(baseURL, `${model}: ${name}`, {
      path: '/chat/completions',
      body: { model, messages, ...members, ...beside },
    }),
  );
}

/** Everything but chats. */
export function askRest(baseURL: string): Promise<Exchange[]> {
  const asks: Asked[] = [
    { path: '/models' },
    { path: '/models/fast' },
    { path: '/models/greeter' },
    { path: '/embeddings', body: { model: 'small', input: 'x' } },
    { path: '/embeddings', body: { model: 'small', input: 'x', encoding_format: 'base64' } },
    { path: '/audio/speech', body: { model: 'tts', voice: 'alloy', input: 'hi' } },
    ...['json', 'verbose_json'].map((form) => ({
      path: '/audio/transcriptions',
      body: formOf({ model: 'whisper-1', response_format: form }),
    })),
  ];
  return inTurn(asks, (asked, index) => exchange(baseURL, `${index} ${asked.path}`, asked));
}

function formOf(fields: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  form.set('file', new Blob(['RIFF'], { type: 'audio/wav' }), 'a.wav');
  return form;
}

const chat = (model: string, more: object = {}) => ({
  path: '/chat/completions',
  body: { model, messages, ...more },
});

/** A refusal of each kind by the status that it has: first ours, then the provider's. */
const REFUSED: Record<string, [number, Asked]> = {
  'no JSON': [400, { path: '/chat/completions', body: '{"model":' }],
  'no messages': [400, { path: '/chat/completions', body: { model: 'm' } }],
  'no object': [400, { path: '/embeddings', body: '[]' }],
  'options of no stream': [400, chat('m', { stream_options: {} })],
  'no model in a form': [400, { path: '/audio/transcriptions', body: formOf({}) }],
  'not well-formed': [400, { path: '/models/%zz' }],
  'no key of a provider': [400, chat('keyed/m')],
  'no such recording': [401, { path: `/../run/${'a'.repeat(32)}/${'b'.repeat(32)}/v1/models` }],
  'another origin': [403, { ...chat('m'), headers: { origin: 'https://example.org' } }],
  'unknown model': [404, { path: '/models/nothing' }],
  'unknown address': [404, { path: '/nothing' }],
  'wrong method': [404, { path: '/chat/completions' }],
  'too large': [413, chat('m', { filler: 'x'.repeat(20_000) })],
  compressed: [415, { ...chat('m'), headers: { 'content-encoding': 'gzip' } }],
  'a record that does not fit': [400, chat('greeter', { variables: { city: 5 } })],
  'a limit, not reached yet': [200, chat('m', { user: 'eager' })],
  'a limit': [429, chat('m', { user: 'eager' })],
  'a budget': [429, chat('m', { user: 'poor' })],
  'nobody there': [502, chat('down/m')],
  'broke off': [502, chat('cut')],
  'too late': [504, { ...chat('hangs'), headers: { 'x-request-timeout-ms': '50' } }],
  'a stream that broke off': [200, chat('fast', { ...stream, breaks: true })],
  'a prompt’s stream that broke off': [200, chat('greeter', { ...stream, breaks: true, ...CITY })],
  'a stream that broke off within an event': [200, chat('openai/half', counted)],
  'a stream that says it failed': [200, chat('sorry', stream)],
  'a prompt’s stream that says it failed': [200, chat('sorry-prompt', { ...stream, ...CITY })],
  'a prompt that its provider refuses': [400, chat('refused', CITY)],
  'a prompt whose provider is busy': [502, chat('busy-prompt', CITY)],
  'bad, says the provider': [400, chat('bad')],
  'key, says the provider': [401, chat('unauthorised')],
  'unknown, says the provider': [404, chat('unknown')],
  'busy, says the provider': [429, chat('busy')],
  'failing, says the provider': [500, chat('failing')],
};

/** Refusals with the status that each should have. */
export async function askRefused(baseURL: string): Promise<{ expected: number; got: Exchange }[]> {
  return inTurn(Object.entries(REFUSED), async ([name, [expected, asked]]) => ({
    expected,
    got: await exchange(baseURL, name, asked),
  }));
}

async function inTurn<Value, Result>(
  values: readonly Value[],
  ask: (value: Value, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, value] of values.entries()) results.push(await ask(value, index));
  return results;
}
