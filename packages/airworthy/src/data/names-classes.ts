import type { FieldKind } from '../models/table.ts';

/** A whole-number target with at most so many values names classes; with more it is a quantity. */
const MOST_INTEGER_CLASSES = 20;

/** Whether a target of this kind, with so many different values, names classes (else it is a quantity). */
export function namesClasses(kind: FieldKind, distinct: number): boolean {
  if (kind === 'category' || kind === 'boolean' || distinct === 2) return true;
  return kind === 'integer' && distinct <= MOST_INTEGER_CLASSES;
}
