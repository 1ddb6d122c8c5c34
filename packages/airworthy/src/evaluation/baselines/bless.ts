import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { appendAudit } from '../../store/audit.ts';
import type { Context } from '../../store/ports.ts';
import { findSuiteEvaluation, getSuiteEvaluation, type SuiteEvaluation } from '../report/suite-evaluation.ts';
import { newestBaseline } from './get-baseline.ts';
import { type Baseline, BlessRequest } from './schema.ts';

/**
 * Makes an evaluation what the suite's next ones are compared with: the only way a baseline moves. Earlier ones stay on record,
 * and the audit log says who did it and why. Blessing what the baseline is already changes nothing.
 *
 * Throws SUITE_EVALUATION_NOT_FOUND, and EVALUATION_NOT_BLESSABLE for one that is not finished, has no such task, or, unless
 * `anyway`, whose gates did not pass.
 *
 * @example
 * await bless(context, 'support', { evaluation: 12, reason: 'released as 1.4' });
 */
export async function bless(context: Context, suite: string, request: BlessRequest): Promise<Baseline> {
  const {
    name,
    reason,
    anyway,
    evaluation: asked,
    task: wanted,
  } = checkInput('bless', BlessRequest, request);
  const evaluation = await findBlessed(context, suite, asked);
  const task = requireBlessable(evaluation, wanted, anyway);
  const { project, actor, clock } = context;
  return context.store.database.write(async (sql) => {
    const before = await newestBaseline(sql, { project, suite, name });
    if (before?.evaluation === evaluation.id && before.task === task) {
      return { ...before, number: evaluation.number };
    }
    const row = {
      ...{ suite, name, sequence: (before?.sequence ?? 0) + 1, evaluation: evaluation.id, task },
      ...{ actor, reason },
      // A clock that was set back must not put a move before the one it follows.
      at: Math.max(clock.now(), before?.at ?? 0),
    };
    await sql
      .insertInto('baseline')
      .values({ project, ...row })
      .execute();
    await appendAudit(context, sql, {
      action: 'baseline.bless',
      object: `suite/${suite}@${name}`,
      reason,
      evidence: {
        from: before?.evaluation ?? null,
        to: evaluation.id,
        ...{ number: evaluation.number, task, outcome: evaluation.outcome, anyway },
      },
    });
    return { ...row, number: evaluation.number };
  });
}

async function findBlessed(
  context: Context,
  suite: string,
  asked: number | string | undefined,
): Promise<SuiteEvaluation> {
  const found =
    typeof asked === 'string'
      ? await getSuiteEvaluation(context, asked)
      : await findSuiteEvaluation(context, suite, asked);
  if (found && found.suite === suite) return found;
  const which = asked === undefined ? 'no evaluation' : `no evaluation ${asked}`;
  throw new AirworthyError('SUITE_EVALUATION_NOT_FOUND', {
    message: `the suite "${suite}" has ${which}`,
    facts: { suite, ...(asked === undefined ? {} : { evaluation: asked }) },
  });
}

/** The task that is blessed. */
function requireBlessable(evaluation: SuiteEvaluation, wanted: string | undefined, anyway: boolean): string {
  const { state, outcome, tasks } = evaluation;
  if (state !== 'finished')
    throw notBlessable(evaluation, `is ${state}: only a finished one can be compared with`);
  if (evaluation.spec.partial)
    throw notBlessable(evaluation, 'is of some of the cases only (a filter or a sample)');
  if (outcome !== null && outcome !== 'pass' && !anyway && !lacksBaselineOnly(evaluation)) {
    const remedy = 'Find out why, or bless it --anyway with the reason for it.';
    throw notBlessable(evaluation, `did not pass its gates (${outcome})`, remedy);
  }
  const names = tasks.map((task) => task.name);
  if (wanted === undefined && names.length === 1) return names[0];
  if (wanted !== undefined && names.includes(wanted)) return wanted;
  const which = wanted === undefined ? `has ${names.length} tasks` : `has no task "${wanted}"`;
  throw notBlessable(evaluation, `${which}: ${names.join(', ')}`, 'Name one of them with --task.');
}

/** The first of a suite has nothing to be compared with yet: that alone must not keep it from becoming the baseline. */
function lacksBaselineOnly({ report }: SuiteEvaluation): boolean {
  const open = (report?.verdicts ?? []).filter(({ outcome }) => outcome !== 'pass');
  return open.length > 0 && open.every(({ reason }) => reason === 'no-baseline');
}

function notBlessable({ suite, number, id }: SuiteEvaluation, why: string, remedy?: string): AirworthyError {
  return new AirworthyError('EVALUATION_NOT_BLESSABLE', {
    message: `evaluation ${number} of "${suite}" ${why}`,
    ...(remedy === undefined ? {} : { remedy }),
    facts: { suite, number, evaluation: id },
  });
}
