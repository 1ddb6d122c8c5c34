import { compileModel } from '../models/compile-model.ts';
import type { Signature } from '../models/signature.ts';
import type { Task } from '../models/table.ts';
import {
  type ReferenceProfile,
  readBundleFile,
  readManifest,
  readReferenceProfile,
} from '../registry/index.ts';
import type { Context, Store } from '../store/ports.ts';
import { BARE_LAYOUT, createLayout, type ErrorEstimator, type Layout } from './sketch/layout.ts';

/** What a version's windows are counted on and compared with. */
export interface VersionReference {
  task: Task | null;
  /** Null where the version carries none, or it cannot be read. */
  profile: ReferenceProfile | null;
  layout: Layout;
}

/** Profiles in memory; what is beyond is read again. */
const MOST_KNOWN = 50;

/** Bundles never change, so that each is read once a store, while it can be read. */
const known = new WeakMap<Store, Map<string, VersionReference>>();
const warned = new WeakMap<Store, Set<string>>();

/**
 * The reference that a bundle carries. Never throws: predictions are counted whatever became of the bundle, in less
 * detail where it cannot be read.
 */
export async function readVersionReference(context: Context, bundle: string): Promise<VersionReference> {
  const ofStore = getOrMake(known, context.store, () => new Map<string, VersionReference>());
  const found = ofStore.get(bundle);
  if (found) return found;
  try {
    const reference = await readFromBundle(context, bundle);
    if (ofStore.size >= MOST_KNOWN) ofStore.delete([...ofStore.keys()][0]);
    ofStore.set(bundle, reference);
    return reference;
  } catch (error) {
    warnOnce(context, bundle, 'nothing of the version is known but its traffic', error);
    return { task: null, profile: null, layout: BARE_LAYOUT };
  }
}

/**
 * What drift is measured against at an endpoint: the profile that someone accepted in the place of the bundle's own,
 * the last of them, where it counts in the same places.
 */
export async function readReference(
  context: Context,
  endpoint: string,
  bundle: string,
): Promise<VersionReference> {
  const own = await readVersionReference(context, bundle);
  if (own.profile === null) return own;
  const accepted = await context.store.database.sql
    .selectFrom('accepted_reference')
    .select('blob')
    .where('project', '=', context.project)
    .where('endpoint', '=', endpoint)
    .where('bundle', '=', bundle)
    .orderBy('number', 'desc')
    .executeTakeFirst();
  if (accepted === undefined) return own;
  try {
    const profile: ReferenceProfile = JSON.parse(
      (await context.store.blobs.get(accepted.blob)).toString('utf8'),
    );
    return { ...own, profile };
  } catch (error) {
    warnOnce(context, bundle, 'the accepted reference cannot be read; the bundle’s own is used', error);
    return own;
  }
}

async function readFromBundle(context: Context, bundle: string): Promise<VersionReference> {
  const signature: Signature = JSON.parse(
    (await readBundleFile(context, bundle, 'signature.json')).toString('utf8'),
  );
  const { task } = signature;
  const profile = (await isService(context, bundle))
    ? null
    : await readReferenceProfile(context, bundle).catch((error) => {
        warnOnce(context, bundle, 'the version has no reference profile: its columns are not watched', error);
        return null;
      });
  return {
    task,
    profile,
    layout: task
      ? createLayout({ task }, profile, await readErrorModel(context, bundle, profile))
      : BARE_LAYOUT,
  };
}

/** A service was fitted to no rows that its requests could be compared with. */
async function isService(context: Context, bundle: string): Promise<boolean> {
  const { files } = await readManifest(context, bundle);
  return files.some(({ path }) => path === 'runtime.json');
}

async function readErrorModel(
  context: Context,
  bundle: string,
  profile: ReferenceProfile | null,
): Promise<ErrorEstimator | null> {
  if (!profile?.errorModel) return null;
  const { file, calibration } = profile.errorModel;
  const { scoreRecord } = compileModel(
    JSON.parse((await readBundleFile(context, bundle, file)).toString('utf8')),
  );
  return { scale: calibration.scale, estimate: (record) => scoreRecord(record)[0] };
}

function warnOnce(context: Context, bundle: string, what: string, error: unknown): void {
  const ofStore = getOrMake(warned, context.store, () => new Set<string>());
  if (ofStore.has(bundle)) return;
  ofStore.add(bundle);
  context.log.warn({ bundle, error: String(error) }, what);
}

function getOrMake<Key extends object, Value>(map: WeakMap<Key, Value>, key: Key, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
