import type { Model } from '../../models/model.ts';
import type { ModelSignature } from '../../models/signature.ts';
import type { Context } from '../../store/ports.ts';
import type { Bundle } from '../schema.ts';
import { bundleFolder } from './bundle-folder.ts';
import { FILE } from './manifest.ts';
import { readListed, readManifest } from './read-bundle-file.ts';

export interface OpenedBundle extends Bundle {
  model: Model;
  signature: ModelSignature;
}

/** A bundle ready to score with. Every byte read is checked against the bundle's digest (BUNDLE_ALTERED). */
export async function openBundle(context: Context, digest: string): Promise<OpenedBundle> {
  const manifest = await readManifest(context, digest);
  const read = async (path: string): Promise<unknown> =>
    JSON.parse((await readListed(context, digest, manifest, path)).toString('utf8'));
  return {
    digest,
    folder: bundleFolder(context, digest),
    manifest,
    model: (await read(FILE.model)) as Model,
    signature: (await read(FILE.signature)) as ModelSignature,
  };
}
