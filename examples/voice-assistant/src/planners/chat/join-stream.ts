import { UnavailableError } from '../unavailable-error.ts';
import type { ChatAnswer, ChatChunk, ChatDelta, ChatUsage } from './chat-wire.ts';

interface Part {
  name: string;
  arguments: string;
}

/**
 * A streamed answer as if it had come in one piece: parts of calls are joined by their index, whatever their ids. An answer
 * that broke off is none: half a call must not be carried out.
 */
export async function joinStream(events: AsyncIterable<string>): Promise<ChatAnswer> {
  const parts = new Map<number, Part>();
  let content = '';
  let finish: string | null = null;
  let usage: ChatUsage | null = null;
  for await (const data of events) {
    if (data === '[DONE]') break;
    const chunk = JSON.parse(data) as ChatChunk;
    if (chunk.error !== undefined)
      throw new UnavailableError(
        `The language model's endpoint failed while it answered: ${JSON.stringify(chunk.error)}`,
      );
    const [choice] = chunk.choices ?? [];
    content += choice?.delta?.content ?? '';
    addCalls(parts, choice?.delta ?? {});
    finish = choice?.finish_reason ?? finish;
    usage = chunk.usage ?? usage;
  }
  if (finish === null)
    throw new UnavailableError(
      'The answer of the language model broke off before its end: nothing of it is used. Say it again.',
    );
  const calls = [...parts.entries()].sort(([a], [b]) => a - b).map(([, part]) => ({ function: part }));
  return { choices: [{ message: { content, tool_calls: calls }, finish_reason: finish }], usage };
}

/** Servers that send whole calls may leave the index out: then each is the next. */
function addCalls(parts: Map<number, Part>, { tool_calls: calls }: ChatDelta): void {
  for (const { index, function: sent } of calls ?? []) {
    const at = index ?? parts.size;
    const part = parts.get(at) ?? { name: '', arguments: '' };
    part.name += sent?.name ?? '';
    part.arguments +=
      typeof sent?.arguments === 'object' ? JSON.stringify(sent.arguments) : (sent?.arguments ?? '');
    parts.set(at, part);
  }
}
