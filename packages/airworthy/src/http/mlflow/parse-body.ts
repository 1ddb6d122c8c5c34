import { isRecord } from '../../kernel/is-record.ts';
import { parseJsonBody } from '../parse-json-body.ts';
import { MlflowError } from './mlflow-error.ts';

/**
 * The fields of a body. Clients of MLflow send what Python's parser takes: bare NaN and Infinity, and JSON inside a
 * JSON string; an empty body has no fields. Throws BODY_NOT_JSON, or MlflowError for JSON that is no object.
 */
export function parseBody(body: Buffer): Record<string, unknown> {
  if (body.length === 0) return {};
  const once = parseTolerantly(body);
  const value = typeof once === 'string' ? parseTolerantly(Buffer.from(once)) : once;
  if (isRecord(value)) return value;
  throw new MlflowError('INVALID_PARAMETER_VALUE', 'the body is JSON, but not an object');
}

/** JSON, with bare NaN and infinities as texts. Throws BODY_NOT_JSON. */
export function parseTolerantly(body: Buffer): unknown {
  try {
    return parseJsonBody(body);
  } catch (error) {
    const text = body.toString('utf8');
    const quoted = quoteSpecialNumbers(text);
    if (quoted === text) throw error;
    return parseJsonBody(Buffer.from(quoted));
  }
}

const BARE = /-?Infinity|NaN/y;

/** Puts quotes around NaN and infinities outside strings. One pass: the text is a stranger's. */
export function quoteSpecialNumbers(text: string): string {
  if (!/NaN|Infinity/.test(text)) return text;
  const parts: string[] = [];
  let kept = 0;
  let position = 0;
  while (position < text.length) {
    const character = text[position];
    if (character === '"') {
      position = afterString(text, position);
      continue;
    }
    BARE.lastIndex = position;
    const bare = character === 'N' || character === 'I' || character === '-' ? BARE.exec(text) : null;
    if (bare) {
      parts.push(text.slice(kept, position), '"', bare[0], '"');
      kept = position + bare[0].length;
    }
    position += bare ? bare[0].length : 1;
  }
  return parts.join('') + text.slice(kept);
}

/** The position after a string that starts here. */
function afterString(text: string, start: number): number {
  let position = start + 1;
  while (position < text.length && text[position] !== '"') position += text[position] === '\\' ? 2 : 1;
  return position + 1;
}
