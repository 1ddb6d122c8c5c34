import { AirworthyError } from '../../kernel/errors.ts';
import { nearestName } from '../../kernel/nearest-name.ts';
import {
  type Deployment,
  EndpointName,
  type EndpointStatus,
  type Evidence,
  type Release,
} from '../schema.ts';
import type { ReleaseHandle } from './release-handle.ts';
import type { Router } from './router.ts';
import type { ServedRelease } from './served-release.ts';

export type Resident = ReleaseHandle<ServedRelease>;

/** Where an endpoint's releases sit. Requests take what is there when they begin; a deploy replaces it whole. */
export interface EndpointSlot {
  readonly endpoint: string;
  serving: Serving | undefined;
  /** What served before, kept in memory so that going back takes no loading. */
  former: Resident | undefined;
  /** What a rollout brought beside what serves. One release may be several of these. */
  readonly arms: Map<string, Resident>;
  router: Router | null;
  /** Why the last deploy did not succeed; null once one does. */
  problem: string | null;
  /** Changes of one endpoint follow each other. */
  lastChange: Promise<unknown>;
}

export interface Serving {
  handle: Resident;
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
  return {
    endpoint,
    serving: undefined,
    former: undefined,
    arms: new Map(),
    router: null,
    problem: null,
    lastChange: Promise.resolve(),
  };
}

/** Everything that is loaded, each once; what serves comes first. */
export function residentsOf({ serving, former, arms }: EndpointSlot): Resident[] {
  const all = [serving?.handle, former, ...arms.values()];
  return [...new Set(all.filter((handle) => handle !== undefined))];
}

/** The release where it is loaded already, in whatever place. */
export function findResident(slot: EndpointSlot, { bundle, model }: Release): Resident | undefined {
  return residentsOf(slot).find(({ loaded }) => loaded.bundle === bundle && loaded.model === model);
}

/** Closes a release that has no place any more, once the last request that uses it is answered. */
export function retireUnlessPlaced(slot: EndpointSlot, handle: Resident | undefined): void {
  if (handle !== undefined && !residentsOf(slot).includes(handle)) void handle.retire();
}

/** Empties the slot; resolves once its releases are closed, after the requests that use them. */
export async function emptySlot(slot: EndpointSlot): Promise<void> {
  const residents = residentsOf(slot);
  slot.serving = undefined;
  slot.former = undefined;
  slot.router = null;
  slot.arms.clear();
  await Promise.all(residents.map((handle) => handle.retire()));
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

/** A slot in which something serves. */
export type ServingSlot = EndpointSlot & { serving: Serving };

/** The slot of an endpoint that serves. @throws ENDPOINT_NOT_FOUND, ENDPOINT_NOT_READY */
export function servingAt(slots: ReadonlyMap<string, EndpointSlot>, endpoint: string): ServingSlot {
  const slot = slotAt(slots, endpoint);
  if (slot.serving) return slot as ServingSlot;
  throw new AirworthyError('ENDPOINT_NOT_READY', {
    message: `endpoint "${endpoint}" is not ready: ${slot.problem ?? 'its model is being loaded'}`,
    at: endpoint,
  });
}

/** @throws ENDPOINT_NOT_FOUND */
export function slotAt(slots: ReadonlyMap<string, EndpointSlot>, endpoint: string): EndpointSlot {
  const slot = slots.get(endpoint);
  if (slot) return slot;
  const nearest = nearestName(endpoint.slice(0, 100), [...slots.keys()]);
  throw new AirworthyError('ENDPOINT_NOT_FOUND', {
    message: `no endpoint is named "${endpoint}"${nearest === undefined ? '' : `; did you mean "${nearest}"?`}`,
    at: endpoint,
  });
}
