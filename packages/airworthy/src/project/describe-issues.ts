import type { z } from 'zod';
import { nearestName } from '../kernel/nearest-name.ts';
import { knownKeys } from './schema-keys.ts';

/** One mistake in a config: where, and what was expected instead of what was found. */
export interface ConfigIssue {
  path: string;
  expected: string;
  found: string;
  nearest?: string;
}

type Issue = z.core.$ZodIssue;

/** Turns Zod's issues into mistakes a person can mend: one a wrong key or value, unions reduced to their nearest option. */
export function describeIssues(
  issues: readonly Issue[],
  input: unknown,
  schema: z.core.$ZodType,
): ConfigIssue[] {
  return issues.flatMap((issue) => describe(issue, issue.path, input, schema));
}

/** `training.budjet: not a known key; did you mean "budget"?` */
export function issueSentence(issue: ConfigIssue): string {
  const hint = issue.nearest === undefined ? '' : `; did you mean "${issue.nearest}"?`;
  return `${issue.path || 'the config'}: expected ${issue.expected}, found ${issue.found}${hint}`;
}

function describe(issue: Issue, path: PropertyKey[], input: unknown, schema: z.core.$ZodType): ConfigIssue[] {
  if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => unknownKey(key, path, schema));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) {
    return nearestOption(issue.errors).flatMap((inner) =>
      describe(inner, [...path, ...inner.path], input, schema),
    );
  }
  const found = valueAt(input, path);
  const choices = choicesOf(issue);
  const nearest = typeof found === 'string' ? nearestName(found, choices) : undefined;
  return [
    {
      path: pathText(path),
      expected: expectation(issue, choices),
      found: foundText(found),
      ...(nearest === undefined ? {} : { nearest }),
    },
  ];
}

function unknownKey(key: string, path: PropertyKey[], schema: z.core.$ZodType): ConfigIssue {
  const known = knownKeys(schema, path);
  const nearest = nearestName(key, known);
  return {
    path: pathText([...path, key]),
    expected: known.length === 0 ? 'no such key' : `one of the keys ${known.join(', ')}`,
    found: `the key "${key}"`,
    ...(nearest === undefined ? {} : { nearest }),
  };
}

/** The option the writer most likely meant: the one whose kind fits and that has the fewest mistakes. */
function nearestOption(options: readonly (readonly Issue[])[]): readonly Issue[] {
  const wrongKind = (issues: readonly Issue[]) =>
    issues.some((issue) => issue.path.length === 0 && issue.code === 'invalid_type') ? 1 : 0;
  const ranked = [...options].sort((a, b) => wrongKind(a) - wrongKind(b) || a.length - b.length);
  if (wrongKind(ranked[0]) === 0) return ranked[0];
  const kinds = options.flatMap((issues) =>
    issues.flatMap((issue) => (issue.code === 'invalid_type' ? [issue.expected] : [])),
  );
  return [{ ...ranked[0][0], message: `${[...new Set(kinds)].join(' or ')}`, code: 'custom' } as Issue];
}

function choicesOf(issue: Issue): string[] {
  if (issue.code === 'invalid_value') return issue.values.map(String);
  if (issue.code === 'invalid_union' && 'options' in issue) return (issue.options as unknown[]).map(String);
  return [];
}

function expectation(issue: Issue, choices: readonly string[]): string {
  if (choices.length > 0) return `one of ${choices.map((choice) => `"${choice}"`).join(', ')}`;
  switch (issue.code) {
    case 'invalid_type':
      return KINDS[issue.expected] ?? issue.expected;
    case 'too_small':
      return `${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}${unitOf(issue.origin)}`;
    case 'too_big':
      return `${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}${unitOf(issue.origin)}`;
    default:
      return issue.message;
  }
}

const KINDS: Record<string, string> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
};

function unitOf(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) =>
      typeof value === 'object' && value !== null ? (value as Record<PropertyKey, unknown>)[key] : undefined,
    input,
  );
}

function foundText(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'function') return 'a function';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, key) => (typeof key === 'number' ? `${text}[${key}]` : `${text}${text && '.'}${String(key)}`),
    '',
  );
}
