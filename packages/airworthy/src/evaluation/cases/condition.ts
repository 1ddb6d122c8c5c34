import { AirworthyError } from '../../kernel/errors.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { CaseTest } from '../suites/schema.ts';
import { caseValue } from './case-value.ts';

const CONDITION = /^\s*([\w.-]+)\s*(!=|<=|>=|=|<|>)\s*(.*?)\s*$/s;

export interface Condition {
  key: string;
  holds: CaseTest;
}

/**
 * Reads a condition on cases: `lang=de`, `tier!=free`, `length>40`. Throws BAD_ARGUMENT for text that is none.
 *
 * @example
 * parseCondition('length>40').holds({ id: '1', input: 'short', metadata: {} }); // false
 */
export function parseCondition(text: string, at: string): Condition {
  const parts = CONDITION.exec(text);
  if (parts === null) {
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `${at}: "${text}" is no condition`,
      remedy: 'Write a key, one of = != < <= > >=, and a value: lang=de, length>40.',
      at,
    });
  }
  const [, key, operator, wanted] = parts;
  return { key, holds: (each) => compare(caseValue(each, key), operator, wanted) };
}

/** Chooses cases as `--filter` says: by a condition, else by a part of their ids. */
export function parseFilter(text: string): CaseTest {
  if (CONDITION.test(text)) return parseCondition(text, '--filter').holds;
  const part = text.toLowerCase();
  return (each: EvaluationCase) => each.id.toLowerCase().includes(part);
}

function compare(value: unknown, operator: string, wanted: string): boolean {
  if (value === undefined || value === null) return operator === '!=';
  if (operator === '=') return String(value) === wanted;
  if (operator === '!=') return String(value) !== wanted;
  const [left, right] = [Number(value), Number(wanted)];
  if (operator === '<') return left < right;
  if (operator === '<=') return left <= right;
  return operator === '>' ? left > right : left >= right;
}
