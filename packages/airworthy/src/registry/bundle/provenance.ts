import type { RunSource } from '../../tracking/index.ts';
import type { Manifest } from '../schema.ts';
import type { Parity } from '../scoring/parity.ts';
import { readRuntimeClosure } from './installed-packages.ts';
import { FILE } from './manifest.ts';
import type { PackInput } from './pack-input.ts';

export interface ProvenanceInput {
  manifest: Manifest;
  /** Of the manifest: the bundle's. */
  digest: string;
  project: string;
  input: PackInput;
  source: RunSource;
  parity: Parity;
}

/**
 * Who made a bundle out of what, as an in-toto statement (v1) with SLSA provenance (v1). Its subjects are all
 * files of the bundle. It holds no time: those of the run and of the packing are in the records.
 */
export async function buildStatement(given: ProvenanceInput): Promise<Record<string, unknown>> {
  const [own] = await readRuntimeClosure();
  const { manifest, digest, project, parity } = given;
  const { run } = given.input;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [...manifest.files, { path: FILE.manifest, sha256: digest }].map((file) => ({
      name: file.path,
      digest: { sha256: file.sha256 },
    })),
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:airworthy:bundle:1',
        externalParameters: { project, experiment: run.experiment },
        internalParameters: {
          node: process.version,
          platform: `${process.platform}-${process.arch}`,
          parity,
        },
        resolvedDependencies: resolvedDependencies(given),
      },
      runDetails: {
        builder: { id: 'urn:airworthy', version: { airworthy: own.version } },
        metadata: { invocationId: run.id },
      },
    },
  };
}

function resolvedDependencies({ input, source }: ProvenanceInput): Record<string, unknown>[] {
  const { version, split } = input;
  const dependencies: Record<string, unknown>[] = [
    { name: `dataset/${version.dataset}`, digest: { sha256: version.digest } },
    { name: 'split', digest: { sha256: split.digest } },
  ];
  if (source.commit) {
    dependencies.push({
      name: 'source',
      ...(source.remote ? { uri: `git+${source.remote}` } : {}),
      digest: { gitCommit: source.commit },
      annotations: { dirty: source.dirty, diffDigest: source.diffDigest },
    });
  }
  if (source.lockFile)
    dependencies.push({ name: source.lockFile.name, digest: { sha256: source.lockFile.digest } });
  return dependencies;
}
