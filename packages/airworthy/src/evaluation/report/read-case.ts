import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { readCasesAt } from '../cases/store-cases.ts';
import { type Compared, comparedWith, requireOpen } from './list-cases.ts';
import { readTrials } from './read-case-rows.ts';
import type { CaseDetails, CaseTrial } from './read-schema.ts';

/** One case whole: input, every trial of every task, and the same case in what it is compared with. */
export async function readCase(context: Context, id: string, position: number): Promise<CaseDetails> {
  const evaluation = await requireOpen(context, id);
  const each = (await readCasesAt(context, evaluation.id, [position])).get(position);
  if (each === undefined) {
    throw new AirworthyError('SUITE_EVALUATION_NOT_FOUND', {
      message: `${evaluation.suite} ${evaluation.number} has no case at ${position}; it has ${evaluation.cases}`,
    });
  }
  const other = evaluation.tasks
    .map(({ name }) => comparedWith(evaluation, name))
    .find((one) => one !== undefined && one.evaluation !== evaluation.id);
  return {
    ...{ evaluation: evaluation.id, suite: evaluation.suite, number: evaluation.number },
    ...{ position, cases: evaluation.cases, id: each.id },
    ...{ cluster: each.cluster ?? null, parent: each.parent ?? null, input: each.input },
    ...(each.expected === undefined ? {} : { expected: each.expected }),
    metadata: { ...each.metadata },
    results: withoutPlace(await readTrials(context, evaluation.id, [position])),
    baseline: other === undefined ? null : await readBaseline(context, other, each.id),
  };
}

async function readBaseline(
  context: Context,
  { evaluation, task }: Compared,
  id: string,
): Promise<CaseDetails['baseline']> {
  const row = await context.store.database.sql
    .selectFrom('evaluation_case')
    .select('position')
    .where('project', '=', context.project)
    .where('evaluation', '=', evaluation)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    evaluation,
    task,
    results: withoutPlace(await readTrials(context, evaluation, [Number(row.position)], task)),
  };
}

function withoutPlace(trials: Awaited<ReturnType<typeof readTrials>>): CaseTrial[] {
  return trials.map(({ position: _, ...trial }) => trial);
}
