import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { CaseTest } from '../suites/schema.ts';
import type { Suite } from '../suites/suite.ts';
import { caseValue, keysOf } from './case-value.ts';
import { parseCondition } from './condition.ts';

const IN_SLICE = 'yes';
const LONGEST_VALUE = 200;
const KEYS_KNOWN = 200;

/** Says which slices a case is in, and remembers what there was to slice by. */
export interface Slicer {
  columns: readonly string[];
  slicesOf(each: EvaluationCase): Record<string, string>;
  /** After all cases: throws SLICE_UNKNOWN for a slice that no case is in. */
  requireKnown(gateSlices: readonly string[]): void;
}

/** Columns are sliced by each of their values, `where` slices by what lies in them. */
export function createSlicer(suite: Suite, gateSlices: readonly string[]): Slicer {
  const where = new Map<string, CaseTest>();
  for (const slice of suite.slices) {
    if (typeof slice === 'string') continue;
    const test =
      typeof slice.where === 'string'
        ? parseCondition(slice.where, `slice "${slice.name}"`).holds
        : slice.where;
    where.set(slice.name, test);
  }
  const declared = suite.slices.filter((slice) => typeof slice === 'string');
  const named = gateSlices.map(columnOf).filter((name) => !where.has(name));
  const columns = [...new Set([...declared, ...named])];
  const seen = new Set<string>();
  const keys = new Set<string>();
  return {
    columns: [...columns, ...where.keys()],
    slicesOf(each) {
      if (keys.size < KEYS_KNOWN) for (const key of keysOf(each)) keys.add(key);
      const slices: Record<string, string> = {};
      for (const column of columns) {
        const value = caseValue(each, column);
        if (value === undefined || value === null) continue;
        slices[column] = (typeof value === 'object' ? JSON.stringify(value) : String(value)).slice(
          0,
          LONGEST_VALUE,
        );
      }
      for (const [name, holds] of where) if (holds(each)) slices[name] = IN_SLICE;
      for (const [column, value] of Object.entries(slices)) seen.add(column).add(`${column}=${value}`);
      return slices;
    },
    requireKnown(asked) {
      for (const slice of [...columns, ...asked]) {
        if (seen.has(slice) || (where.has(slice) && !asked.includes(slice))) continue;
        throw unknownSlice(suite, slice, [...seen, ...keys]);
      }
    },
  };
}

/** `lang` of `lang=de`. */
export function columnOf(slice: string): string {
  return slice.split('=', 1)[0];
}

function unknownSlice(suite: Suite, slice: string, known: readonly string[]): AirworthyError {
  const nearest = nearestName(slice, known);
  return new AirworthyError('SLICE_UNKNOWN', {
    message: `suite "${suite.name}": no case is in the slice "${slice}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    facts: { suite: suite.name, slice, known: known.slice(0, 50) },
  });
}
