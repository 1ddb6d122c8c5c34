import { canonicalJson } from '../../kernel/canonical-json.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { sha256 } from '../../kernel/ids.ts';
import { Manifest } from '../schema.ts';

/** Files of a bundle by path. */
export type BundleFiles = ReadonlyMap<string, Uint8Array>;

/** Names of the files that are known by name; the manifest lists all but itself and the envelope. */
export const FILE = {
  manifest: 'manifest.json',
  envelope: 'provenance.dsse.json',
  publicKey: 'public-key.pem',
  model: 'model.json',
  onnx: 'model.onnx',
  signature: 'signature.json',
  referenceProfile: 'reference-profile.json',
  errorModel: 'error-model.json',
  golden: 'golden.json',
  datasets: 'datasets.json',
  evaluation: 'evaluation.json',
  verdicts: 'verdicts.json',
  cardJson: 'card.json',
  cardText: 'card.md',
  sbom: 'sbom.cdx.json',
  lock: 'lock.json',
} as const;

/** The manifest of the files, its bytes, and the bundle's digest, which is theirs. */
export function buildManifest(
  name: string,
  files: BundleFiles,
): { manifest: Manifest; bytes: Buffer; digest: string } {
  const manifest: Manifest = {
    format: 'airworthy-bundle/1',
    name,
    files: [...files]
      .map(([path, content]) => ({ path, sha256: sha256(content), size: content.length }))
      .sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
  const bytes = Buffer.from(canonicalJson(manifest));
  return { manifest, bytes, digest: sha256(bytes) };
}

/** Reads a manifest and makes sure it is the one the bundle is named by. Throws BUNDLE_ALTERED. */
export function parseManifest(digest: string, bytes: Buffer): Manifest {
  if (sha256(bytes) !== digest) {
    throw new AirworthyError('BUNDLE_ALTERED', {
      message: `${FILE.manifest} of bundle ${digest} is not the one that was packed`,
    });
  }
  return Manifest.parse(JSON.parse(bytes.toString('utf8')));
}
