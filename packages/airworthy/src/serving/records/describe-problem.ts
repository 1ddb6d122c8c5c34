import type { ErrorObject } from 'ajv';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { Field } from '../../models/table.ts';

const SHOWN = 60;

/** What is wrong with one value of a record, and which field it is, from the validator's finding. */
export function describeProblem(
  error: ErrorObject,
  record: Readonly<Record<string, unknown>>,
  fields: readonly Field[],
): { field: string; problem: string } {
  if (error.keyword === 'additionalProperties') {
    const name = String(error.params.additionalProperty);
    return { field: name, problem: extraField(name, fields) };
  }
  if (error.keyword === 'required')
    return { field: String(error.params.missingProperty), problem: 'is missing' };
  const name = fieldOf(error.instancePath);
  const field = fields.find((candidate) => candidate.name === name);
  if (field === undefined) return { field: name, problem: error.message ?? 'is not valid' };
  return { field: name, problem: wrongValue(error, field, record[name]) };
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

/** `least` or `greatest` accepted value, with the unit: `must be at least 1 miles, got 0`. */
export function outOfRange(side: 'least' | 'greatest', limit: string, field: Field, got: unknown): string {
  const unit = field.unit === undefined ? '' : ` ${field.unit}`;
  const words = side === 'least' ? 'at least' : 'at most';
  return `must be ${words} ${limit}${unit}, got ${show(got)}`;
}

function wrongValue(error: ErrorObject, field: Field, value: unknown): string {
  if (value === null) return `must not be null; ${EXPECTED[field.kind]} is needed`;
  switch (error.keyword) {
    case 'minimum':
      return outOfRange('least', String(error.params.limit), field, value);
    case 'maximum':
      return outOfRange('greatest', String(error.params.limit), field, value);
    case 'minLength':
      return 'must not be empty';
    case 'maxLength':
      return `must have at most ${error.params.limit} characters`;
    case 'enum':
      return `must be one of ${listed(field.categories ?? [])}, got ${show(value)}`;
    default:
      return `must be ${EXPECTED[field.kind]}, got ${show(value)}`;
  }
}

const EXPECTED: Record<Field['kind'], string> = {
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  category: 'text',
  timestamp: 'an ISO 8601 time such as "2001-02-03T17:40:00Z"',
};

/** A JSON pointer's first part, unescaped (RFC 6901). */
function fieldOf(pointer: string): string {
  return (pointer.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
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
