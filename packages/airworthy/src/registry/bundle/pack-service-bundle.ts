import { canonicalJson } from '../../kernel/canonical-json.ts';
import { sha256 } from '../../kernel/ids.ts';
import type { Signature } from '../../models/signature.ts';
import type { Context } from '../../store/ports.ts';
import type { Run, RunSource } from '../../tracking/index.ts';
import { buildServiceCard, renderServiceCard } from '../card/service-card.ts';
import type { Bundle } from '../schema.ts';
import { readPackages } from './installed-packages.ts';
import { type BundleFiles, buildManifest, FILE } from './manifest.ts';
import type { Material } from './provenance.ts';
import { buildSbom } from './sbom.ts';
import { sealBundle } from './seal-bundle.ts';
import { openSigningKey } from './signing-key.ts';

export interface PackServiceInput {
  name: string;
  description: string | undefined;
  /** What computes it, in a sentence, for the card. */
  architecture: string;
  signature: Signature;
  /** runtime.json, golden.json and what they need. */
  files: BundleFiles;
  goldenCases: number;
  /** Folders of the packages whose code is in the files. */
  packages: readonly string[];
  run: Pick<Run, 'id' | 'experiment'>;
  source: RunSource;
  materials: Material[];
}

/**
 * Packs a service with its signature, card, bill of materials and provenance into `bundles/<digest>`, signed by the data
 * folder's key. The same inputs give the same bytes and the same digest.
 */
export async function packServiceBundle(context: Context, input: PackServiceInput): Promise<Bundle> {
  const { name, signature, run, source, materials } = input;
  const key = await openSigningKey(context);
  const packages = await readPackages(input.packages);
  const digest = sha256(canonicalJson([...input.files].map(([path, bytes]) => [path, sha256(bytes)]).sort()));
  const cardInput = { ...input, digest };
  const card = buildServiceCard(cardInput);
  const bundled = packages.map(({ name, version, integrity }) => ({
    name,
    version,
    integrity: integrity ?? null,
  }));
  const json = (value: unknown): Buffer => Buffer.from(canonicalJson(value));
  const files: BundleFiles = new Map([
    ...input.files,
    [FILE.signature, json(signature)],
    [FILE.cardJson, json(card)],
    [FILE.cardText, Buffer.from(renderServiceCard(card, cardInput))],
    [FILE.sbom, json(await buildSbom(name, digest, packages))],
    [FILE.lock, json({ lockFile: source.lockFile, packages: bundled })],
    [FILE.publicKey, Buffer.from(key.publicKey.export({ type: 'spki', format: 'pem' }))],
  ]);
  const findings = { goldenCases: input.goldenCases };
  return sealBundle(context, key, buildManifest(name, files), files, { run, source, materials, findings });
}
