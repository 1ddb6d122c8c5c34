import { AirworthyError } from '../../kernel/errors.ts';
import { createModel, createVersion, findAlias, setAlias, transitionStage } from '../../registry/index.ts';
import { count } from './import-report.ts';
import { type Importer, isImported, listImported, markImported } from './importer.ts';
import type { SourceModel, SourceVersion } from './source.ts';

const PROMPT_TAG = 'mlflow.prompt.is_prompt';
/** Where a version's files lay there, when they cannot be named from here. */
const SOURCE_TAG = 'airworthy.imported.source';
/** What a version whose files cannot be named says instead. */
const NO_SOURCE = 'imported:elsewhere';

/** The number of a version here, by the one it has there. */
type Numbers = Map<number, number>;

/** Brings the registered models and prompts with their versions and aliases. Aliases that are set here stay as they are. */
export async function importModels(importer: Importer): Promise<void> {
  const brought = await versionsBrought(importer);
  for await (const model of importer.source.models()) {
    const kind = model.tags[PROMPT_TAG] === 'true' ? 'prompts' : 'models';
    if (await isImported(importer, kind, model.name)) count(importer.report.present, kind);
    else await importModel(importer, kind, model, brought.get(model.name) ?? new Map());
  }
}

/** By model, the number here by the one there, of versions that a call which was broken off brought. */
async function versionsBrought(importer: Importer): Promise<Map<string, Numbers>> {
  const brought = new Map<string, Numbers>();
  for (const id of await listImported(importer, 'versions')) {
    const [, name = '', there, here] = /^(.*)@(\d+)=(\d+)$/s.exec(id) ?? [];
    const numbers = brought.get(name) ?? new Map();
    brought.set(name, numbers.set(Number(there), Number(here)));
  }
  return brought;
}

async function importModel(
  importer: Importer,
  kind: string,
  model: SourceModel,
  numbers: Numbers,
): Promise<void> {
  const { context } = importer;
  const { name, description, tags, createdAt } = model;
  await createModel(context, { name, description, tags, createdAt }).catch(allowExisting);
  await importVersions(importer, model, numbers);
  for (const [alias, there] of Object.entries(model.aliases)) {
    const version = numbers.get(there);
    const own = await findAlias(context, name, alias);
    if (version === undefined) count(importer.report.leftOut, 'aliases of deleted versions');
    else if (own !== undefined && own.number !== version)
      count(importer.report.leftOut, 'aliases that are set here');
    else await setAlias(context, { model: name, alias, version, reason: 'imported from MLflow' });
  }
  await markImported(importer, kind, name);
}

/** Brings a model's versions; adds the number each has here, which is another one where its own was taken. */
async function importVersions(
  importer: Importer,
  { name, versions }: SourceModel,
  numbers: Numbers,
): Promise<void> {
  for (const version of versions) {
    if (numbers.has(version.number)) continue;
    const here = await importVersion(importer, name, version);
    numbers.set(version.number, here);
    await markImported(importer, 'versions', `${name}@${version.number}=${here}`);
    if (here !== version.number)
      importer.report.renumbered.push({ name: `${name} version`, from: String(version.number), to: here });
  }
}

/** Brought by a call that was broken off, or made here under the same name. */
function allowExisting(error: unknown): void {
  if (!AirworthyError.is(error) || error.code !== 'MODEL_EXISTS') throw error;
}

async function importVersion(importer: Importer, model: string, version: SourceVersion): Promise<number> {
  const { context, report } = importer;
  const known = sourceHere(version);
  if (known === undefined && version.tags[PROMPT_TAG] !== 'true')
    count(report.leftOut, 'sources of versions');
  const created = await createVersion(context, {
    model,
    source: known ?? NO_SOURCE,
    run: version.run,
    loggedModel: version.loggedModel,
    runLink: version.runLink,
    description: version.description,
    tags: known === undefined ? { ...version.tags, [SOURCE_TAG]: version.source } : version.tags,
    number: version.number,
    createdAt: version.createdAt,
  });
  if (version.stage !== created.stage)
    await transitionStage(context, model, created.number, { stage: version.stage, archiveExisting: false });
  return created.number;
}

/** The address of a version's files that holds here too: of a logged model, of a run, or in an object store. */
function sourceHere({ source, loggedModel, tags }: SourceVersion): string | undefined {
  if (tags[PROMPT_TAG] === 'true') return source;
  if (loggedModel !== null) return `models:/${loggedModel}`;
  return /^(runs|s3|gs|abfss|wasbs|https?|dbfs|hdfs):/i.test(source) ? source : undefined;
}
