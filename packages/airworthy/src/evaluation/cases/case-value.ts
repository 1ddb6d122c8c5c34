import { isRecord } from '../../kernel/is-record.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';

const PARTS = new Set(['input', 'expected', 'metadata']);

/**
 * What a case has under a key: `metadata.lang`, `input.user.name`; a bare `lang` is looked for in the metadata, then
 * in the input. `length` is the number of characters of the input where neither has it.
 *
 * @example
 * caseValue({ id: '1', input: 'Hi', metadata: { lang: 'de' } }, 'lang'); // 'de'
 */
export function caseValue(each: EvaluationCase, key: string): unknown {
  const path = key.split('.');
  if (PARTS.has(path[0]) && path.length > 1) return valueAt(each, path);
  const found = each.metadata[key] ?? valueAt(each.metadata, path) ?? valueAt(each.input, path);
  return found === undefined && key === 'length' ? textOf(each.input).length : found;
}

/** The keys that slices and clusters of this case can be named by. */
export function keysOf(each: EvaluationCase): string[] {
  return [...Object.keys(each.metadata), ...(isRecord(each.input) ? Object.keys(each.input) : [])];
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isRecord(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    value,
  );
}

/** A text as it is, anything else as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
}
