import { z } from 'zod';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { TaskOutput } from '../tasks/task.ts';
import { NoVerdict } from './no-verdict.ts';

/** What was answered, with the calls it wanted made where there are any. */
export function answerOf({ value, toolCalls, refusal }: TaskOutput): unknown {
  const said = value ?? refusal;
  if (toolCalls === undefined || toolCalls.length === 0) return said;
  return { answer: said ?? null, toolCalls };
}

/** The answer as one that says something; throws NoVerdict where there is nothing to judge. */
export function requireAnswer(output: TaskOutput): unknown {
  const answer = answerOf(output);
  if (answer !== undefined && answer !== null && answer !== '') return answer;
  throw new NoVerdict('unscorable', 'no-answer', 'the answer is empty: there is nothing to judge');
}

export function requireExpected({ id, expected }: EvaluationCase): unknown {
  if (expected !== undefined && expected !== null && expected !== '') return expected;
  throw new NoVerdict('unscorable', 'no-expected', `case ${id} has no expected answer to judge by`);
}

const RETRIEVED = 'retrieved';

/** The setting of scorers that look at passages. */
export const ContextPath = z
  .string()
  .min(1)
  .default(RETRIEVED)
  .describe(
    'Where the passages are: `retrieved` (what the task retrieved, else the case’s own `context`), or a path such as `metadata.passages`.',
  );

/**
 * Passages that an answer was to rest on, best first: those that the task retrieved, or what is at `path`
 * (`input.context`, `metadata.passages`, `output.sources`), a text or a list.
 *
 * @throws NoVerdict where there are none
 */
export function passagesOf(each: EvaluationCase, output: TaskOutput, path: string): string[] {
  const found = path === RETRIEVED ? retrievedOf(each, output) : valueAt(each, output, path);
  const passages = (Array.isArray(found) ? found : [found])
    .map(passageText)
    .filter((text) => text.trim() !== '');
  if (passages.length > 0) return passages;
  throw new NoVerdict('unscorable', 'no-context', `case ${each.id} has no passages at "${path}"`);
}

/** A case may bring its context along; most suites call it so. */
function retrievedOf(each: EvaluationCase, output: TaskOutput): unknown {
  return (
    output.retrieved ?? valueAt(each, output, 'metadata.context') ?? valueAt(each, output, 'input.context')
  );
}

export function valueAt(each: EvaluationCase, output: TaskOutput, path: string): unknown {
  const [first, ...rest] = path.split('.');
  const { input, expected, metadata } = each;
  const roots: Record<string, unknown> = { input, expected, metadata, output: output.value };
  return rest.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    return (value as Record<string, unknown>)[key];
  }, roots[first]);
}

function passageText(passage: unknown): string {
  if (typeof passage === 'string') return passage;
  if (typeof passage !== 'object' || passage === null) return String(passage ?? '');
  const { text, content } = passage as { text?: unknown; content?: unknown };
  if (typeof text === 'string') return text;
  return typeof content === 'string' ? content : JSON.stringify(passage);
}

/** Texts that a rubric refers to as `{{name}}`: fields of the input, else of the metadata. They are data, not rubric. */
export function referredTexts(
  rubric: string,
  { id, input, metadata }: EvaluationCase,
): Record<string, unknown> {
  const names = [...rubric.matchAll(/\{\{\s*([\w.-]+)\s*\}\}/g)].map(([, name]) => name);
  const fields = typeof input === 'object' && input !== null ? (input as Record<string, unknown>) : {};
  return Object.fromEntries(
    [...new Set(names)].map((name) => {
      const value = Object.hasOwn(fields, name) ? fields[name] : metadata[name];
      if (value !== undefined) return [name, value];
      throw new NoVerdict(
        'error',
        'judge-variable',
        `the rubric refers to {{${name}}}, and case ${id} has none`,
      );
    }),
  );
}
