import type { ChatChunk, ChatMessage, ChatUsage, ToolCall } from '../../../api/chat-answers.ts';

/** What has come of an answer so far. */
export interface Reply {
  message: ChatMessage;
  finish: string | null;
  usage: ChatUsage | null;
  /** As the provider calls the model that answered. */
  model: string | null;
}

export const NO_REPLY: Reply = {
  message: { role: 'assistant', content: '' },
  finish: null,
  usage: null,
  model: null,
};

/** The answer with one more piece of it. */
export function withChunk(reply: Reply, { choices, usage, model }: ChatChunk): Reply {
  const choice = choices?.[0];
  const delta = choice?.delta;
  const text = `${delta?.content ?? ''}${delta?.refusal ?? ''}`;
  const calls = (delta?.tool_calls ?? []).reduce(withCall, reply.message.tool_calls ?? []);
  return {
    message: {
      role: 'assistant',
      content: `${reply.message.content ?? ''}${text}`,
      ...(calls.length === 0 ? {} : { tool_calls: calls }),
    },
    finish: choice?.finish_reason ?? reply.finish,
    usage: usage ?? reply.usage,
    model: model ?? reply.model,
  };
}

type CallPiece = NonNullable<
  NonNullable<NonNullable<ChatChunk['choices']>[number]['delta']>['tool_calls']
>[number];

/** The name of a call comes first, its arguments piece by piece. */
function withCall(calls: readonly ToolCall[], { index, id, function: called }: CallPiece): ToolCall[] {
  const before = calls[index] ?? { id: '', type: 'function', function: { name: '', arguments: '' } };
  const after: ToolCall = {
    ...before,
    id: id ?? before.id,
    function: {
      name: `${before.function.name}${called?.name ?? ''}`,
      arguments: `${before.function.arguments}${called?.arguments ?? ''}`,
    },
  };
  return calls.length <= index ? [...calls, after] : calls.with(index, after);
}

/** Text is what a provider refuses to see empty beside calls. */
export function asSent({ content, ...message }: ChatMessage): ChatMessage {
  return { ...message, content: content === '' && message.tool_calls !== undefined ? null : content };
}
