import { AirworthyError } from '../../kernel/errors.ts';
import { parseCondition } from '../cases/condition.ts';
import type { CaseTest } from '../suites/schema.ts';

const AND = /\s+AND\s+/;

/**
 * Reads a rule as discovered slices state it: conditions joined by AND. Throws BAD_ARGUMENT for a condition that is none.
 *
 * @example
 * parseRule('lang = de AND length > 40')({ id: '1', input: 'kurz', metadata: { lang: 'de' } }); // false
 */
export function parseRule(text: string): CaseTest {
  const conditions = text
    .trim()
    .split(AND)
    .map((part) => parseCondition(part, 'rule'));
  if (text.trim() === '')
    throw new AirworthyError('BAD_ARGUMENT', { message: 'rule: it is empty', at: 'rule' });
  return (each) => conditions.every(({ holds }) => holds(each));
}
