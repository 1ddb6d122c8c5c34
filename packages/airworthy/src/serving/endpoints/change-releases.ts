import { AirworthyError } from '../../kernel/errors.ts';
import type { Context } from '../../store/ports.ts';
import { type LoadOptions, loadRelease } from '../runtimes/load-release.ts';
import type { Deployment, Release, ServingConfig } from '../schema.ts';
import { type EndpointSlot, findResident, type Resident, retireUnlessPlaced } from './endpoint-slot.ts';
import { readEvidence } from './read-evidence.ts';
import { ARM, recordDeployment } from './record-deployment.ts';
import { createReleaseHandle } from './release-handle.ts';
import { toServed } from './served-release.ts';

/** What it takes to load a release. */
export interface Loading {
  context: Context;
  config: ServingConfig;
  options: LoadOptions;
  isLoopLate(): boolean;
}

/**
 * Loads, proves and records a release, and only then lets requests have it. One that is loaded here already is not
 * loaded again.
 */
export async function putInPlace(
  loading: Loading,
  slot: EndpointSlot,
  release: Release,
): Promise<Deployment> {
  const { context } = loading;
  const current = slot.serving?.handle;
  const resident = findResident(slot, release);
  const handle = resident ?? (await load(loading, release));
  const deployment = await recordDeployment(context, slot.endpoint, release).catch(async (error) => {
    if (!resident) await handle.retire();
    throw error;
  });
  slot.serving = { handle, deployment, evidence: await readEvidence(context, release.bundle) };
  slot.problem = null;
  if (handle === current) return deployment;
  const forgotten = slot.former;
  slot.former = current;
  // In its own time: a request may still be using it.
  retireUnlessPlaced(slot, forgotten);
  const { model, version, bundle } = release;
  context.events.emit('endpoint.deployed', { endpoint: slot.endpoint, model, version, bundle });
  context.log.info({ endpoint: slot.endpoint, model, version }, 'endpoint deployed');
  return deployment;
}

/** Loads and proves a release beside what serves. @throws BAD_ARGUMENT for the name of what is deployed */
export async function putArm(
  loading: Loading,
  slot: EndpointSlot,
  arm: string,
  release: Release,
): Promise<void> {
  if (arm === ARM)
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `an arm cannot be called "${ARM}": that is what is deployed`,
      at: 'arm',
    });
  const before = slot.arms.get(arm);
  slot.arms.set(arm, findResident(slot, release) ?? (await load(loading, release)));
  retireUnlessPlaced(slot, before);
}

export function takeArmOut(slot: EndpointSlot, arm: string): void {
  const handle = slot.arms.get(arm);
  slot.arms.delete(arm);
  retireUnlessPlaced(slot, handle);
}

async function load(loading: Loading, release: Release): Promise<Resident> {
  const { context, config, options, isLoopLate } = loading;
  const loaded = await loadRelease(context, release, config.key, {
    ...options,
    trustedKeys: config.trustedKeys,
  });
  return createReleaseHandle(toServed(loaded, config, isLoopLate));
}
