import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { readCasesAt, type StoredCase } from '../cases/store-cases.ts';
import { listCases } from '../report/list-cases.ts';
import type { CASES_SHOWN } from '../report/read-schema.ts';
import { parseRule } from './parse-rule.ts';

const PAGE = 500;

/** Which cases of an evaluation: all that every one of these chooses. */
export interface CaseSelection {
  /** Its id. */
  evaluation: string;
  /** By whose answers; the first where absent. */
  task?: string | undefined;
  metric?: string | undefined;
  show?: (typeof CASES_SHOWN)[number] | undefined;
  /** `lang = de AND length > 40` */
  rule?: string | undefined;
  ids?: readonly string[] | undefined;
}

/**
 * Cases of an evaluation that a selection chooses, in their order. Throws SELECTION_EMPTY where it chooses none or names one that
 * is not there, and what `listCases` throws: SUITE_EVALUATION_NOT_FOUND, HELD_OUT_CLOSED, METRIC_UNKNOWN.
 */
export async function selectCases(context: Context, selection: CaseSelection): Promise<StoredCase[]> {
  const { evaluation, task, metric, show = 'all', rule, ids } = selection;
  const holds = rule === undefined ? () => true : parseRule(rule);
  const wanted = ids && new Set(ids);
  const found: StoredCase[] = [];
  let after = -1;
  for (;;) {
    const page = await listCases(context, evaluation, { task, metric, show, limit: PAGE, after });
    const positions = page.filter(({ id }) => !wanted || wanted.has(id)).map(({ position }) => position);
    const cases = await readCasesAt(context, evaluation, positions);
    found.push(...positions.flatMap((position) => cases.get(position) ?? []).filter(holds));
    if (page.length < PAGE) break;
    after = page[page.length - 1].position;
  }
  requireAll(found, selection);
  return found;
}

function requireAll(found: readonly StoredCase[], { ids, rule, show }: CaseSelection): void {
  const known = new Set(found.map(({ id }) => id));
  const missing = rule === undefined && show === undefined ? (ids ?? []).filter((id) => !known.has(id)) : [];
  if (missing.length > 0) {
    throw new AirworthyError('SELECTION_EMPTY', {
      message: `there is no case ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ` (and ${missing.length - 3} more)` : ''} in this evaluation`,
      facts: { missing: missing.slice(0, 100) },
    });
  }
  if (found.length > 0) return;
  const what = [show === undefined || show === 'all' ? undefined : show, rule, ids && `${ids.length} ids`];
  throw new AirworthyError('SELECTION_EMPTY', {
    message: `no case is selected by ${what.filter((part) => part !== undefined).join(' and ') || 'anything'}`,
  });
}
