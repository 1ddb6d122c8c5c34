import { randomUUID } from 'node:crypto';
import type { LlamaGrammar } from '../planners/decoder/llama-module.ts';
import type { Gguf, WritingOptions, Written } from '../planners/decoder/open-gguf.ts';
import { SentenceTooLongError } from '../planners/decoder/open-gguf.ts';
import type { Tool } from '../planners/planner.ts';
import { readCalls } from '../planners/read-calls.ts';
import { toGbnf } from '../skills/to-gbnf.ts';
import { type ChatRequest, sentenceOf } from './chat-request.ts';
import { OpenAiError } from './openai-error.ts';

export interface Completion {
  content: string | null;
  toolCalls: { id: string; type: 'function'; function: { name: string; arguments: string } }[];
  finishReason: 'stop' | 'length' | 'tool_calls';
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
}

/** Grammars that were made, by what they were made of: most requests bring the same tools. */
export type GrammarCache = Map<string, LlamaGrammar>;
const KEPT_GRAMMARS = 32;

/** Answers a request. Text is told as it is written where no call can come of it. */
export async function completeChat(
  gguf: Gguf,
  grammars: GrammarCache,
  request: ChatRequest,
  { onText, signal }: { onText?: (text: string) => void; signal: AbortSignal },
): Promise<Completion> {
  const grammar = await grammarFor(gguf, grammars, request);
  const written = await write(gguf, sentenceOf(request), {
    signal,
    ...(grammar === undefined ? {} : { grammar }),
    ...settingOf(request),
    ...(onText === undefined || mayCall(request) ? {} : { onPiece: onText }),
  });
  return toCompletion(written, mayCall(request));
}

export function mayCall({ tools = [], tool_choice: choice = 'auto' }: ChatRequest): boolean {
  return tools.length > 0 && choice !== 'none';
}

async function write(gguf: Gguf, sentence: string, options: WritingOptions): Promise<Written> {
  try {
    return await gguf.write(sentence, options);
  } catch (error) {
    if (error instanceof SentenceTooLongError)
      throw new OpenAiError(400, error.message, 'context_length_exceeded');
    throw error;
  }
}

function settingOf({
  temperature,
  seed,
  max_tokens: most,
  max_completion_tokens: mostNew,
}: ChatRequest): WritingOptions {
  const maxPieces = mostNew ?? most;
  return {
    ...(temperature === undefined ? {} : { temperature }),
    ...(seed === undefined ? {} : { seed }),
    ...(maxPieces === undefined ? {} : { maxPieces: Math.min(maxPieces, 512) }),
  };
}

function grammarFor(
  gguf: Gguf,
  grammars: GrammarCache,
  request: ChatRequest,
): Promise<LlamaGrammar | undefined> {
  const choice = request.tool_choice ?? 'auto';
  if (mayCall(request) && choice !== 'auto') {
    return kept(grammars, grammarOf(chosenTools(request)), (gbnf) => gguf.grammarOf({ gbnf }));
  }
  const format = request.response_format ?? { type: 'text' };
  if (format.type === 'text') return Promise.resolve(undefined);
  const schema =
    format.type === 'json_schema'
      ? format.json_schema.schema
      : { type: 'object', additionalProperties: true };
  return kept(grammars, JSON.stringify(schema), () => gguf.grammarOf({ schema }));
}

function grammarOf(tools: readonly Tool[]): string {
  try {
    return toGbnf(tools);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new OpenAiError(400, 'tools: the parameters of each function are a JSON schema with properties.');
  }
}

function chosenTools({ tools = [], tool_choice: choice }: ChatRequest): readonly Tool[] {
  if (typeof choice !== 'object') return tools;
  const chosen = tools.filter((tool) => tool.function.name === choice.function.name);
  if (chosen.length > 0) return chosen;
  throw new OpenAiError(400, `tool_choice names ${choice.function.name}, which is not among the tools.`);
}

async function kept(
  grammars: GrammarCache,
  key: string,
  make: (key: string) => Promise<LlamaGrammar>,
): Promise<LlamaGrammar> {
  const found = grammars.get(key) ?? (await make(key));
  const [oldest] = grammars.keys();
  if (grammars.size === KEPT_GRAMMARS && oldest !== undefined) grammars.delete(oldest);
  grammars.set(key, found);
  return found;
}

function toCompletion({ text, complete, usage }: Written, asCalls: boolean): Completion {
  const calls = asCalls && complete ? readCalls(text) : [];
  return {
    content: calls.length > 0 ? null : text,
    toolCalls: calls.map((call) => ({
      id: `call_${randomUUID()}`,
      type: 'function',
      function: { name: call.name, arguments: JSON.stringify(call.arguments) },
    })),
    finishReason: calls.length > 0 ? 'tool_calls' : complete ? 'stop' : 'length',
    usage: {
      prompt_tokens: usage.inputTokens,
      completion_tokens: usage.outputTokens,
      total_tokens: usage.inputTokens + usage.outputTokens,
    },
  };
}
