import type { Kysely } from 'kysely';
import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { moment } from '../../kernel/figures.ts';
import { newId } from '../../kernel/ids.ts';
import type { Context } from '../../store/ports.ts';
import type { Schema } from '../../store/sql/schema.ts';
import { ARM, currentDeployment } from '../endpoints/record-deployment.ts';
import { resolveRelease } from '../endpoints/resolve-release.ts';
import type { Deployment } from '../schema.ts';
import { RolloutConfig, type RolloutPlan } from './plan-schema.ts';
import { insertRollout, openRollouts, type Rollout, readRollout, tellChange } from './rollout-rows.ts';
import { type RolloutArm, StartRollout } from './schema.ts';

const MINUTE_MS = 60_000;
/** The name of the arm that is tried out. */
export const CHALLENGER = 'challenger';
/** Latencies of what serves, from which it is known when a request is slow. */
const KNOWN_LATENCIES = 2_000;
const LEAST_LATENCIES = 200;

/**
 * Puts a rollout on record; the server that serves the endpoint takes it up within a second. The same version again, while it
 * is being rolled out, gives the rollout under way.
 *
 * @param config `serving.rollout`
 * @throws ROLLOUT_UNDER_WAY, ROLLOUT_UNSUITABLE, ROLLOUT_COOLING_DOWN, MODEL_VERSION_NOT_FOUND, VERSION_NOT_PACKED
 * @example
 * await startRollout(context, 'flight-delays', { version: 8, reason: 'retrained on June' });
 */
export async function startRollout(
  context: Context,
  endpoint: string,
  input: StartRolloutInput,
  config: RolloutConfig = RolloutConfig.parse({}),
): Promise<Rollout> {
  const asked = checkInput('rollout', StartRollout, input);
  const control = await requireDeployment(context, endpoint);
  const arms = await readArms(context, control, asked);
  const plan = asked.plan ?? config.plan;
  requireArms(plan, arms);
  const slowUs = await readSlowUs(context, control);
  const id = newId();
  const found = await context.store.database.write(async (sql): Promise<string> => {
    const [open] = await openRollouts(context, { endpoint, sql });
    if (open) return requireSame(open, arms[1]);
    const { number, cooling } = await lastOf(context, sql, endpoint, arms[1], plan);
    if (cooling !== null && !asked.force)
      throw new AirworthyError('ROLLOUT_COOLING_DOWN', {
        message: `version ${arms[1].version} was rolled back on ${moment(cooling)}; it may be tried again ${plan.coolDownMinutes} minutes after that`,
      });
    const rollout = {
      id,
      endpoint,
      number,
      plan,
      arms,
      slowUs,
      reason: asked.reason,
      startedAt: context.clock.now(),
    };
    await insertRollout(context, sql, rollout, {
      ...{ to: 'registered', step: -1, weights: { [ARM]: 1 }, challenger: CHALLENGER, reason: asked.reason },
      sentence: `version ${arms[1].version} is to be rolled out beside version ${control.version}`,
      evidence: { arms, plan, slowUs },
    });
    return id;
  });
  if (found === id) tellChange(context, { id, endpoint }, 'registered');
  return readRollout(context, found);
}

/** As one writes it: what has a default may be left out. */
export type StartRolloutInput = Partial<StartRollout>;

async function requireDeployment(context: Context, endpoint: string): Promise<Deployment> {
  const control = await currentDeployment(context.store.database.sql, context.project, endpoint);
  if (control) return control;
  throw new AirworthyError('ROLLOUT_UNSUITABLE', {
    message: `nothing serves at "${endpoint}" yet: there is nothing to roll out beside`,
  });
}

async function readArms(context: Context, control: Deployment, asked: StartRollout): Promise<RolloutArm[]> {
  const { model = control.model, version, alias, reason } = asked;
  const wanted = version === undefined ? { alias } : { version };
  const release = await resolveRelease(context, { model, ...wanted, reason });
  if (release.bundle === control.bundle)
    throw new AirworthyError('ROLLOUT_UNSUITABLE', {
      message: `version ${release.version} serves at "${control.endpoint}" already`,
    });
  const arms: RolloutArm[] = [
    { name: ARM, model: control.model, version: control.version, bundle: control.bundle },
    { name: CHALLENGER, model, version: release.version, bundle: release.bundle },
  ];
  for (const [name, number] of Object.entries(asked.arms)) {
    if (arms.some((arm) => arm.name === name))
      throw new AirworthyError('ROLLOUT_UNSUITABLE', {
        message: `an arm cannot be called "${name}": another is`,
      });
    const { version: other, bundle } = await resolveRelease(context, { model, version: number, reason });
    arms.push({ name, model, version: other, bundle });
  }
  return arms;
}

function requireArms({ steps }: RolloutPlan, arms: readonly RolloutArm[]): void {
  for (const [index, step] of steps.entries()) {
    if (step.mode === 'bandit' && step.floor * arms.length > 1)
      throw new AirworthyError('ROLLOUT_UNSUITABLE', {
        message: `steps[${index}].floor is ${step.floor}: ${arms.length} arms cannot all have that much`,
        at: `steps[${index}].floor`,
      });
    if (step.mode !== 'ab') continue;
    const unknown = Object.keys(step.weights).find((name) => !arms.some((arm) => arm.name === name));
    if (unknown === undefined) continue;
    throw new AirworthyError('ROLLOUT_UNSUITABLE', {
      message: `steps[${index}].weights names the arm "${unknown}"; there are ${arms.map(({ name }) => name).join(', ')}`,
      at: `steps[${index}].weights.${unknown}`,
    });
  }
}

function requireSame(open: Rollout, challenger: RolloutArm): string {
  if (open.arms[1].bundle === challenger.bundle) return open.id;
  throw new AirworthyError('ROLLOUT_UNDER_WAY', {
    message: `rollout ${open.number} of "${open.endpoint}" is ${open.state.name}: version ${open.arms[1].version} is being rolled out`,
    facts: { rollout: open.id },
  });
}

/** The next number, and when this version was rolled back if that is not long ago. */
async function lastOf(
  context: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  challenger: RolloutArm,
  { coolDownMinutes }: RolloutPlan,
): Promise<{ number: number; cooling: number | null }> {
  const since = context.clock.now() - coolDownMinutes * MINUTE_MS;
  const rows = await sql
    .selectFrom('rollout')
    .select(['number', 'state', 'arms_json', 'ended_at'])
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .orderBy('number', 'desc')
    .limit(100)
    .execute();
  const back = rows.find(
    ({ state, arms_json, ended_at }) =>
      state === 'retired' &&
      (ended_at ?? 0) > since &&
      (JSON.parse(arms_json) as RolloutArm[])[1].bundle === challenger.bundle,
  );
  return { number: (rows[0]?.number ?? 0) + 1, cooling: back?.ended_at ?? null };
}

/** The 99th percentile of what serves, from its newest predictions: fixed before anybody is compared by it. */
async function readSlowUs(
  context: Context,
  { endpoint, model, version }: Deployment,
): Promise<number | null> {
  const rows = await context.store.database.sql
    .selectFrom('prediction')
    .select('latency_us')
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .where('model', '=', model)
    .where('version', '=', version)
    .orderBy('at', 'desc')
    .limit(KNOWN_LATENCIES)
    .execute();
  if (rows.length < LEAST_LATENCIES) return null;
  const sorted = rows.map(({ latency_us }) => latency_us).sort((a, b) => a - b);
  return sorted[Math.ceil(0.99 * sorted.length) - 1];
}
