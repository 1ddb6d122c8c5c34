import type { DatasetVersion } from '../../data/index.ts';
import { getVersion } from '../../data/index.ts';
import { plural } from '../../kernel/figures.ts';
import { type TrainedModel, trainedModels } from '../../registry/index.ts';
import type { Context } from '../../store/ports.ts';
import type { ErasureJournal } from './erasure-journal.ts';
import { ErasedCounts, type ErasureReport } from './schema.ts';

type Dataset = ErasureReport['datasets'][number];
type Kept = ErasureReport['kept'][number];

/** What an erasure did, from its journal; what is kept beyond it is added to `kept`. */
export async function buildReport(
  context: Context,
  journal: ErasureJournal,
  counts: Readonly<Record<string, number>>,
  datasets: readonly Dataset[],
): Promise<ErasureReport> {
  const { id, commitment, reason, actor, started_at } = journal.row;
  const models = await trainedModels(
    context,
    datasets.map(({ digest }) => digest),
  );
  return {
    ...{ id, project: context.project, person: commitment, reason, actor },
    ...{ startedAt: Number(started_at), endedAt: context.clock.now() },
    erased: ErasedCounts.parse(
      Object.fromEntries(Object.keys(ErasedCounts.shape).map((kind) => [kind, counts[kind] ?? 0])),
    ),
    ids: await journal.digestIds(),
    datasets: [...datasets],
    models: models.map((model) => ({ ...model, todo: todoFor(model) })),
    kept: [
      ...models.map(keptBundle),
      ...(await keptArtifacts(context, datasets)),
      ...(await keptElsewhere(context, journal, counts)),
    ],
  };
}

/** The versions that an erasure has ended. */
export async function erasedDatasets(context: Context, journal: ErasureJournal): Promise<Dataset[]> {
  const datasets: Dataset[] = [];
  for await (const digests of journal.pages('version'))
    for (const digest of digests) datasets.push(toDataset(await getVersion(context, digest)));
  return datasets.sort((a, b) =>
    a.dataset === b.dataset ? a.number - b.number : a.dataset < b.dataset ? -1 : 1,
  );
}

export function toDataset({ dataset, number, digest, erased }: DatasetVersion): Dataset {
  return { dataset, number, digest, rows: erased?.rows ?? 0, successor: erased?.successor ?? null };
}

function todoFor({ endpoints, versions }: TrainedModel): string {
  if (endpoints.length > 0)
    return `It serves at ${endpoints.join(', ')}: train on the successor of its data and promote what comes of it.`;
  const named = versions.filter(({ aliases }) => aliases.length > 0);
  if (named.length > 0) return 'An alias points to it: move the alias to a model trained without these rows.';
  return 'Nothing serves it: do not promote it again, and delete its bundle, or the adapter it is, where you need no evidence of it.';
}

function keptBundle({ bundle }: TrainedModel): Kept {
  return {
    what: `bundle ${bundle}`,
    why: 'A model learnt from rows of the person; its weights, reference profile and golden pairs may show some of them. A signed bundle cannot be changed.',
  };
}

/** What runs made of the rows: models above all, packed or not. */
async function keptArtifacts({ project, store }: Context, datasets: readonly Dataset[]): Promise<Kept[]> {
  if (datasets.length === 0) return [];
  const digests = datasets.map(({ digest }) => digest);
  const artifacts = await store.database.sql
    .selectFrom('run_input')
    .innerJoin('artifact', (join) =>
      join.onRef('artifact.project', '=', 'run_input.project').onRef('artifact.owner', '=', 'run_input.run'),
    )
    .select(['run_input.run', 'artifact.path', 'artifact.digest'])
    .distinct()
    .where('run_input.project', '=', project)
    .where('run_input.digest', 'in', digests)
    .orderBy('run_input.run')
    .orderBy('artifact.path')
    .execute();
  return artifacts.map(({ run, path, digest }) => ({
    what: `artifact ${path} of run ${run}, sha256 ${digest}`,
    why: 'The run read rows of the person; what it made of them may show some. Delete the run where you need no evidence of it.',
  }));
}

async function keptElsewhere(
  context: Context,
  journal: ErasureJournal,
  counts: Readonly<Record<string, number>>,
): Promise<Kept[]> {
  const kept: Kept[] = [
    {
      what: 'sums',
      why: 'Counts and averages over many (windows of monitoring, metrics, scores, verdicts) stay as they are: they tell of nobody.',
    },
  ];
  const files = await caseFiles(context, await journal.evaluations());
  if (files.length > 0)
    kept.push({
      what: `files of the project: ${files.join(', ')}`,
      why: 'Suites read their cases from, and record answers beside, files under version control, which are yours to change.',
    });
  if ((counts.queueItems ?? 0) > 0)
    kept.push({
      what: 'entries of the audit trail about review items',
      why: 'Each entry holds the hash of the one before: none can be changed. They name ids and what was decided, no content of a trace.',
    });
  return kept;
}

async function caseFiles({ project, store }: Context, evaluations: readonly string[]): Promise<string[]> {
  if (evaluations.length === 0) return [];
  const rows = await store.database.sql
    .selectFrom('suite_evaluation')
    .select('spec_json')
    .where('project', '=', project)
    .where('id', 'in', evaluations)
    .execute();
  const files = rows.map(({ spec_json }) => String((JSON.parse(spec_json) as { file?: unknown }).file ?? ''));
  return [...new Set(files)].filter((file) => file !== '').sort();
}

/** In a sentence. */
export function summarise({ erased, models, datasets }: ErasureReport): string {
  return [
    plural(erased.traces, 'trace'),
    plural(erased.predictions, 'prediction'),
    plural(erased.datasetRows, 'dataset row'),
    `${plural(datasets.length, 'dataset version')} ended`,
    `${plural(models.length, 'model')} trained on them`,
  ].join(', ');
}
