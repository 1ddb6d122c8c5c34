import type { Redactor } from './redact-text.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Attributes whose value is secret, whatever it looks like. */
const SECRET_KEY =
  /(?:^|[._-])(?:api[._-]?key|apikey|access[._-]?token|refresh[._-]?token|id[._-]?token|auth[._-]?token|authorization|password|passwd|secret|client[._-]?secret|private[._-]?key|set-cookie|cookie)$/i;
/** JSON inside of JSON inside of JSON: what is deeper is read as text. */
const NESTING = 4;

/** Does the name of a field say that its value is a secret? */
function namesSecret(key: string): boolean {
  return SECRET_KEY.test(key);
}

/**
 * A value with every text in it redacted, also the texts of JSON that is itself in a text, which stays JSON. Unchanged
 * values are the same objects.
 */
export function redactValue(value: Json, redactor: Redactor, depth = 0): Json {
  if (typeof value === 'string') return redactString(value, redactor, depth);
  if (typeof value === 'number') return redactNumber(value, String(value), redactor);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return redactList(value, redactor, depth);
  if (RAW.isRawJSON(value)) return redactNumber(value, value.rawJSON, redactor);
  return redactMembers(value, redactor, depth);
}

function redactList(list: Json[], redactor: Redactor, depth: number): Json[] {
  const redacted = list.map((item) => redactValue(item, redactor, depth));
  return redacted.some((item, index) => item !== list[index]) ? redacted : list;
}

/** The values of an object, by what their names say too. */
export function redactMembers<Members extends { [key: string]: Json }>(
  members: Members,
  redactor: Redactor,
  depth = 0,
): Members {
  let changed: { [key: string]: Json } | undefined;
  for (const key in members) {
    const value: Json = members[key];
    const redacted =
      typeof value === 'string' && namesSecret(key)
        ? redactor.replace(value)
        : redactValue(value, redactor, depth);
    if (redacted === value) continue;
    changed ??= Object.assign(Object.create(null) as { [key: string]: Json }, members);
    changed[key] = redacted;
  }
  return (changed as Members | undefined) ?? members;
}

function redactString(text: string, redactor: Redactor, depth: number): string {
  if (depth >= NESTING || !/^\s*[{["]/.test(text)) return redactor.redact(text);
  const parsed = parseJson(text);
  if (parsed === undefined) return redactor.redact(text);
  const redacted = redactValue(parsed, redactor, depth + 1);
  return redacted === parsed ? text : JSON.stringify(redacted);
}

/** Numbers that JavaScript may not write as they stood. */
const FRAGILE_NUMBER = /\d{16}|\.\d*0(?!\d)|\d[eE]|-0/;

/** What is not redacted must come out as it went in, numbers to the last digit. */
function parseJson(text: string): Json | undefined {
  try {
    return (FRAGILE_NUMBER.test(text) ? JSON.parse(text, keepDigits) : JSON.parse(text)) as Json;
  } catch {
    return undefined;
  }
}

interface RawJson {
  rawJSON: string;
}
/** Of ECMAScript, and not yet in TypeScript's library. */
const RAW = JSON as typeof JSON & {
  rawJSON(text: string): RawJson;
  isRawJSON(value: unknown): value is RawJson;
};

function keepDigits(_key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source;
  if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
  return RAW.rawJSON(source);
}

/** The number of a card may be written as a number. */
function redactNumber<Value extends Json>(value: Value, digits: string, redactor: Redactor): Value | string {
  if (digits.length < 13) return value;
  const redacted = redactor.redact(digits);
  return redacted === digits ? value : redacted;
}
