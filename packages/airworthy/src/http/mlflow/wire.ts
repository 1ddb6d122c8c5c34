import { z } from 'zod';
import { isRecord } from '../../kernel/is-record.ts';

/** May be empty. Like every piece here, absent unless `.optional()` says so is refused as a missing parameter. */
export const text = z.string();

/** Clients send unset texts as empty ones, so an empty one is a missing parameter here. */
export const requiredText = z.string().min(1);

/**
 * A whole number, also as text or as `3.0`. Beyond 2^53 it is refused: JSON numbers, and so the answers that would
 * have to repeat it, are exact only up to there.
 */
export const int64 = z.preprocess(readWholeNumber, z.int());

/** A number; `"NaN"`, `"Infinity"`, `"-Infinity"` and numbers in text too. */
export const double = z.preprocess(
  readNumber,
  z.custom<number>((value) => typeof value === 'number', 'a number'),
);

/** Also as text, in any case: that is how it comes in a query. */
export const bool = z.preprocess(
  (value) => (typeof value === 'string' ? (BOOLEANS.get(value.toLowerCase()) ?? value) : value),
  z.boolean(),
);

const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
]);

/** An id that is a number for some clients and a text for others; a text here. */
export const id = z.preprocess(
  (value) => (Number.isSafeInteger(value) ? String(value) : value),
  z.string().min(1),
);

/** A JSON value of any kind: google.protobuf.Value. */
export const json = z.unknown();

export const stringMap = z.record(z.string(), z.string());

/** A value of an enum by name or number; the name comes out. */
export function enumOf<const Names extends Record<string, number>>(names: Names) {
  const byNumber = new Map(Object.entries(names).map(([name, number]) => [number, name]));
  const known = Object.keys(names) as (keyof Names & string)[];
  return z.preprocess(
    (value) => (typeof value === 'number' ? byNumber.get(value) : undefined) ?? value,
    z.enum(known),
  );
}

const lists = new WeakSet<object>();

/** A repeated field: absent is empty. In a query it is a key that may be given several times. */
export function list<Piece extends z.ZodType>(piece: Piece) {
  const repeated = z.array(piece).default([]);
  lists.add(repeated);
  return repeated;
}

/** A message inside a message; its fields may come in camelCase. */
export function message<Shape extends z.ZodRawShape>(shape: Shape) {
  const object = z.object(shape);
  const names = wireNames(object);
  return z.preprocess((value) => (isRecord(value) ? pickFields(value, names) : value), object);
}

/** Tags and params: `{key, value}`, where an unset value is an empty one. */
export const keyValues = list(message({ key: requiredText, value: text.default('') }));

/** Pairs by key; where one comes twice, the last counts. */
export function toRecord(pairs: readonly { key: string; value: string }[]): Record<string, string> {
  return Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
}

/** Tags and params as they go out. */
export function toPairs(record: Readonly<Record<string, string>>): { key: string; value: string }[] {
  return Object.entries(record).map(([key, value]) => ({ key, value }));
}

/** What a message's fields may be called, and which of them are lists. */
export interface WireName {
  snake: string;
  camel: string;
  isList: boolean;
}

export function wireNames(schema: z.ZodObject): readonly WireName[] {
  return Object.entries(schema.shape).map(([snake, piece]) => ({
    snake,
    camel: snake.replaceAll(/_(\w)/g, (_match, letter: string) => letter.toUpperCase()),
    isList: lists.has(piece),
  }));
}

/** The fields of a message under their own names; null is unset. */
export function pickFields(
  value: Record<string, unknown>,
  names: readonly WireName[],
): Record<string, unknown> {
  const picked: Record<string, unknown> = {};
  for (const { snake, camel } of names) {
    const field = value[snake] ?? value[camel];
    if (field !== undefined && field !== null) picked[snake] = field;
  }
  return picked;
}

/** A JSON value that goes out as it is, with its nulls and empty lists. */
export class Verbatim {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** The largest double: no JSON form has infinity, and clients know this value as MLflow's for it. */
const LARGEST = Number.MAX_VALUE;

/** A message as it goes out: unset fields, nulls and empty lists left out, NaN as text, infinities clamped. */
export function toWire(value: unknown): unknown {
  if (typeof value === 'number') return wireNumber(value);
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Verbatim) return value.value;
  if (Array.isArray(value)) return value.map(toWire);
  const sent: Record<string, unknown> = {};
  for (const key in value) {
    const field = (value as Record<string, unknown>)[key];
    if (field === undefined || field === null) continue;
    if (Array.isArray(field) && field.length === 0) continue;
    sent[key] = toWire(field);
  }
  return sent;
}

function wireNumber(value: number): number | string {
  if (Number.isFinite(value)) return value;
  if (Number.isNaN(value)) return 'NaN';
  return value > 0 ? LARGEST : -LARGEST;
}

export function readWholeNumber(value: unknown): unknown {
  return typeof value === 'string' && /^-?\d{1,19}(\.0+)?$/.test(value) ? Number(value) : value;
}

const SPECIAL_NUMBERS: ReadonlyMap<string, number> = new Map([
  ['NaN', Number.NaN],
  ['Infinity', Infinity],
  ['-Infinity', -Infinity],
]);

export function readNumber(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const special = SPECIAL_NUMBERS.get(value);
  if (special !== undefined) return special;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,4})?$/i.test(value) ? Number(value) : value;
}
