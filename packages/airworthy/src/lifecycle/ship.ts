import type { Project } from '../project/load-project.ts';
import type { Context } from '../store/ports.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { shipData } from './ship-data.ts';
import { shipEvaluation } from './ship-evaluation.ts';
import { shipRegistry } from './ship-registry.ts';
import { shipServing } from './ship-serving.ts';
import { shipTraining } from './ship-training.ts';
import { type Outcome, SHIP_STAGES, type ShipStage, type StageReport } from './stage-report.ts';

export interface ShipOptions {
  /** The last stage to go through; all where absent. */
  until?: ShipStage;
  /** Told of each stage as it ends. */
  onStage?: (report: StageReport) => void;
}

export interface ShipResult {
  stages: StageReport[];
  /** What the gates said of the candidate; absent where the ship ended before them. */
  outcome?: Outcome;
  /** Is the candidate what the alias points to now? */
  promoted: boolean;
  /** Nothing had to be done at all. */
  unchanged: boolean;
}

/**
 * Takes a project from its data to a served model. Each step is journalled under the content of its inputs: what
 * is done is not done again, and a ship that was killed goes on where it was. A project is shipped once at a time, by
 * the process that has its data folder (WORK_UNDER_WAY, ALREADY_SERVED). A candidate becomes champion only when its gates pass.
 *
 * @example
 * const { outcome, promoted } = await ship(context, project, { onStage: ({ sentence }) => console.log(sentence) });
 */
export async function ship(
  context: Context,
  project: Project,
  options: ShipOptions = {},
): Promise<ShipResult> {
  return oneAtATime(context, 'shipping', async () => {
    await recordProject(context, project);
    return runStages(context, project, options);
  });
}

async function runStages(context: Context, project: Project, options: ShipOptions): Promise<ShipResult> {
  const { until = 'serving', onStage } = options;
  const stages: StageReport[] = [];
  /** Notes a stage's report; true where the ship is to end after it. */
  const endsWith = (report: StageReport): boolean => {
    stages.push(report);
    onStage?.(report);
    context.signal?.throwIfAborted();
    return SHIP_STAGES.indexOf(report.stage) >= SHIP_STAGES.indexOf(until);
  };
  const result = (outcome?: Outcome, promoted = false): ShipResult => ({
    stages,
    ...(outcome === undefined ? {} : { outcome }),
    promoted,
    unchanged: stages.every((stage) => stage.unchanged),
  });

  const data = await shipData(context, project);
  if (endsWith(data.report)) return result();
  const training = await shipTraining(context, project, data);
  if (endsWith(training.report)) return result();
  const evaluation = await shipEvaluation(context, project, data, training);
  if (endsWith(evaluation.report)) return result(evaluation.outcome);
  const registry = await shipRegistry(context, project, data, training, evaluation);
  if (endsWith(registry.report)) return result(evaluation.outcome, registry.promoted);
  endsWith(await shipServing(context, project));
  return result(evaluation.outcome, registry.promoted);
}

/** Keeps the project's name and the digest of its config; writes only where that is new. */
async function recordProject(context: Context, project: Project): Promise<void> {
  const row = await context.store.database.sql
    .selectFrom('project')
    .select('config_digest')
    .where('name', '=', project.name)
    .executeTakeFirst();
  if (row?.config_digest === project.digest) return;
  const config_digest = project.digest;
  await context.store.database.write((sql) =>
    sql
      .insertInto('project')
      .values({ name: project.name, config_digest, created_at: context.clock.now() })
      .onConflict((conflict) => conflict.column('name').doUpdateSet({ config_digest }))
      .execute(),
  );
}
