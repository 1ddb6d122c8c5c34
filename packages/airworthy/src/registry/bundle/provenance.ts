import type { Run, RunSource } from '../../tracking/index.ts';
import type { Manifest } from '../schema.ts';
import { readRuntimeClosure } from './installed-packages.ts';
import { FILE } from './manifest.ts';

export interface ProvenanceInput {
  manifest: Manifest;
  /** Of the manifest: the bundle's. */
  digest: string;
  project: string;
  run: Pick<Run, 'id' | 'experiment'>;
  /** What it was made of, beside the source. */
  materials: Material[];
  source: RunSource;
  /** What was found when it was packed. */
  findings: Record<string, unknown>;
}

export interface Material {
  name: string;
  digest: { sha256: string };
}

/**
 * Who made a bundle out of what, as an in-toto statement (v1) with SLSA provenance (v1). Its subjects are all
 * files of the bundle. It holds no time: those of the run and of the packing are in the records.
 */
export async function buildStatement(given: ProvenanceInput): Promise<Record<string, unknown>> {
  const [own] = await readRuntimeClosure();
  const { manifest, digest, project, run, findings } = given;
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
          ...findings,
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

function resolvedDependencies({ materials, source }: ProvenanceInput): object[] {
  const dependencies: object[] = [...materials];
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
