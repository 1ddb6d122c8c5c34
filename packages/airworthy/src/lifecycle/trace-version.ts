import { listSplits, type Split } from '../data/index.ts';
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
  const run = await findRun(context.store.database.sql, context.project, version.run);
  const origins = await readOrigins(context, version.bundle);
  return [
    ...origins.flatMap((origin) => stepsOfData(origin, origins)),
    ...(await stepsOfSplits(context, run, origins)),
    ...(run ? stepsOfRun(run) : []),
    ...stepsOfVersion(version),
    ...[...deployments].reverse().map(stepOfDeployment),
  ];
}

const BASICS = { digest: null, at: null, endedAt: null, to: null } as const;

function stepsOfData(origin: Origin, origins: readonly Origin[]): LineageStep[] {
  const { dataset, number, rows, digest, source, createdAt } = origin;
  const excluded = source.filters.reduce((sum, filter) => sum + filter.excluded, 0);
  const others = origin.madeFrom.filter((from) => !origins.some((known) => known.digest === from));
  const read = `${plural(source.rowsRead, 'row')} read, ${count(excluded)} left out by filters`;
  return [
    ...(source.source.length === 0
      ? []
      : [{ ...BASICS, kind: 'files' as const, label: source.source.join(', '), detail: read }]),
    ...others.map((from) => ({
      ...BASICS,
      kind: 'feedback' as const,
      label: 'predictions and their labels',
      detail: `for ${dataset} version ${number}`,
      digest: from,
    })),
    {
      ...BASICS,
      kind: 'dataset-version',
      label: `${dataset} version ${number}`,
      detail: plural(rows, 'row'),
      digest,
      at: createdAt,
      to: { kind: 'dataset-version', dataset, number },
    },
  ];
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

function describeSplit({ spec }: Split): string {
  if (spec.by === 'moment') return `at ${spec.from} of ${spec.column}`;
  return 'column' in spec ? `by ${spec.by} of ${spec.column}` : `by ${spec.by}`;
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

function stepsOfVersion({ model, number, bundle, aliases, createdAt }: ModelVersionItem): LineageStep[] {
  const to = { kind: 'model-version', model, number } as const;
  return [
    {
      ...BASICS,
      kind: 'bundle',
      label: `bundle ${bundle.slice(0, 12)}`,
      detail: 'packed with its evidence',
      digest: bundle,
      at: createdAt,
      to,
    },
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
