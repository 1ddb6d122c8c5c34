import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { checkInput } from '../../kernel/check-input.ts';
import { createVirtualClock, type VirtualClock } from '../../kernel/clock.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { contentKey } from '../../kernel/ids.ts';
import type { Monitor } from '../../monitoring/index.ts';
import type { Project } from '../../project/load-project.ts';
import { currentDeployment, type Endpoints } from '../../serving/index.ts';
import type { Context } from '../../store/ports.ts';
import { createRehearsal, readVirtualTime } from '../../store/rehearsal-folder.ts';
import type { ImproveResult } from '../improve/improve.ts';
import type { ReplayOptions } from './course.ts';
import { parseFault } from './parse-fault.ts';
import { replay } from './replay.ts';
import { reportReplay } from './report-replay.ts';
import { ReplayPlan, type ReplayPlanInput, type ReplayReport } from './schema.ts';

export interface RehearseOptions extends ReplayOptions {
  /** Of the rehearsal's folder in `replays`; made from the plan and what serves where absent. */
  name?: string | undefined;
}

/** A project opened on a rehearsal folder. */
export interface RehearsalApp extends AsyncDisposable {
  readonly project: Project;
  readonly context: Context;
  endpoints(): Promise<Endpoints>;
  improve(): Promise<ImproveResult>;
  monitor(): Promise<Monitor>;
  /** Does what is due in monitoring. */
  watch(): Promise<unknown>;
}

/**
 * Replays a dataset against a copy of the project's records, made when there is none yet; the project's own are not
 * touched. The same plan again goes on where it was, and reports at once where it is done. In a data folder that is a
 * rehearsal itself the replay goes on from there.
 */
export async function rehearse(
  origin: { project: Project; context: Context },
  input: ReplayPlanInput,
  options: RehearseOptions,
  open: (folder: string, clock: VirtualClock) => Promise<RehearsalApp>,
): Promise<ReplayReport> {
  const plan = checkInput('replay', ReplayPlan, input);
  for (const fault of plan.inject) parseFault(fault);
  const key = contentKey({ plan, config: origin.project.digest });
  const { folder, made } = await prepareFolder(origin, plan, key, options.name);
  const clock = createVirtualClock(readVirtualTime(folder) ?? origin.context.clock.now());
  let begun = false;
  try {
    await using app = await open(folder, clock);
    const { context, project } = app;
    context.store.lock.claim();
    const means = {
      ...{ context, project, clock, endpoints: await app.endpoints() },
      improve: () => app.improve(),
      watch: () => app.watch(),
      closeWindows: async () => (await app.monitor()).closeWindows(),
    };
    const onBegin = () => {
      begun = true;
    };
    const progress = await replay(means, plan, key, { ...options, onBegin });
    return await reportReplay(context, plan, progress);
  } catch (error) {
    // What cannot be replayed leaves nothing behind; what was stopped goes on later.
    if (made && !begun) await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

async function prepareFolder(
  { project, context }: { project: Project; context: Context },
  plan: ReplayPlan,
  key: string,
  name: string | undefined,
): Promise<{ folder: string; made: boolean }> {
  const { folder, database } = context.store;
  if (readVirtualTime(folder) !== undefined) return { folder, made: false };
  const serving = await currentDeployment(database.sql, project.name, plan.endpoint);
  if (serving === undefined) {
    throw new AirworthyError('ENDPOINT_NOT_FOUND', {
      message: `nothing is deployed at an endpoint named "${plan.endpoint}"`,
      at: plan.endpoint,
    });
  }
  const ownName = `${nameOf(plan.dataset)}-${contentKey({ key, bundle: serving.bundle }).slice(0, 8)}`;
  const rehearsal = join(folder, 'replays', name === undefined ? ownName : requireName(name));
  const made = !existsSync(rehearsal);
  if (made) await createRehearsal(folder, rehearsal, context.clock.now());
  return { folder: rehearsal, made };
}

/** `data/flights-3m.parquet` → `flights-3m`. */
function nameOf(dataset: string): string {
  const name = basename(dataset)
    .replace(/\.[a-z]+$/i, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'replay' : name.slice(0, 60);
}

function requireName(name: string): string {
  if (/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)) return name;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `"${name}" cannot name a rehearsal`,
    remedy: 'Use lower case with dashes, such as march-outage.',
  });
}
