import type { Call } from '../../skills/skill.ts';
import type { Plan } from '../planner.ts';
import { readArguments, readCalls } from '../read-calls.ts';
import type { ChatAnswer, ChatMessage } from './chat-wire.ts';

/** The plan in an answer, whatever the server's `finish_reason` says. */
export function readPlan(answer: ChatAnswer | null): Plan {
  const message = answer?.choices?.[0]?.message ?? {};
  const sent = Array.isArray(message.tool_calls) ? message.tool_calls : [];
  const calls = sent.length > 0 ? sentCalls(sent) : callsInText(message);
  const usage = answer?.usage;
  return {
    calls,
    confidence: null,
    raw: sent.length > 0 ? JSON.stringify(sent) : textIn(message),
    ...(usage
      ? { usage: { inputTokens: usage.prompt_tokens ?? 0, outputTokens: usage.completion_tokens ?? 0 } }
      : {}),
  };
}

/** With one call that cannot be read, the rest is not carried out either. */
function sentCalls(sent: NonNullable<ChatMessage['tool_calls']>): Call[] {
  const calls: Call[] = [];
  for (const one of sent) {
    const called = one?.function;
    const found = readArguments(called?.arguments);
    if (typeof called?.name !== 'string' || called.name === '' || found === null) return [];
    calls.push({ name: called.name, arguments: found });
  }
  return calls;
}

/** A model that just talks was not asked for anything it can do; what looks like a broken call is unreadable. */
function callsInText(message: ChatMessage): Call[] {
  const text = textIn(message);
  const calls = readCalls(text);
  if (calls.length > 0) return calls;
  return text.trim() === '' || /[{[<]/.test(text) ? [] : [{ name: 'other', arguments: {} }];
}

function textIn({ content }: ChatMessage): string {
  return typeof content === 'string' ? content : '';
}
