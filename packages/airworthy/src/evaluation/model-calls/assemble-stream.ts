import { parseJson } from '../../kernel/parse-json.ts';

interface Delta {
  role?: string;
  content?: string | null;
  refusal?: string | null;
  tool_calls?: {
    index?: number;
    id?: string;
    type?: string;
    function?: { name?: string; arguments?: string };
  }[];
}
interface Chunk {
  error?: { message?: string };
  usage?: unknown;
  choices?: { index?: number; delta?: Delta; finish_reason?: string | null }[];
}
interface ToolCallSoFar {
  id: string | undefined;
  type: 'function';
  function: { name: string; arguments: string };
}
interface ChoiceSoFar {
  index: number;
  message: { role: string; content: string | null; refusal: string | null; tool_calls?: ToolCallSoFar[] };
  finish_reason: string | null;
}

/**
 * A streamed chat completion as the one it would have been unstreamed. A stream that ends before its finish, or with an
 * error in it, is no answer.
 */
export function assembleStream(
  text: string,
): { kind: 'answered'; body: unknown } | { kind: 'broken'; message: string } {
  const choices = new Map<number, ChoiceSoFar>();
  let head: Record<string, unknown> = {};
  let usage: unknown;
  let ended = false;
  for (const data of eventsOf(text)) {
    if (data === '[DONE]') {
      ended = true;
      break;
    }
    const chunk = parseJson(data) as (Chunk & Record<string, unknown>) | undefined;
    if (chunk === undefined) return { kind: 'broken', message: 'the stream broke off within an event' };
    if (chunk.error)
      return { kind: 'broken', message: `the stream ended with an error: ${chunk.error.message ?? data}` };
    const { choices: parts = [], usage: counted, ...rest } = chunk;
    head = { ...rest, ...head };
    usage = counted ?? usage;
    for (const part of parts) addPart(choices, part);
  }
  const finished = choices.size > 0 && [...choices.values()].every((choice) => choice.finish_reason !== null);
  if (!finished && !ended) return { kind: 'broken', message: 'the stream broke off before its end' };
  if (choices.size === 0) return { kind: 'broken', message: 'the stream ended without an answer' };
  const body = {
    ...head,
    object: 'chat.completion',
    choices: [...choices.values()],
    ...(usage ? { usage } : {}),
  };
  return { kind: 'answered', body };
}

/** The data of each event; lines that begin with a colon keep the connection alive. */
function* eventsOf(text: string): Generator<string> {
  for (const event of text.split(/\r?\n\r?\n/)) {
    const data = event
      .split(/\r?\n/)
      .filter((line) => line.startsWith('data:'))
      .map((line) => line.slice(5).trimStart());
    if (data.length > 0) yield data.join('\n');
  }
}

function addPart(
  choices: Map<number, ChoiceSoFar>,
  { index = 0, delta = {}, finish_reason }: NonNullable<Chunk['choices']>[number],
): void {
  const choice = choices.get(index) ?? {
    index,
    message: { role: 'assistant', content: null, refusal: null },
    finish_reason: null,
  };
  choices.set(index, choice);
  const { message } = choice;
  if (delta.content) message.content = (message.content ?? '') + delta.content;
  if (delta.refusal) message.refusal = (message.refusal ?? '') + delta.refusal;
  for (const call of delta.tool_calls ?? []) {
    message.tool_calls ??= [];
    const at = call.index ?? 0;
    const known = message.tool_calls[at] ?? newToolCall(call.id);
    message.tool_calls[at] = known;
    known.function.name += call.function?.name ?? '';
    known.function.arguments += call.function?.arguments ?? '';
  }
  choice.finish_reason = finish_reason ?? choice.finish_reason;
}

function newToolCall(id: string | undefined): ToolCallSoFar {
  return { id, type: 'function', function: { name: '', arguments: '' } };
}
