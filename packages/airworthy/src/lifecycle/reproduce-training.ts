import { findVersions, getVersion, listSplits } from '../data/index.ts';
import { canonicalJson } from '../kernel/canonical-json.ts';
import { AirworthyError } from '../kernel/errors.ts';
import { idFromContent, newId } from '../kernel/ids.ts';
import type { Project } from '../project/load-project.ts';
import type { Context } from '../store/ports.ts';
import {
  compareFacts,
  type Difference,
  judgeReproduction,
  type ReproduceConfig,
  type Reproduction,
  type RunDetails,
  recordReproduction,
} from '../tracking/index.ts';
import { chooseTask, TrainingConfig } from '../training/index.ts';
import type { TrainingData } from './ship-data.ts';
import { toParams, trainingIdentity, trainRun } from './ship-training.ts';
import { readTrainingSettings } from './train-candidate.ts';

const PREFIX = 'training.';

/** Was this run made by `airworthy ship`? */
export function isTrainingRun({ inputs }: Pick<RunDetails, 'inputs'>): boolean {
  return inputs.some(({ kind }) => kind === 'dataset-version') && inputs.some(({ kind }) => kind === 'split');
}

/**
 * Trains again what a training run trained, from the dataset version, split and settings on record, and keeps the verdict
 * with both runs. Throws REPRODUCTION_IMPOSSIBLE where the settings cannot be read back from its params.
 */
export async function reproduceTraining(
  context: Context,
  project: Project,
  original: RunDetails,
  config: ReproduceConfig,
): Promise<Reproduction> {
  const { data, recorded, settings, differences } = await planTraining(context, project, original);
  const run = newId();
  await trainRun(context, recorded, data, { run, settings, reproduces: original.id });
  const verdict = await judgeReproduction(context, original.id, run, {
    config,
    differences,
    notes: notesOn(original, data, settings),
  });
  return recordReproduction(context, original.id, run, verdict);
}

export interface TrainingPlan {
  data: TrainingData;
  /** The project with the settings on record. */
  recorded: Project;
  settings: object;
  /** Between the record and the project's config, and between the files of a program then and now. */
  differences: Difference[];
}

/** What training a run again takes; trains nothing. Throws as `reproduceTraining`. */
export async function planTraining(
  context: Context,
  project: Project,
  original: RunDetails,
): Promise<TrainingPlan> {
  const training = readBack(original);
  const recorded = { ...project, config: { ...project.config, training } };
  const settings = await readTrainingSettings(recorded);
  const data = await readData(context, original, training);
  const now = toParams({ ...settings, split: data.split.spec });
  return { data, recorded, settings, differences: compareParams(original.params, now) };
}

async function readData(
  context: Context,
  { id, inputs }: RunDetails,
  training: TrainingConfig,
): Promise<TrainingData> {
  const digestOf = (kind: string) => inputs.find((input) => input.kind === kind)?.digest ?? '';
  const [summary] = await findVersions(context, [digestOf('dataset-version')]);
  if (!summary) throw impossible(id, 'the dataset version it was trained on is gone');
  const version = await getVersion(context, `${summary.dataset}@${summary.number}`);
  const split = (await listSplits(context, version.digest)).find(
    ({ digest }) => digest === digestOf('split'),
  );
  if (!split) throw impossible(id, 'the split of its rows is gone');
  return { version, split, task: chooseTask(version, training.task) };
}

/** The settings, as the params have them by path. What they would be recorded as again must be what is on record. */
function readBack({ id, params }: RunDetails): TrainingConfig {
  const own = Object.entries(params).filter(([key]) => key.startsWith(PREFIX));
  const nested: Nested = {};
  for (const [key, text] of own) put(nested, key.slice(PREFIX.length).split('.'), readValue(text));
  const parsed = TrainingConfig.safeParse(nested);
  const again = parsed.success ? printed(toParams({ training: parsed.data })) : undefined;
  if (again && canonicalJson(again) === canonicalJson(Object.fromEntries(own)))
    return parsed.data as TrainingConfig;
  throw impossible(id, 'its settings cannot be read back from its params');
}

interface Nested {
  [key: string]: unknown;
}

function put(target: Nested, [key, ...rest]: string[], value: unknown): void {
  if (rest.length === 0) target[key] = value;
  else {
    target[key] ??= {};
    put(target[key] as Nested, rest, value);
  }
}

/** Params are text: numbers, booleans and lists are read as what they were. */
function readValue(text: string): unknown {
  if (!/^(-?\d|true$|false$|null$|\[)/.test(text)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function printed(params: Record<string, string | number | boolean>): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, String(value)]));
}

function compareParams(before: Record<string, string>, now: ReturnType<typeof toParams>): Difference[] {
  return compareFacts('setting', before, printed(now)).map((difference) =>
    difference.name.startsWith('files.') ? { ...difference, kind: 'source' } : difference,
  );
}

function notesOn(original: RunDetails, data: TrainingData, settings: object): string[] {
  return idFromContent(trainingIdentity(data, settings)) === original.id
    ? []
    : ['the run was made by another revision of the training code, or by other means than `airworthy ship`'];
}

function impossible(run: string, why: string): AirworthyError {
  return new AirworthyError('REPRODUCTION_IMPOSSIBLE', {
    message: `run "${run}" cannot be trained again: ${why}`,
  });
}
