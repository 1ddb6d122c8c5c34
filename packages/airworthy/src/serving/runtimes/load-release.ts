import { AirworthyError } from '../../kernel/errors.ts';
import type { Signature } from '../../models/signature.ts';
import { readManifest } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import { createRecordCheck, type RecordCheck } from '../records/check-records.ts';
import { withKeyFields } from '../records/key-fields.ts';
import type { Release } from '../schema.ts';
import { openModelRuntime } from './model-runtime.ts';
import { requireTrusted } from './require-trusted.ts';
import type { Runtime } from './runtime.ts';
import type { ServiceMeans } from './service-runtime.ts';

/** A release in memory, proven on its golden records. */
export interface LoadedRelease extends Release {
  /** What its endpoint takes: the release's own, and the key's fields. */
  signature: Signature;
  check: RecordCheck;
  runtime: Runtime;
}

export interface LoadOptions extends ServiceMeans {
  /** `serving.trustedKeys` */
  trustedKeys?: readonly string[] | undefined;
}

/**
 * Opens a bundle, starts what computes it and replays its golden records, which warms it up as well. What fails is
 * ended again.
 *
 * @param key `serving.key`
 * @throws WARM_UP_FAILED where it answers otherwise than when it was packed; BUNDLE_UNTRUSTED; BUNDLE_ALTERED,
 * BUNDLE_NOT_FOUND; MODEL_INVALID, ONNX_RUNTIME_MISSING, RUNTIME_MISSING and what running it throws.
 */
export async function loadRelease(
  context: Context,
  release: Release,
  key?: readonly string[],
  options: LoadOptions = {},
): Promise<LoadedRelease> {
  const manifest = await readManifest(context, release.bundle);
  await requireTrusted(context, release, manifest, options.trustedKeys);
  const isService = manifest.files.some(({ path }) => path === 'runtime.json');
  const { runtime, replay } = isService
    ? await (await import('./service-runtime.ts')).openServiceRuntime(context, release.bundle, options)
    : await openModelRuntime(context, release.bundle);
  try {
    const difference = await replay();
    if (difference !== null) throw warmUpFailed(release, difference);
  } catch (error) {
    await runtime.close();
    throw error;
  }
  const signature = withKeyFields(runtime.signature, key);
  return { ...release, signature, check: createRecordCheck(signature), runtime: { ...runtime, signature } };
}

function warmUpFailed({ model, version, bundle }: Release, difference: string): AirworthyError {
  return new AirworthyError('WARM_UP_FAILED', {
    message: `${model} version ${version}: ${difference}`,
    facts: { bundle },
  });
}
