import { isUtf8 } from 'node:buffer';
import { AirworthyError } from '../kernel/errors.ts';
import { findJsonError } from './find-json-error.ts';

/** A JSON body; what is wrong with one that is not JSON is named with its line and column. */
export function parseJsonBody(body: Buffer): unknown {
  if (!isUtf8(body)) throw new AirworthyError('BODY_NOT_JSON', { message: 'the body is not UTF-8 text' });
  const text = body.toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    const { position, expected } = findJsonError(text);
    const before = text.slice(0, position);
    const line = before.split('\n').length;
    const column = position - before.lastIndexOf('\n');
    const found =
      position >= text.length ? 'the end of the body' : `"${text.slice(position, position + 12)}"`;
    throw new AirworthyError('BODY_NOT_JSON', {
      message: `the body is not JSON: line ${line}, column ${column} has ${found} where ${expected} should be`,
      at: `line ${line}, column ${column}`,
      facts: { position, line, column },
    });
  }
}
