import { count, moment, plural } from '../../kernel/figures.ts';
import type { Project } from '../../project/load-project.ts';
import { currentDeployment } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import { newestImprovement } from './improvement-rows.ts';
import type { Improvement, ImprovementCause } from './schema.ts';

const DAY_MS = 86_400_000;

type Trigger = Project['config']['feedback']['improve']['triggers'][number];

/** Why an improvement should begin now, or why none does. */
export type Choice = { cause: ImprovementCause } | { wait: string };

/** Asks the declared triggers in their order, unless the last improvement is too recent. */
export async function chooseCause(context: Context, project: Project): Promise<Choice> {
  const { triggers, coolDownDays } = project.config.feedback.improve;
  const last = await lastImprovement(context, project.endpoint);
  const rested = (last?.endedAt ?? Number.NEGATIVE_INFINITY) + coolDownDays * DAY_MS;
  if (context.clock.now() < rested) {
    return { wait: `improvement ${last?.number} ended not long ago; none begins before ${moment(rested)}` };
  }
  for (const trigger of triggers) {
    const sentence = await ask(context, project, trigger, last);
    if (sentence !== undefined) return { cause: { on: trigger.on, sentence } };
  }
  return { wait: `none of the triggers asks for it (${triggers.map(({ on }) => on).join(', ')})` };
}

/**
 * One that a clock dated days ahead, which has been set right since, must not hold up the loop until then. Clocks that
 * differ by less (a rehearsal's begins anew where its folder stands) change nothing.
 */
async function lastImprovement(context: Context, endpoint: string): Promise<Improvement | undefined> {
  const last = await newestImprovement(context, endpoint);
  return last && last.startedAt <= context.clock.now() + DAY_MS ? last : undefined;
}

function ask(
  context: Context,
  project: Project,
  trigger: Trigger,
  last: Improvement | undefined,
): Promise<string | undefined> {
  switch (trigger.on) {
    case 'labels':
      return askLabels(context, project, trigger.count, last);
    case 'schedule':
      return askSchedule(context, project, trigger.everyDays, last);
    default:
      return askAlerts(context, project, trigger.on);
  }
}

/** The alert policy has weighed the evidence already, with its windows in a row and its maturity. */
async function askAlerts(
  context: Context,
  { endpoint }: Project,
  kind: 'performance' | 'estimated-performance' | 'estimate-disagrees',
): Promise<string | undefined> {
  const { sql } = context.store.database;
  const deployment = await currentDeployment(sql, context.project, endpoint);
  if (!deployment) return undefined;
  const alert = await sql
    .selectFrom('alert')
    .select('title')
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .where('version', '=', deployment.version)
    .where('kind', '=', kind)
    .where('state', '!=', 'resolved')
    .orderBy('opened_at', 'desc')
    .executeTakeFirst();
  return alert?.title;
}

async function askLabels(
  context: Context,
  { endpoint }: Project,
  wanted: number,
  last: Improvement | undefined,
): Promise<string | undefined> {
  const row = await context.store.database.sql
    .selectFrom('outcome')
    .select((select) => select.fn.countAll<number>().as('labels'))
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .where('predicted_at', '>=', last?.facts.data?.judgeTo ?? 0)
    .executeTakeFirst();
  const labels = Number(row?.labels ?? 0);
  return labels < wanted
    ? undefined
    : `${count(labels)} predictions were labelled since the last improvement`;
}

async function askSchedule(
  context: Context,
  { endpoint }: Project,
  everyDays: number,
  last: Improvement | undefined,
): Promise<string | undefined> {
  const since = last?.startedAt ?? (await servedSince(context, endpoint));
  if (since === undefined || context.clock.now() < since + everyDays * DAY_MS) return undefined;
  return `${plural(everyDays, 'day')} ${everyDays === 1 ? 'has' : 'have'} passed since ${moment(since)}`;
}

async function servedSince(context: Context, endpoint: string): Promise<number | undefined> {
  const row = await context.store.database.sql
    .selectFrom('deployment')
    .select('started_at')
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .orderBy('started_at')
    .executeTakeFirst();
  return row?.started_at;
}
