import type { ErrorObject } from 'ajv';
import type { Field } from '../../models/table.ts';
import {
  ABSENT,
  EMPTY,
  extraField,
  isNull,
  notListed,
  outOfRange,
  wrongKind,
} from '../../models/value-problem.ts';

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
  if (error.keyword === 'required') return { field: String(error.params.missingProperty), problem: ABSENT };
  const name = fieldOf(error.instancePath);
  const field = fields.find((candidate) => candidate.name === name);
  if (field === undefined) return { field: name, problem: error.message ?? 'is not valid' };
  return { field: name, problem: wrongValue(error, field, record[name]) };
}

function wrongValue(error: ErrorObject, field: Field, value: unknown): string {
  if (value === null) return isNull(field);
  switch (error.keyword) {
    case 'minimum':
      return outOfRange('least', String(error.params.limit), field, value);
    case 'maximum':
      return outOfRange('greatest', String(error.params.limit), field, value);
    case 'minLength':
      return EMPTY;
    case 'maxLength':
      return `must have at most ${error.params.limit} characters`;
    case 'enum':
      return notListed(field, value);
    default:
      return wrongKind(field, value);
  }
}

/** A JSON pointer's first part, unescaped (RFC 6901). */
function fieldOf(pointer: string): string {
  return (pointer.split('/')[1] ?? '').replaceAll('~1', '/').replaceAll('~0', '~');
}
