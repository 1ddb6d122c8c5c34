import { idFromContent } from '../../kernel/ids.ts';
import type { Random } from '../../stats/random.ts';
import type { Context } from '../../store/ports.ts';
import type { SuiteEvaluation } from '../report/suite-evaluation.ts';
import type { TaskOutput } from '../tasks/task.ts';
import type { ReviewUnit } from './review-units.ts';
import type { StoredPayload } from './stored-payload.ts';

/** An item to be stored. */
export interface NewItem {
  id: string;
  payload: StoredPayload;
  probability: number;
  gold: Record<string, unknown> | null;
}

/** Which of two answers is left follows from the seed and the item. */
export function sidesOf<Output>(outputs: readonly Output[], id: string, random: Random): readonly Output[] {
  if (outputs.length < 2) return outputs;
  return random.fork(`side ${id}`).next() < 0.5 ? outputs : [...outputs].reverse();
}

interface ItemsOf {
  evaluation: SuiteEvaluation;
  /** Who the answers are paired with. */
  other: { evaluation: SuiteEvaluation; task: string } | undefined;
  trial: number;
  random: Random;
}

/** The items of some units, with their cases and answers. A pair whose second answer is missing is none. */
export async function readItems(
  context: Context,
  { evaluation, other, trial, random }: ItemsOf,
  units: readonly (ReviewUnit & { probability: number })[],
): Promise<NewItem[]> {
  const cases = await casesAt(context, evaluation.id, [...new Set(units.map(({ position }) => position))]);
  const ids = [...cases.values()].map(({ id }) => id);
  const tasks = [...new Set(units.flatMap((unit) => [...unit.tasks]))];
  const own = await outputsOf(context, evaluation.id, { tasks, ids, trial });
  const theirs =
    other && (await outputsOf(context, other.evaluation.id, { tasks: [other.task], ids, trial }));
  return units.flatMap(({ position, tasks: by, probability }) => {
    const each = cases.get(position);
    if (!each) return [];
    const given = by.map((task) => ({ task, value: own.get(keyOf(task, each.id)) ?? null }));
    if (other && theirs) {
      const key = keyOf(other.task, each.id);
      if (!theirs.has(key)) return [];
      const { suite, number } = other.evaluation;
      given.push({ task: `${other.task} (${suite}#${number})`, value: theirs.get(key) ?? null });
    }
    const against = other ? { against: [other.evaluation.id, other.task] } : {};
    const id = idFromContent({ evaluation: evaluation.id, position, trial, tasks: by, ...against });
    const place = { evaluation: evaluation.id, suite: evaluation.suite, position, trial, case: each.id };
    const payload: StoredPayload = {
      origin: { ...place, ...(other ? { candidate: by[0] } : {}) },
      input: JSON.parse(each.input_json),
      ...(each.expected_json === null ? {} : { expected: JSON.parse(each.expected_json) }),
      outputs: sidesOf(given, id, random),
    };
    return [{ id, payload, probability, gold: null }];
  });
}

async function casesAt({ project, store }: Context, evaluation: string, positions: readonly number[]) {
  const rows = await store.database.sql
    .selectFrom('evaluation_case')
    .select(['position', 'id', 'input_json', 'expected_json'])
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('position', 'in', positions)
    .execute();
  return new Map(rows.map((row) => [Number(row.position), row]));
}

/** What tasks of an evaluation answered to these cases; positions differ between evaluations, ids do not. */
async function outputsOf(
  { project, store }: Context,
  evaluation: string,
  { tasks, ids, trial }: { tasks: readonly string[]; ids: readonly string[]; trial: number },
): Promise<Map<string, unknown>> {
  const rows = await store.database.sql
    .selectFrom('evaluation_case as one')
    .innerJoin('case_result as result', (join) =>
      join
        .onRef('result.project', '=', 'one.project')
        .onRef('result.evaluation', '=', 'one.evaluation')
        .onRef('result.position', '=', 'one.position'),
    )
    .select(['one.id', 'result.task', 'result.output_json'])
    .where('one.project', '=', project)
    .where('one.evaluation', '=', evaluation)
    .where('one.id', 'in', ids)
    .where('result.task', 'in', tasks)
    .where('result.trial', '=', trial)
    .where('result.status', '=', 'ok')
    .execute();
  return new Map(rows.map(({ id, task, output_json }) => [keyOf(task, id), shownOutput(output_json)]));
}

function keyOf(task: string, id: string): string {
  return JSON.stringify([task, id]);
}

/** What was answered; with the calls it wanted made where there are any. */
function shownOutput(json: string | null): unknown {
  if (json === null) return null;
  const { value, toolCalls } = JSON.parse(json) as TaskOutput;
  return toolCalls === undefined || toolCalls.length === 0 ? value : { answer: value, toolCalls };
}
