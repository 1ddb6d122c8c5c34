import { asText } from '../../../components/chat-messages.ts';

/** A value on one line, as a list shows it. */
export function oneLine(value: unknown): string {
  if (value === undefined || value === null) return '—';
  const text = typeof value === 'string' ? value : asText(lastSaid(value) ?? value);
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, 240);
}

/** Of a conversation what was said last: its beginning is the same in every case. */
function lastSaid(value: unknown): string | null {
  const list = Array.isArray(value) ? value : ((value as { messages?: unknown }).messages ?? null);
  if (!Array.isArray(list)) return null;
  const content = (list.at(-1) as { content?: unknown } | undefined)?.content;
  return typeof content === 'string' ? content : null;
}

/** The text of a value for a word diff. */
export function wholeText(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : asText(value);
}
