import { canonicalJson } from '../../kernel/canonical-json.ts';
import type { Context } from '../../store/ports.ts';
import type { Bundle, Manifest } from '../schema.ts';
import { bundleFolder, placeBundle } from './bundle-folder.ts';
import { sealStatement } from './envelope.ts';
import { type BundleFiles, FILE } from './manifest.ts';
import { buildStatement, type ProvenanceInput } from './provenance.ts';
import type { SigningKey } from './signing-key.ts';

/** A manifest, its bytes, and their digest, which is the bundle's. */
export interface SealedManifest {
  manifest: Manifest;
  bytes: Buffer;
  digest: string;
}

/** Signs who made the files out of what, puts them in place and records the bundle; done again, it ends in the same state. */
export async function sealBundle(
  context: Context,
  key: SigningKey,
  { manifest, bytes, digest }: SealedManifest,
  files: BundleFiles,
  making: Pick<ProvenanceInput, 'run' | 'source' | 'materials' | 'findings'>,
): Promise<Bundle> {
  const statement = await buildStatement({ manifest, digest, project: context.project, ...making });
  const sealed: [string, Uint8Array][] = [
    [FILE.manifest, bytes],
    [FILE.envelope, sealStatement(statement, key)],
  ];
  await placeBundle(context, digest, new Map([...files, ...sealed]));
  await recordBundle(context, making.run.id, digest, manifest);
  return { digest, folder: bundleFolder(context, digest), manifest };
}

/** Tells the record of a bundle that lies in its place. */
export async function recordBundle(
  context: Context,
  run: string,
  digest: string,
  manifest: Manifest,
): Promise<void> {
  const { project, clock, store } = context;
  const size = manifest.files.reduce((sum, file) => sum + file.size, 0);
  await store.database.write((sql) =>
    sql
      .insertInto('bundle')
      .values({ project, digest, run, manifest_json: canonicalJson(manifest), size, created_at: clock.now() })
      .onConflict((conflict) => conflict.doNothing())
      .execute(),
  );
}
