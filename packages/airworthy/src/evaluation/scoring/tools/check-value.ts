import { isDeepStrictEqual } from 'node:util';
import { isRecord } from '../../../kernel/is-record.ts';
import type { ArgumentSchema, ArgumentType } from './tool-schema.ts';

/** How texts are compared: `loose` passes over case, spaces, and . , / - _ * ^, and takes ' and " for the same. */
export type TextRule = 'exact' | 'loose';

export type ValueProblem = 'wrong-type' | 'wrong-item-type' | 'wrong-value' | 'wrong-key' | 'wrong-length';

type Comparable = (value: unknown) => unknown;
type JsonType = ArgumentType | 'null';

/** What is wrong with an argument's value; undefined where it is one of the accepted ones. */
export function checkValue(
  value: unknown,
  accepted: readonly unknown[],
  schema: ArgumentSchema,
  texts: TextRule,
): ValueProblem | undefined {
  // '' says that it may be left out: a list of nothing is as good.
  if (Array.isArray(value) && value.length === 0 && accepted.includes('')) return undefined;
  const type = schema.type ?? acceptedType(accepted);
  const wrongType = checkType(value, accepted, type, schema.items);
  if (wrongType) return wrongType;
  const comparable = texts === 'loose' ? loose : (each: unknown) => each;
  // An accepted value of another type than the described one stands for a variable: it is compared as it is.
  const described = acceptedType(accepted);
  const isVariable = described !== undefined && type !== undefined && !fits(described, type);
  if (isVariable) return isOneOf(value, accepted, (each) => each) ? undefined : 'wrong-value';
  if (isRecord(value)) return checkObject(value, accepted, comparable);
  if (Array.isArray(value) && (schema.items ?? itemType(accepted)) === 'object')
    return checkObjects(value, accepted, comparable);
  return isOneOf(value, accepted, comparable) ? undefined : 'wrong-value';
}

/** The same where the one accepted value is meant as it is, whatever lists and objects are in it. */
export function checkLiteral(
  value: unknown,
  accepted: readonly unknown[],
  schema: ArgumentSchema,
  texts: TextRule,
): ValueProblem | undefined {
  if (isOneOf(value, accepted, texts === 'loose' ? loose : (each) => each)) return undefined;
  const type = schema.type ?? acceptedType(accepted);
  return checkType(value, accepted, type, schema.items) ?? 'wrong-value';
}

function checkType(
  value: unknown,
  accepted: readonly unknown[],
  type: JsonType | undefined,
  items: ArgumentType | undefined,
): ValueProblem | undefined {
  const given = jsonType(value);
  if (type === undefined) return undefined;
  if (given === undefined || !fits(given, type)) {
    return given !== undefined && given === acceptedType(accepted) ? undefined : 'wrong-type';
  }
  if (!Array.isArray(value) || items === undefined) return undefined;
  const right = accepted.some(
    (list) =>
      !Array.isArray(list) || value.every((item) => checkType(item, list, items, undefined) === undefined),
  );
  return right ? undefined : 'wrong-item-type';
}

/** A whole number is fine where any number is. */
function fits(given: JsonType, wanted: JsonType): boolean {
  return given === wanted || (given === 'integer' && wanted === 'number');
}

/** The type of the first accepted value that is not the mark for "may be left out". */
function acceptedType(accepted: readonly unknown[]): JsonType | undefined {
  const first = accepted.find((each) => each !== '');
  return first === undefined ? undefined : jsonType(first);
}

function itemType(accepted: readonly unknown[]): JsonType | undefined {
  const list = accepted.find((each) => Array.isArray(each) && each.length > 0) as unknown[] | undefined;
  return list && jsonType(list[0]);
}

function jsonType(value: unknown): JsonType | undefined {
  if (value === null) return 'null';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  if (typeof value === 'string' || typeof value === 'boolean') return typeof value as 'string' | 'boolean';
  if (Array.isArray(value)) return 'list';
  return isRecord(value) ? 'object' : undefined;
}

/** An accepted object has a list of accepted values for each key; '' among them: the key may be left out. */
function checkObject(
  value: Record<string, unknown>,
  accepted: readonly unknown[],
  comparable: Comparable,
): ValueProblem | undefined {
  let problem: ValueProblem | undefined = 'wrong-value';
  for (const each of accepted) {
    if (!isRecord(each)) continue;
    problem = checkAgainst(value, each, comparable);
    if (problem === undefined) return undefined;
  }
  return problem;
}

function checkAgainst(
  value: Record<string, unknown>,
  accepted: Record<string, unknown>,
  comparable: Comparable,
): ValueProblem | undefined {
  let problem: ValueProblem | undefined;
  for (const [key, member] of Object.entries(value)) {
    if (!Object.hasOwn(accepted, key)) problem = 'wrong-key';
    else if (!isOneOf(member, listOf(accepted[key]), comparable)) problem = 'wrong-value';
    if (problem) break;
  }
  const missing = Object.entries(accepted).some(
    ([key, values]) => !Object.hasOwn(value, key) && !listOf(values).includes(''),
  );
  return missing ? 'wrong-key' : problem;
}

function checkObjects(
  value: readonly unknown[],
  accepted: readonly unknown[],
  comparable: Comparable,
): ValueProblem | undefined {
  let problem: ValueProblem | undefined = 'wrong-value';
  for (const list of accepted) {
    if (!Array.isArray(list) || list.length !== value.length) {
      problem = 'wrong-length';
      continue;
    }
    problem = undefined;
    for (const [index, item] of value.entries()) {
      problem = isRecord(item) ? checkObject(item, [list[index]], comparable) : 'wrong-value';
      if (problem) break;
    }
    if (problem === undefined) return undefined;
  }
  return problem;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function isOneOf(value: unknown, accepted: readonly unknown[], comparable: Comparable): boolean {
  const wanted = comparable(value);
  return accepted.some((each) => isDeepStrictEqual(comparable(each), wanted));
}

function loose(value: unknown): unknown {
  if (typeof value === 'string')
    return value
      .replaceAll(/[ ,./\-_*^]/g, '')
      .toLowerCase()
      .replaceAll("'", '"');
  return Array.isArray(value) ? value.map((each) => (typeof each === 'string' ? loose(each) : each)) : value;
}
