import type { Field } from '../../../api/answers.ts';

/** The example as people would type it. */
export function exampleTexts(
  fields: readonly Field[],
  example: Record<string, unknown> | null,
): Record<string, string> {
  return Object.fromEntries(
    fields.map(({ name }) => {
      const value = example?.[name];
      return [name, value === undefined || value === null ? '' : String(value)];
    }),
  );
}

/**
 * What was typed as a record. A text that is no number is sent as it stands: the server, which knows best, then
 * says what is wrong with it. An empty field is sent as null.
 */
export function recordOf(fields: readonly Field[], texts: Record<string, string>): Record<string, unknown> {
  return Object.fromEntries(
    fields.map((field) => [field.name, parseText(field, (texts[field.name] ?? '').trim())]),
  );
}

function parseText({ kind }: Field, text: string): unknown {
  if (text === '') return null;
  if (kind === 'number' || kind === 'integer') return Number.isFinite(Number(text)) ? Number(text) : text;
  if (kind === 'boolean' && (text === 'true' || text === 'false')) return text === 'true';
  return text;
}
