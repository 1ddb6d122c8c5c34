import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import type { Context } from '../../store/ports.ts';
import { type LoadedRelease, loadRelease } from '../runtimes/load-release.ts';
import { readEvidence } from './read-evidence.ts';
import { recordDeployment } from './record-deployment.ts';
import { createReleaseHandle, type ReleaseHandle } from './release-handle.ts';
import { type Deployment, EndpointName, type EndpointStatus, type Evidence, type Release } from '../schema.ts';

/** Where an endpoint's release sits. Requests take what is there when they begin; a deploy replaces it whole. */
export interface EndpointSlot {
  readonly endpoint: string;
  serving: Serving | undefined;
  /** What served before, kept in memory so that going back takes no loading. */
  former: ReleaseHandle<LoadedRelease> | undefined;
  /** Why the last deploy did not succeed; null once one does. */
  problem: string | null;
  /** Deploys to one endpoint follow each other. */
  lastDeploy: Promise<unknown>;
}

export interface Serving {
  handle: ReleaseHandle<LoadedRelease>;
  deployment: Deployment;
  evidence: Evidence;
}

/** @throws BAD_ARGUMENT where the name is not kebab-case */
export function createSlot(endpoint: string): EndpointSlot {
  const { error } = EndpointName.safeParse(endpoint);
  if (error)
    throw new AirworthyError('BAD_ARGUMENT', {
      message: `endpoint "${endpoint}" ${error.issues[0].message}`,
      at: 'endpoint',
    });
  return { endpoint, serving: undefined, former: undefined, problem: null, lastDeploy: Promise.resolve() };
}

/**
 * Loads, proves and records a release, and only then lets requests have it. One that serves here, or did just
 * before, is not loaded again.
 */
export async function putInPlace(
  context: Context,
  slot: EndpointSlot,
  release: Release,
  key: readonly string[] | undefined,
): Promise<Deployment> {
  const current = slot.serving?.handle;
  const resident = [current, slot.former].find((handle) => handle && isSame(handle.loaded, release));
  const handle = resident ?? createReleaseHandle(await loadRelease(context, release, key));
  const deployment = await recordDeployment(context, slot.endpoint, release).catch(async (error) => {
    if (!resident) await handle.retire();
    throw error;
  });
  slot.serving = { handle, deployment, evidence: await readEvidence(context, release.bundle) };
  slot.problem = null;
  if (handle === current) return deployment;
  const forgotten = slot.former === handle ? undefined : slot.former;
  slot.former = current;
  // In its own time: a request may still be using it.
  void forgotten?.retire();
  const { model, version, bundle } = release;
  context.events.emit('endpoint.deployed', { endpoint: slot.endpoint, model, version, bundle });
  context.log.info({ endpoint: slot.endpoint, model, version }, 'endpoint deployed');
  return deployment;
}

function isSame(loaded: LoadedRelease, release: Release): boolean {
  return loaded.bundle === release.bundle && loaded.model === release.model;
}

/** Closes the slot's releases once no request uses them any more. */
export async function closeSlot({ serving, former }: EndpointSlot): Promise<void> {
  await Promise.all([serving?.handle.retire(), former?.retire()]);
}

export function statusOf({ endpoint, serving, problem }: EndpointSlot): EndpointStatus {
  return {
    endpoint,
    state: serving ? 'ready' : 'unavailable',
    problem,
    deployment: serving?.deployment ?? null,
    evidence: serving?.evidence ?? null,
  };
}

/** What serves at an endpoint now. @throws ENDPOINT_NOT_FOUND, ENDPOINT_NOT_READY */
export function servingAt(slots: ReadonlyMap<string, EndpointSlot>, endpoint: string): Serving {
  const slot = slots.get(endpoint);
  if (slot?.serving) return slot.serving;
  if (slot)
    throw new AirworthyError('ENDPOINT_NOT_READY', {
      message: `endpoint "${endpoint}" is not ready: ${slot.problem ?? 'its model is being loaded'}`,
      at: endpoint,
    });
  const nearest = nearestName(endpoint.slice(0, 100), [...slots.keys()]);
  throw new AirworthyError('ENDPOINT_NOT_FOUND', {
    message: `no endpoint is named "${endpoint}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    at: endpoint,
  });
}
