import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { TaskOutput, ToolCall } from './task.ts';

interface Message {
  content?: unknown;
  refusal?: string | null;
  tool_calls?: { function?: { name?: string; arguments?: unknown } }[] | null;
}

/** A chat completion as an output. Arguments of tool calls are parsed, and never repaired. Throws MODEL_ANSWER_INVALID. */
export function readCompletion(body: unknown, who: string): TaskOutput {
  const choice = (body as { choices?: { message?: Message; finish_reason?: string | null }[] } | null)
    ?.choices?.[0];
  const message = choice?.message;
  if (typeof message !== 'object' || message === null) {
    throw new AirworthyError('MODEL_ANSWER_INVALID', {
      message: `${who}: the answer has no choices[0].message`,
    });
  }
  const toolCalls = (message.tool_calls ?? []).map(readToolCall);
  return {
    value: readContent(message.content),
    ...(toolCalls.length === 0 ? {} : { toolCalls }),
    ...(choice?.finish_reason ? { finishReason: choice.finish_reason } : {}),
    ...(message.refusal ? { refusal: message.refusal } : {}),
  };
}

/** Some servers give parts instead of a text. */
function readContent(content: unknown): unknown {
  if (!Array.isArray(content)) return content ?? null;
  const texts = content.flatMap((part: { text?: unknown }) =>
    typeof part?.text === 'string' ? [part.text] : [],
  );
  return texts.length === content.length ? texts.join('') : content;
}

function readToolCall(call: { function?: { name?: string; arguments?: unknown } }): ToolCall {
  const { name = '', arguments: given } = call.function ?? {};
  if (typeof given !== 'string') return { name, arguments: given ?? {} };
  // A call without arguments is written as an empty text by some servers.
  const parsed = given.trim() === '' ? {} : parseJson(given);
  return parsed === undefined
    ? { name, arguments: given, code: 'arguments-not-json' }
    : { name, arguments: parsed };
}
