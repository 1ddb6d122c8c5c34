import type { Context } from '../../store/ports.ts';
import type { CaseItem, CaseScore, CaseTrial } from './read-schema.ts';

const WORST_FIRST = ['timeout', 'error', 'ok'] as const;

export type CaseRows = Pick<CaseItem, 'output' | 'status' | 'message' | 'scores'>;

/** What a task gave for some cases: trials taken together. */
export async function readCaseRows(
  context: Context,
  evaluation: string,
  task: string,
  positions: readonly number[],
): Promise<Map<number, CaseRows>> {
  const trials = await readTrials(context, evaluation, positions, task);
  return new Map(
    [...Map.groupBy(trials, ({ position }) => position)].map(([position, own]) => {
      const status = WORST_FIRST.find((one) => own.some((trial) => trial.status === one)) ?? 'ok';
      const { message = null } = own.find((trial) => trial.status === status) ?? {};
      return [position, { output: own[0].output, status, message, scores: averaged(own) }];
    }),
  );
}

/** The mean over trials; where any trial has no score, how that one fared. */
function averaged(trials: readonly CaseTrial[]): Record<string, CaseScore> {
  const [first] = trials;
  return Object.fromEntries(
    Object.entries(first.scores).map(([metric, score]) => {
      const own = trials.flatMap((trial) =>
        trial.scores[metric] === undefined ? [] : [trial.scores[metric]],
      );
      const values = own.flatMap(({ status, value }) =>
        status === 'scored' && value !== null ? [value] : [],
      );
      const value = values.length === 0 ? null : values.reduce((sum, one) => sum + one, 0) / values.length;
      const status = own.find((one) => one.status === 'error')?.status ?? score.status;
      const code = own.find((one) => one.code)?.code ?? null;
      return [metric, { status, value, label: score.label ?? null, code }];
    }),
  );
}

export interface PlacedTrial extends CaseTrial {
  position: number;
}

/** Every trial of some cases, of one task or of all, in order. */
export async function readTrials(
  { project, store }: Context,
  evaluation: string,
  positions: readonly number[],
  task?: string,
): Promise<PlacedTrial[]> {
  if (positions.length === 0) return [];
  let results = store.database.sql
    .selectFrom('case_result')
    .selectAll()
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('position', 'in', positions)
    .orderBy('task')
    .orderBy('position')
    .orderBy('trial');
  const tasks = task === undefined ? await tasksOf({ project, store }, evaluation) : [task];
  results = results.where('task', 'in', tasks);
  const scores = await readScores({ project, store }, evaluation, positions, tasks);
  return (await results.execute()).map((row) => ({
    ...{ position: Number(row.position), task: row.task, trial: Number(row.trial), status: row.status },
    output: row.output_json === null ? null : JSON.parse(row.output_json).value,
    ...{ code: row.code, message: row.message },
    latencyMs: row.latency_us === null ? null : Number(row.latency_us) / 1_000,
    cached: row.cached === 1,
    tokens:
      row.input_tokens === null && row.output_tokens === null
        ? null
        : { input: Number(row.input_tokens ?? 0), output: Number(row.output_tokens ?? 0) },
    cost: row.cost,
    calls: JSON.parse(row.calls_json),
    scores: scores.get(`${row.task}\n${row.position}\n${row.trial}`) ?? {},
  }));
}

type Stores = Pick<Context, 'project' | 'store'>;

async function tasksOf({ project, store }: Stores, evaluation: string): Promise<string[]> {
  const rows = await store.database.sql
    .selectFrom('evaluation_task')
    .select('name')
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .orderBy('position')
    .execute();
  return rows.map(({ name }) => name);
}

async function readScores(
  { project, store }: Stores,
  evaluation: string,
  positions: readonly number[],
  tasks: readonly string[],
): Promise<Map<string, CaseTrial['scores']>> {
  const metrics = await store.database.sql
    .selectFrom('suite_evaluation')
    .select('spec_json')
    .where('project', '=', project)
    .where('id', '=', evaluation)
    .executeTakeFirst();
  // The metrics by name, so that the rows are found by their key and not by reading all of a task's.
  const spec: { scorers: { metrics: { name: string }[] }[] } = JSON.parse(
    metrics?.spec_json ?? '{"scorers":[]}',
  );
  const names = spec.scorers.flatMap((scorer) => scorer.metrics.map(({ name }) => name));
  const found = new Map<string, CaseTrial['scores']>();
  if (names.length === 0) return found;
  const rows = await store.database.sql
    .selectFrom('score')
    .selectAll()
    .where('project', '=', project)
    .where('evaluation', '=', evaluation)
    .where('task', 'in', tasks)
    .where('metric', 'in', names)
    .where('position', 'in', positions)
    .execute();
  const order = new Map(names.map((name, index) => [name, index]));
  rows.sort((a, b) => (order.get(a.metric) ?? 0) - (order.get(b.metric) ?? 0));
  for (const { task, position, trial, metric, status, value, label, code, detail_json } of rows) {
    const key = `${task}\n${position}\n${trial}`;
    const scores = found.get(key) ?? {};
    scores[metric] = { status, value, label, code, ...(detail_json === null ? {} : JSON.parse(detail_json)) };
    found.set(key, scores);
  }
  return found;
}
