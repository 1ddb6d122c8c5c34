import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The public data beside the checkout; tests are skipped where it is not. */
const DATA = join(import.meta.dirname, '../../../../../shared/data/bfcl');
export const MISSING_DATA = existsSync(DATA) ? false : 'shared/data/bfcl is not beside the checkout';

export type Arguments = Record<string, unknown>;
/** A call as the suite writes it: `{ play: { artist: 'Queen' } }`. */
export type BfclCall = Record<string, Arguments>;
export type BfclAnswer = Record<string, Record<string, unknown[]>>;

interface Described {
  name: string;
  parameters: { properties: Record<string, { type: string; items?: { type: string } }>; required: string[] };
}

export interface BfclCase {
  id: string;
  category: 'simple_python' | 'multiple' | 'parallel' | 'irrelevance';
  question: { role: string; content: string }[];
  functions: Described[];
  /** Empty where no call is right. */
  answers: BfclAnswer[];
}

export function readBfcl(category: BfclCase['category']): BfclCase[] {
  const answers = new Map(
    category === 'irrelevance'
      ? []
      : readLines<{ id: string; ground_truth: BfclAnswer[] }>(`${category}.answers.jsonl`).map((line) => [
          line.id,
          line.ground_truth,
        ]),
  );
  return readLines<{ id: string; question: BfclCase['question'][]; function: Described[] }>(
    `${category}.jsonl`,
  ).map(({ id, question, function: functions }) => ({
    id,
    category,
    question: question[0],
    functions,
    answers: answers.get(id) ?? [],
  }));
}

function readLines<Line>(file: string): Line[] {
  const lines = readFileSync(join(DATA, file), 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as Line);
}

/** The calls that a suite accepts, of each argument the first accepted value. */
export function acceptedCalls(answers: readonly BfclAnswer[]): BfclCall[] {
  return answers.map((answer) => {
    const [name, accepted] = Object.entries(answer)[0];
    return { [name]: firstOf(accepted) };
  });
}

function firstOf(accepted: Record<string, unknown[]>): Arguments {
  return Object.fromEntries(
    Object.entries(accepted)
      .map(([key, values]) => [key, values.find((value) => value !== '')] as const)
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, plain(value)]),
  );
}

/** Objects among accepted values have lists of accepted values themselves. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const isNested = Object.values(value).every(Array.isArray);
  return isNested ? firstOf(value as Record<string, unknown[]>) : value;
}

export interface Planted {
  error: string;
  calls: BfclCall[];
}

/** The accepted calls of a case, and these with every error that can be made in the first of them. */
export function plantErrors(each: BfclCase): Planted[] {
  const right = acceptedCalls(each.answers);
  const [name, given] = Object.entries(right[0])[0];
  const first = (changed: Arguments, called = name): BfclCall[] => [{ [called]: changed }, ...right.slice(1)];
  const planted: Planted[] = [
    { error: 'none', calls: right },
    { error: 'other function', calls: first(given, `${name}_other`) },
    { error: 'no call', calls: [] },
    { error: 'a call too many', calls: [...right, right[0]] },
    { error: 'unexpected argument', calls: first({ ...given, surplus: 1 }) },
    { error: 'other order', calls: right.toReversed() },
  ];
  for (const argument of Object.keys(given)) {
    const { [argument]: value, ...rest } = given;
    planted.push({ error: `${argument} missing`, calls: first(rest) });
    for (const [error, wrong] of wrongValues(value)) {
      planted.push({ error: `${argument}: ${error}`, calls: first({ ...given, [argument]: wrong }) });
    }
  }
  return planted;
}

function wrongValues(value: unknown): [error: string, wrong: unknown][] {
  const others: [string, unknown][] = [
    ['null', null],
    ['a text', 'something else entirely'],
    ['a number', 123_456],
    ['a fraction', 7.25],
    ['true', true],
    ['a list', [1, 'two']],
    ['an object', { surplus: 1 }],
  ];
  if (typeof value === 'string') {
    const loose = value.toUpperCase().replaceAll(' ', '-');
    return [...others, ['other case and marks', loose], ['a word more', `${value} indeed`]];
  }
  if (typeof value === 'number')
    return [...others, ['another number', value + 1], ['a text of it', String(value)]];
  if (Array.isArray(value)) return [...others, ...wrongLists(value)];
  if (typeof value === 'object' && value !== null) return [...others, ...wrongObjects(value as Arguments)];
  return others;
}

function wrongLists(list: readonly unknown[]): [string, unknown][] {
  const [head, ...tail] = list;
  const changed: [string, unknown][] =
    typeof head === 'object' && head !== null && !Array.isArray(head)
      ? wrongObjects(head as Arguments).map(([error, wrong]) => [`first item: ${error}`, [wrong, ...tail]])
      : [
          ['first item a text', ['something else', ...tail]],
          ['first item a number', [123_456, ...tail]],
        ];
  return [['shorter', tail], ['longer', [...list, head]], ['other order', list.toReversed()], ...changed];
}

function wrongObjects(object: Arguments): [string, unknown][] {
  const [key, value] = Object.entries(object)[0] ?? ['none', 1];
  const { [key]: _, ...without } = object;
  return [
    ['a key too many', { ...object, surplus: 1 }],
    ['a key too few', without],
    ['another member', { ...object, [key]: typeof value === 'number' ? value + 1 : 'something else' }],
    ['a text member loosely', { ...object, [key]: typeof value === 'string' ? value.toUpperCase() : value }],
  ];
}
