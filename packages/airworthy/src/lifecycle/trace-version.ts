import { describeSplit, listSplits } from '../data/index.ts';
import { count, plural } from '../kernel/figures.ts';
import type { DeploymentRecord } from '../serving/index.ts';
import type { Context } from '../store/ports.ts';
import { findRun, type Run } from '../tracking/index.ts';
import { type Origin, readOrigins } from './read-lineage.ts';
import type { LineageStep, ModelVersionItem } from './read-schema.ts';

/** From files and labels to what serves: every step that a model version came through, in order. */
export async function traceVersion(
  context: Context,
  version: ModelVersionItem,
  deployments: readonly DeploymentRecord[],
): Promise<LineageStep[]> {
  const run = version.run
    ? await findRun(context.store.database.sql, context.project, version.run)
    : undefined;
  const origins = version.bundle === null ? [] : await readOrigins(context, version.bundle);
  return [
    ...stepsOfData(origins),
    ...(await stepsOfSplits(context, run, origins)),
    ...(run ? stepsOfRun(run) : []),
    ...stepsOfModel(version),
    ...[...deployments].reverse().map(stepOfDeployment),
  ];
}

const BASICS = { digest: null, at: null, endedAt: null, to: null } as const;

/**
 * Of each dataset the newest version that went in: a curated one holds those before it, and there may be one a week.
 * One record of predictions and labels may stand behind several of them.
 */
function stepsOfData(origins: readonly Origin[]): LineageStep[] {
  const digests = new Set(origins.map((origin) => origin.digest));
  const newest = new Map(origins.map((origin) => [origin.dataset, origin]));
  const told = new Set<string>();
  return [...newest.values()].flatMap((origin) => {
    const records = origin.madeFrom.filter((digest) => !digests.has(digest) && !told.has(digest));
    for (const digest of records) told.add(digest);
    return [...stepsOfSource(origin, records), stepOfVersion(origin)];
  });
}

/** The files it was read from, or the predictions and labels it was made of. */
function stepsOfSource({ source }: Origin, records: readonly string[]): LineageStep[] {
  const label = source.source.join(', ');
  if (source.files.length > 0) {
    const excluded = source.filters.reduce((sum, filter) => sum + filter.excluded, 0);
    const detail = `${plural(source.rowsRead, 'row')} read, ${count(excluded)} left out by filters`;
    return [{ ...BASICS, kind: 'files', label, detail }];
  }
  const detail = 'which ones, by its lineage record';
  return records.map((digest) => ({ ...BASICS, kind: 'feedback', label, detail, digest }));
}

function stepOfVersion({ dataset, number, rows, digest, createdAt, erased }: Origin): LineageStep {
  return {
    ...BASICS,
    kind: 'dataset-version',
    label: `${dataset} version ${number}`,
    detail: erased ? `${plural(rows, 'row')}; contains rows erased since` : plural(rows, 'row'),
    digest,
    at: createdAt,
    to: { kind: 'dataset-version', dataset, number },
  };
}

async function stepsOfSplits(
  context: Context,
  run: Run | undefined,
  origins: readonly Origin[],
): Promise<LineageStep[]> {
  const used = new Set(run?.inputs.filter((input) => input.kind === 'split').map((input) => input.digest));
  const splits = await Promise.all(origins.map((origin) => listSplits(context, origin.digest)));
  return splits
    .flat()
    .filter((split) => used.has(split.digest))
    .map((split) => ({
      ...BASICS,
      kind: 'split',
      label: `split ${describeSplit(split)}`,
      detail: `${plural(split.roles.train, 'row')} to train on, ${count(split.roles.test)} held back`,
      digest: split.digest,
    }));
}

function stepsOfRun({ id, name, source, startedAt, endedAt }: Run): LineageStep[] {
  const commit = source?.commit;
  return [
    ...(commit
      ? [
          {
            ...BASICS,
            kind: 'commit' as const,
            label: `commit ${commit.slice(0, 12)}`,
            detail: source.dirty ? 'with uncommitted changes' : 'as it was committed',
            digest: commit,
          },
        ]
      : []),
    {
      ...BASICS,
      kind: 'run',
      label: `run ${id.slice(0, 12)}`,
      detail: name,
      at: endedAt ?? startedAt,
      to: { kind: 'run', run: id },
    },
  ];
}

function stepsOfModel({ model, number, bundle, aliases, createdAt }: ModelVersionItem): LineageStep[] {
  const to = { kind: 'model-version', model, number } as const;
  return [
    ...(bundle === null
      ? []
      : [
          {
            ...BASICS,
            kind: 'bundle' as const,
            label: `bundle ${bundle.slice(0, 12)}`,
            detail: 'packed with its evidence',
            digest: bundle,
            at: createdAt,
            to,
          },
        ]),
    {
      ...BASICS,
      kind: 'model-version',
      label: `${model} version ${number}`,
      detail: aliases.length === 0 ? 'no alias points to it' : aliases.join(', '),
      at: createdAt,
      to,
    },
  ];
}

function stepOfDeployment({ endpoint, reason, actor, startedAt, endedAt }: DeploymentRecord): LineageStep {
  return {
    ...BASICS,
    kind: 'deployment',
    label: endpoint,
    detail: reason === '' ? `by ${actor}` : `by ${actor}: ${reason}`,
    at: startedAt,
    endedAt,
    to: { kind: 'endpoint', endpoint },
  };
}
