import { AirworthyError } from '../../kernel/errors.ts';
import { type Resident, residentsOf, type ServingSlot } from './endpoint-slot.ts';
import type { PredictOptions } from './endpoints.ts';
import { ARM } from './record-deployment.ts';
import type { Router } from './router.ts';

/** Who answers a request. */
export interface Chosen {
  handle: Resident;
  arm: string;
  rollout: string | null;
  propensity: number | null;
  /** The arm that is to see the request too, and who is told what it said. */
  shadow: { handle: Resident; router: Router } | null;
}

/**
 * The arm and release that answer a request: what it names itself, else what the rollout says, else what is deployed.
 *
 * @param unit what the rollout keeps at one arm
 * @throws ARM_NOT_FOUND, MODEL_VERSION_NOT_FOUND
 */
export function chooseArm(
  slot: ServingSlot,
  { arm, version }: Pick<PredictOptions, 'arm' | 'version'>,
  unit: string,
): Chosen {
  if (arm !== undefined) return { ...UNROUTED, arm, handle: armOf(slot, arm) };
  if (version !== undefined) return { ...UNROUTED, ...versionOf(slot, version) };
  const { router } = slot;
  if (router === null) return { ...UNROUTED, handle: slot.serving.handle };
  const { arm: assigned, propensity, shadow } = router.assign(unit);
  const handle = residentArm(slot, assigned);
  // Not loaded here yet (another process decided): what is deployed answers, and counts for no rollout.
  if (handle === undefined) return { ...UNROUTED, handle: slot.serving.handle };
  const beside = shadow === null ? undefined : residentArm(slot, shadow);
  return {
    handle,
    arm: assigned,
    rollout: router.rollout,
    propensity,
    shadow: beside === undefined ? null : { handle: beside, router },
  };
}

const UNROUTED = { arm: ARM, rollout: null, propensity: null, shadow: null };

function residentArm(slot: ServingSlot, arm: string): Resident | undefined {
  return arm === ARM ? slot.serving.handle : slot.arms.get(arm);
}

function armOf(slot: ServingSlot, arm: string): Resident {
  const handle = residentArm(slot, arm);
  if (handle) return handle;
  const known = [ARM, ...slot.arms.keys()].join(', ');
  throw new AirworthyError('ARM_NOT_FOUND', {
    message: `endpoint "${slot.endpoint}" has no arm "${arm.slice(0, 100)}"; it has ${known}`,
    at: 'arm',
  });
}

/** @throws MODEL_VERSION_NOT_FOUND where that version is not loaded */
export function versionOf(slot: ServingSlot, version: string): { handle: Resident; arm: string } {
  const handle = residentsOf(slot).find(({ loaded }) => String(loaded.version) === version);
  if (handle === undefined) {
    const loaded = versionsOf(slot).join(', ');
    throw new AirworthyError('MODEL_VERSION_NOT_FOUND', {
      message: `endpoint "${slot.endpoint}" has version ${loaded} loaded, not "${version.slice(0, 20)}"`,
      at: 'version',
    });
  }
  const placed = [...slot.arms].find(([, each]) => each === handle);
  return { handle, arm: handle === slot.serving.handle ? ARM : (placed?.[0] ?? ARM) };
}

/** Versions that are loaded: what serves first. */
export function versionsOf(slot: ServingSlot): string[] {
  return [...new Set(residentsOf(slot).map(({ loaded }) => String(loaded.version)))];
}
