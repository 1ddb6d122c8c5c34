import { Ajv } from 'ajv';
import type { Tool } from '../planners/planner.ts';
import { OpenAiError } from './openai-error.ts';

export interface ChatRequest {
  model?: string;
  messages: readonly { role: string; content?: string | readonly { type: string; text?: string }[] | null }[];
  tools?: readonly Tool[];
  tool_choice?: 'auto' | 'none' | 'required' | { type: 'function'; function: { name: string } };
  response_format?:
    | { type: 'text' }
    | { type: 'json_object' }
    | { type: 'json_schema'; json_schema: { schema: Record<string, unknown> } };
  temperature?: number;
  seed?: number;
  max_tokens?: number;
  max_completion_tokens?: number;
  stream?: boolean;
  stream_options?: { include_usage?: boolean } | null;
}

const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
const text = { type: 'string' };
const part = { type: 'object', required: ['type'], properties: { type: text, text } };
const named = (type: string) => ({
  type: 'object',
  required: [type],
  properties: { [type]: { type: 'object', required: ['name'], properties: { name: text } } },
});

const matches = new Ajv({ allErrors: false, strict: false }).compile<ChatRequest>({
  type: 'object',
  required: ['messages'],
  properties: {
    model: text,
    messages: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        required: ['role'],
        properties: { role: text, content: nullable({ anyOf: [text, { type: 'array', items: part }] }) },
      },
    },
    tools: { type: 'array', maxItems: 128, items: named('function') },
    tool_choice: { anyOf: [{ enum: ['auto', 'none', 'required'] }, named('function')] },
    response_format: {
      anyOf: [
        { type: 'object', required: ['type'], properties: { type: { enum: ['text', 'json_object'] } } },
        {
          type: 'object',
          required: ['type', 'json_schema'],
          properties: {
            type: { const: 'json_schema' },
            json_schema: { type: 'object', required: ['schema'], properties: { schema: { type: 'object' } } },
          },
        },
      ],
    },
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    seed: { type: 'integer' },
    max_tokens: { type: 'integer', minimum: 1 },
    max_completion_tokens: { type: 'integer', minimum: 1 },
    stream: { type: 'boolean' },
    stream_options: nullable({ type: 'object', properties: { include_usage: { type: 'boolean' } } }),
    n: { const: 1 },
  },
});

/** What was sent, if it is a request; the error says which field is wrong. */
export function readChatRequest(bytes: Buffer): ChatRequest {
  const sent = parse(bytes);
  if (matches(sent)) return sent;
  const [problem] = matches.errors ?? [];
  throw new OpenAiError(
    400,
    `${problem?.instancePath.slice(1).replaceAll('/', '.') || 'the request'} ${problem?.message}`,
  );
}

/** What the person said last: all that this model reads. */
export function sentenceOf({ messages }: ChatRequest): string {
  const last = messages.findLast(({ role }) => role === 'user')?.content;
  const words = typeof last === 'string' ? last : (last ?? []).map((piece) => piece.text ?? '').join(' ');
  if (words.trim() !== '') return words.trim();
  throw new OpenAiError(400, 'messages holds no text of a user.');
}

function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new OpenAiError(400, 'The body is not JSON.');
  }
}
