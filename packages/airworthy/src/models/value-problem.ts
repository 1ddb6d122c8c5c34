import { nearestName } from '../kernel/nearest-name.ts';
import type { Field } from './table.ts';

/** What may be wrong with a value, in the words that every door answers with. */

/** Characters of a value or of a name that a message shows. */
const SHOWN = 60;

const EXPECTED: Record<Field['kind'], string> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  category: 'text',
  timestamp: 'an ISO 8601 time such as "2001-02-03T17:40:00Z"',
};

export const ABSENT = 'is missing';
export const EMPTY = 'must not be empty';

export function isNull(field: Field): string {
  return `must not be null; ${EXPECTED[field.kind]} is needed`;
}

/** A value of another kind, or none that the field's kind has: `must be a whole number, got 1.5`. */
export function wrongKind(field: Field, got: unknown): string {
  return `must be ${EXPECTED[field.kind]}, got ${show(got)}`;
}

/** Not one of the names a closed field knows. */
export function notListed(field: Field, got: unknown): string {
  return `must be one of ${listed(field.categories ?? [])}, got ${show(got)}`;
}

/** `least` or `greatest` accepted value, with the unit: `must be at least 1 miles, got 0`. */
export function outOfRange(side: 'least' | 'greatest', limit: string, field: Field, got: unknown): string {
  const unit = field.unit === undefined ? '' : ` ${field.unit}`;
  const words = side === 'least' ? 'at least' : 'at most';
  return `must be ${words} ${limit}${unit}, got ${show(got)}`;
}

/** A field name the model does not have, with the one probably meant. */
export function extraField(name: string, fields: readonly Field[]): string {
  const nearest = nearestName(
    name.slice(0, SHOWN),
    fields.map((field) => field.name),
  );
  return nearest === undefined
    ? 'is not a field of this model'
    : `is not a field of this model; did you mean "${nearest}"?`;
}

/** NaN and infinities by name, a long text cut short, a list or object by what it is. */
function show(value: unknown): string {
  if (typeof value === 'number') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5).map((name) => `"${name}"`);
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - 5} more` : shown.join(', ');
}
