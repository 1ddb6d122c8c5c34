import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sha256 } from '../../kernel/ids.ts';

/** A longer one is kept as its digest, so that an index can hold it. */
const LONGEST = 1_000;

/**
 * What a record is about, in a form that labels and predictions share: canonical JSON of the key fields as text, so
 * that 7 and "7" (as CSV has it) are the same order. Null where a part of the key is missing.
 *
 * @example
 * businessKeyOf({ order: 7, amount: 12.5 }, ['order']); // '{"order":"7"}'
 */
export function businessKeyOf(
  record: Readonly<Record<string, unknown>>,
  key: readonly string[],
): string | null {
  const parts: Record<string, string> = {};
  for (const name of key) {
    const text = keyText(record[name]);
    if (text === null) return null;
    parts[name] = text;
  }
  const json = canonicalJson(parts);
  return json.length <= LONGEST ? json : canonicalJson({ sha256: sha256(json) });
}

function keyText(value: unknown): string | null {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}
