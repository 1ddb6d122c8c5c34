import type { Call } from '../skills/skill.ts';

/** Looking for the ends of brackets that nobody closes takes time with the square of it. */
const LONGEST_ANSWER = 10_000;

import { isRecord } from './is-record.ts';

/**
 * Calls in what a language model wrote, in the forms that servers leave in the text: plain or fenced JSON, lists, JSON
 * between other words, `<tool_call>` (Hermes), `[TOOL_CALLS]` (Mistral), `<|python_tag|>` (Llama). What a model thought
 * before it answered is no answer. Empty where nothing can be read, or it is longer than any call.
 */
export function readCalls(text: string): Call[] {
  const answer = withoutThoughts(text);
  if (answer.length > LONGEST_ANSWER) return [];
  const named = readNamedArguments(answer);
  return named.length > 0 ? named : jsonValues(answer).flatMap((value) => callsOf(value));
}

/** Arguments as servers send them: an object, JSON in a string, sometimes twice, or nothing; null where unreadable. */
export function readArguments(sent: unknown): Record<string, unknown> | null {
  if (sent === undefined || sent === null || sent === '') return {};
  if (isRecord(sent)) return sent;
  if (typeof sent !== 'string') return null;
  const parsed = parseJson(sent);
  return parsed === undefined || typeof parsed === 'number' ? null : readArguments(parsed);
}

/** An answer that broke off in the middle of its thoughts holds nothing else. */
function withoutThoughts(text: string): string {
  return text.replaceAll(/<think>[\s\S]*?(<\/think>|$)/g, '');
}

/** Mistral's newer form: `[TOOL_CALLS]timer_set[ARGS]{"duration":"ten minutes"}`. */
function readNamedArguments(text: string): Call[] {
  const names = [...text.matchAll(/(?:\[TOOL_CALLS\])?([\w.-]+)\[ARGS\]/g)];
  return names.flatMap((match) => {
    const [first] = jsonValues(text.slice(match.index + match[0].length));
    return callsOf({ name: match[1], arguments: first });
  });
}

function callsOf(value: unknown): Call[] {
  if (Array.isArray(value)) return value.flatMap(callsOf);
  if (!isRecord(value)) return [];
  if (Array.isArray(value.tool_calls)) return callsOf(value.tool_calls);
  if (isRecord(value.function)) return callsOf(value.function);
  const given = value.arguments ?? value.parameters ?? {};
  const found = readArguments(given);
  return typeof value.name === 'string' && found !== null ? [{ name: value.name, arguments: found }] : [];
}

/** The outermost objects and lists in a text, in order. */
function jsonValues(text: string): unknown[] {
  const values: unknown[] = [];
  let at = nextOpening(text, 0);
  while (at !== -1) {
    const end = closingOf(text, at);
    const value = end === -1 ? undefined : parseJson(text.slice(at, end + 1));
    if (value !== undefined) values.push(value);
    at = nextOpening(text, value === undefined ? at + 1 : end + 1);
  }
  return values;
}

function nextOpening(text: string, from: number): number {
  const found = text.slice(from).search(/[{[]/);
  return found === -1 ? -1 : from + found;
}

function closingOf(text: string, from: number): number {
  let depth = 0;
  let quoted = false;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\' && quoted) at += 1;
    else if (character === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (character === '{' || character === '[') depth += 1;
    else if (character === '}' || character === ']') {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
