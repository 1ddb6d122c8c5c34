import { findVersions, getVersion, listSplits } from '../data/index.ts';
import { plural } from '../kernel/figures.ts';
import type { Context } from '../store/ports.ts';
import { listReaders } from '../tracking/index.ts';
import { versionsTrainedOn } from './read-lineage.ts';
import type { DatasetVersionDetails } from './read-schema.ts';

const RUNS_SHOWN = 20;

/** A dataset version with its splits, what it was made from and what was made of it. Throws DATASET_NOT_FOUND. */
export async function readDatasetVersion(
  context: Context,
  dataset: string,
  number: number,
): Promise<DatasetVersionDetails> {
  const version = await getVersion(context, `${dataset}@${number}`);
  return {
    ...version,
    splits: await listSplits(context, version.digest),
    origins: await readOrigins(context, version.madeFrom),
    usedBy: {
      runs: await listReaders(context, version.digest, RUNS_SHOWN),
      models: await versionsTrainedOn(context, version.digest),
    },
  };
}

async function readOrigins(
  context: Context,
  digests: readonly string[],
): Promise<DatasetVersionDetails['origins']> {
  const versions = await findVersions(context, digests);
  return digests.map((digest) => {
    const version = versions.find((candidate) => candidate.digest === digest);
    if (version === undefined) return { digest, label: 'predictions and their labels', to: null };
    const { dataset, number, rows } = version;
    const label = `${dataset} version ${number}, ${plural(rows, 'row')}`;
    return { digest, label, to: { kind: 'dataset-version', dataset, number } };
  });
}
