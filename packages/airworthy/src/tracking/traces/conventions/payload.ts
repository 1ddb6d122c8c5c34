import type { StoredAttributes, StoredValue } from '../attribute-json.ts';
import { CONVENTIONS } from './describe-span.ts';

/** An event as it is stored. */
export interface StoredEvent {
  name: string;
  us: number;
  ns: number;
  attributes: StoredAttributes;
}

const LISTS = CONVENTIONS.flatMap(({ inputLists = [], outputLists = [] }) => [...inputLists, ...outputLists]);
const EVENTS: ReadonlySet<string> = new Set(
  CONVENTIONS.flatMap(({ inputEvents = [], outputEvents = [] }) => [...inputEvents, ...outputEvents]),
);
const STATED = CONVENTIONS.flatMap(({ input = [], output = [], payload = [] }) => [
  ...input,
  ...output,
  ...payload,
]);
const NAMES: ReadonlySet<string> = new Set(STATED.filter((key) => !key.endsWith('.')));
const BEGINNINGS = [...LISTS.map((list) => `${list}.`), ...STATED.filter((key) => key.endsWith('.'))];

/** Is this attribute known to hold what went into a model or a tool, or came out? */
export function isPayload(key: string): boolean {
  return NAMES.has(key) || LISTS.includes(key) || BEGINNINGS.some((beginning) => key.startsWith(beginning));
}

/** Is this event known to hold messages? */
export function isPayloadEvent(name: string): boolean {
  return EVENTS.has(name);
}

/** What went into a span and what came out of it, wherever its convention puts them; null where it does not say. */
export function readPayload(
  attributes: StoredAttributes,
  events: readonly StoredEvent[],
): { input: StoredValue; output: StoredValue } {
  return {
    input: readSide(attributes, events, INPUT),
    output: readSide(attributes, events, OUTPUT),
  };
}

interface Side {
  keys: readonly string[];
  lists: readonly string[];
  events: ReadonlySet<string>;
}

const INPUT: Side = {
  keys: CONVENTIONS.flatMap(({ input = [] }) => input),
  lists: CONVENTIONS.flatMap(({ inputLists = [] }) => inputLists),
  events: new Set(CONVENTIONS.flatMap(({ inputEvents = [] }) => inputEvents)),
};
const OUTPUT: Side = {
  keys: CONVENTIONS.flatMap(({ output = [] }) => output),
  lists: CONVENTIONS.flatMap(({ outputLists = [] }) => outputLists),
  events: new Set(CONVENTIONS.flatMap(({ outputEvents = [] }) => outputEvents)),
};

/** Messages say more than the whole request as one text, so lists come before single attributes. */
function readSide(attributes: StoredAttributes, events: readonly StoredEvent[], side: Side): StoredValue {
  for (const list of side.lists) {
    const items = readList(attributes, list);
    if (items.length > 0) return items;
  }
  for (const key of side.keys) {
    const value = attributes[key];
    if (value !== undefined && value !== null && value !== '') return parseJson(value);
  }
  const messages = events.filter(
    ({ name, attributes: own }) => side.events.has(name) && Object.keys(own).length > 0,
  );
  return messages.length === 0
    ? null
    : messages.map(({ name, attributes: own }) => ({ event: name, ...parseMembers(own) }));
}

const MOST_ITEMS = 10_000;

/** `prefix.0.role`, `prefix.0.content`, … as a list of objects; the names between may be deeper. */
function readList(attributes: StoredAttributes, prefix: string): StoredValue[] {
  const items = new Map<number, Record<string, StoredValue>>();
  const begins = `${prefix}.`;
  for (const key in attributes) {
    if (!key.startsWith(begins)) continue;
    const match = /^(\d{1,4})(?:\.(.+))?$/.exec(key.slice(begins.length));
    if (!match || Number(match[1]) >= MOST_ITEMS) continue;
    const item = items.get(Number(match[1])) ?? {};
    items.set(Number(match[1]), item);
    item[(match[2] ?? 'value').replace(/^(message|document|completion|prompt)\./, '')] = parseJson(
      attributes[key],
    );
  }
  return [...items].sort(([a], [b]) => a - b).map(([, item]) => item);
}

function parseMembers(attributes: StoredAttributes): Record<string, StoredValue> {
  return Object.fromEntries(Object.entries(attributes).map(([key, value]) => [key, parseJson(value)]));
}

/** JSON in a text as what it says, anything else as it is. */
export function parseJson(value: StoredValue): StoredValue {
  if (typeof value !== 'string' || !/^[{["]/.test(value)) return value;
  try {
    return JSON.parse(value) as StoredValue;
  } catch {
    return value;
  }
}
