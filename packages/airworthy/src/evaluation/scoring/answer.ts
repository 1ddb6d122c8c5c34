import { z } from 'zod';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { TaskOutput } from '../tasks/task.ts';

/** Settings that say what of the answer is compared with what. */
export const COMPARED = {
  value: z
    .unknown()
    .optional()
    .describe('What is expected of every case, in place of what the case itself expects.'),
  expectedField: z
    .string()
    .min(1)
    .optional()
    .describe('Where in what the case expects: a path such as `answer.city`.'),
  outputField: z
    .string()
    .min(1)
    .optional()
    .describe('Where in the answer, which is then read as JSON: a path such as `answer.city`.'),
};

interface Compared {
  value?: unknown;
  expectedField?: string | undefined;
  outputField?: string | undefined;
}

/** What is expected of a case; undefined where nothing is. */
export function expectedOf(each: EvaluationCase, { value, expectedField }: Compared): unknown {
  return value === undefined ? at(each.expected, expectedField) : value;
}

/** The part of the answer that is looked at; undefined where the answer has no such part. */
export function answerOf(output: TaskOutput, { outputField }: Compared): unknown {
  if (outputField === undefined) return output.value;
  return at(typeof output.value === 'string' ? jsonOf(output.value) : output.value, outputField);
}

/** A text as it is; nothing as the empty text; anything else as JSON. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === undefined || value === null ? '' : JSON.stringify(value);
}

/** What is expected as texts: a list of texts is several that are equally good. Undefined where nothing is expected. */
export function referencesOf(expected: unknown): string[] | undefined {
  if (expected === undefined || expected === null) return undefined;
  if (isTextList(expected)) return expected.length === 0 ? undefined : expected;
  return [textOf(expected)];
}

export function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'string');
}

/** The value of a JSON text; undefined where it is none. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Follows a path such as `calls.0.name`; undefined where it leads nowhere. */
export function at(value: unknown, path: string | undefined): unknown {
  if (path === undefined) return value;
  let found = value;
  for (const key of path.split('.')) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Record<string, unknown>)[key];
  }
  return found;
}
