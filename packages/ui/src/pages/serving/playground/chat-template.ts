import type { ChatMessage } from '../../../api/chat-answers.ts';

const VARIABLE = /\{\{\s*([\p{L}_$][\p{L}\p{N}_$.-]*)\s*\}\}/gu;

/** What the messages of a prompt ask to be filled in, in the order in which they ask. */
export function variablesOf(messages: readonly ChatMessage[]): string[] {
  const found = messages.flatMap(({ content }) =>
    [...(content ?? '').matchAll(VARIABLE)].map(([, name]) => name),
  );
  return [...new Set(found)];
}

/** The messages with their variables filled in; what is put in is never read as a template again. */
export function filled(
  messages: readonly ChatMessage[],
  values: Readonly<Record<string, string>>,
): ChatMessage[] {
  return messages.map((message) => ({
    ...message,
    content: message.content?.replace(VARIABLE, (_tag, name: string) => values[name] ?? '') ?? null,
  }));
}
