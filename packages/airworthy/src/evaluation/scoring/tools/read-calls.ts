import { isRecord } from '../../../kernel/is-record.ts';
import type { TaskOutput, ToolCall } from '../../tasks/task.ts';
import { readJson } from '../structured/json-text.ts';

/** A call with arguments by name, as the checks need it. */
export interface ReadCall {
  name: string;
  arguments: Record<string, unknown>;
}

/** The calls of an answer, or why they cannot be read. */
export type ReadCalls = { calls: ReadCall[] } | { problem: string };

/**
 * The calls that the task reports; where it reports none, those in the text of the answer: JSON such as
 * `[{"name": "play", "arguments": {…}}]` or `[{"play": {…}}]`. A text that is no JSON has none.
 */
export function readCalls({ toolCalls, value }: TaskOutput): ReadCalls {
  if (toolCalls !== undefined) return readAll(toolCalls);
  if (typeof value !== 'string')
    return value === null || value === undefined ? { calls: [] } : readAll(listOf(value));
  const text = value.trim();
  if (!/^[[{]/.test(text)) return { calls: [] };
  const read = readJson(text);
  return 'value' in read ? readAll(listOf(read.value)) : { problem: read.problem };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function readAll(list: readonly unknown[]): ReadCalls {
  const calls: ReadCall[] = [];
  for (const each of list) {
    const call = readCall(each);
    if (typeof call === 'string') return { problem: call };
    calls.push(call);
  }
  return { calls };
}

/** One call in any of its forms; a text that says what is wrong with it. */
function readCall(given: unknown): ReadCall | string {
  if (!isRecord(given)) return `a call is an object, not ${JSON.stringify(given)?.slice(0, 100)}`;
  const call = isRecord(given.function) ? given.function : given;
  if (typeof call.name === 'string') return named(call as unknown as ToolCall);
  const [entry, ...others] = Object.entries(given);
  if (entry === undefined || others.length > 0) return 'a call has no name';
  return named({ name: entry[0], arguments: entry[1] });
}

function named({ name, arguments: given }: ToolCall): ReadCall | string {
  if (name === '') return 'a call has no name';
  if (given === undefined || given === null || given === '') return { name, arguments: {} };
  if (isRecord(given)) return { name, arguments: given };
  const read = typeof given === 'string' ? readJson(given) : { problem: 'they are no object' };
  if ('value' in read && isRecord(read.value)) return { name, arguments: read.value };
  return `the arguments of ${name} cannot be read: ${'problem' in read ? read.problem : 'they are no object'}`;
}
