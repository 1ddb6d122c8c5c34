import type { Context } from '../../store/ports.ts';
import type { SuiteEvaluation } from '../report/suite-evaluation.ts';
import type { ReviewSource } from './schema.ts';

/** What becomes an item: an answer of one task to a case, or the answers of two. */
export interface ReviewUnit {
  position: number;
  tasks: readonly [string] | readonly [string, string];
}

/**
 * The units of an evaluation that a queue may draw from, by position: cases of the slice or list asked for that the tasks
 * have answered.
 */
export async function listUnits(
  context: Context,
  evaluation: SuiteEvaluation,
  source: ReviewSource,
  pairs: boolean,
): Promise<ReviewUnit[]> {
  const tasks = source.tasks ?? evaluation.tasks.map(({ name }) => name);
  const answered = await answeredBy(context, evaluation.id, tasks, source.trial);
  const wanted = await wantedCases(context, evaluation.id, source);
  const groups = pairs ? pairsOf(tasks) : tasks.map((task) => [task] as const);
  const positions = [...answered.keys()].sort((a, b) => a - b);
  return positions.flatMap((position) => {
    if (wanted && !wanted.has(position)) return [];
    const by = answered.get(position);
    return groups
      .filter((group) => group.every((task) => by?.has(task)))
      .map((group) => ({ position, tasks: group }));
  });
}

function pairsOf(tasks: readonly string[]): (readonly [string, string])[] {
  return tasks.flatMap((first, index) => tasks.slice(index + 1).map((second) => [first, second] as const));
}

async function answeredBy(
  { project, store }: Context,
  evaluation: string,
  tasks: readonly string[],
  trial: number,
): Promise<Map<number, Set<string>>> {
  const rows = await store.database.sql
    .selectFrom('case_result')
    .select(['position', 'task'])
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('task', 'in', tasks)
    .where('trial', '=', trial)
    .where('status', '=', 'ok')
    .execute();
  const answered = new Map<number, Set<string>>();
  for (const { position, task } of rows) {
    const by = answered.get(Number(position)) ?? new Set();
    answered.set(Number(position), by.add(task));
  }
  return answered;
}

/** Positions in the slice and list asked for; undefined where all are. */
async function wantedCases(
  { project, store }: Context,
  evaluation: string,
  { slice, cases }: ReviewSource,
): Promise<Set<number> | undefined> {
  if (slice === undefined && cases === undefined) return undefined;
  const rows = await store.database.sql
    .selectFrom('evaluation_case')
    .select(['position', 'id', 'metadata_json', 'slices_json'])
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .execute();
  const listed = cases && new Set(cases);
  const inSlice = slice === undefined ? () => true : sliceTest(slice);
  const wanted = rows.filter((row) => (listed?.has(row.id) ?? true) && inSlice(row));
  return new Set(wanted.map(({ position }) => Number(position)));
}

/** `lang=de`: by the slices of the suite, else by the metadata of the case. */
function sliceTest(slice: string): (row: { metadata_json: string; slices_json: string }) => boolean {
  const at = slice.indexOf('=');
  const [column, wanted] = [slice.slice(0, at), slice.slice(at + 1)];
  return ({ metadata_json, slices_json }) => {
    const slices = JSON.parse(slices_json) as Record<string, unknown>;
    const value = slices[column] ?? (JSON.parse(metadata_json) as Record<string, unknown>)[column];
    return value !== undefined && value !== null && String(value) === wanted;
  };
}
