import { getVersion, listSplits, readTable, type Split } from '../data/index.ts';
import {
  type Explanation,
  ExplanationSpec,
  type ExplanationSpecInput,
  explainRows,
  explanationId,
  findExplanation,
  metricsOf,
  planSample,
  readTarget,
  saveExplanation,
  shareCategories,
} from '../evaluation/index.ts';
import { checkInput } from '../kernel/check-input.ts';
import { AirworthyError } from '../kernel/errors.ts';
import { count } from '../kernel/figures.ts';
import type { Model } from '../models/model.ts';
import { recordsToTable } from '../models/read-record.ts';
import { type Table, targetUnit } from '../models/table.ts';
import type { Project } from '../project/load-project.ts';
import { type OpenScorer, openBundle, openScorer, readBundleFile } from '../registry/index.ts';
import { createRandom } from '../stats/random.ts';
import type { Context } from '../store/ports.ts';
import { takeRows } from '../training/index.ts';
import { resolveModel } from './resolve-model.ts';

/**
 * Explains a packed model on held-back rows of the data it was trained on, or on records: against background rows drawn, with
 * the spec's seed, from its training rows. The same question about the same bundle is answered from the store.
 *
 * @param reference `flight-delays`, `flight-delays@champion`, `flight-delays@3`; without a version, the project's alias.
 * @throws MODEL_NOT_FOUND, EXPLANATION_TOO_COSTLY, EXPLANATION_NOT_POSSIBLE, EXPLANATION_NOT_ADDITIVE, BAD_ARGUMENT.
 * @example
 * const { result } = await explainModel(context, project, 'flight-delays', { method: 'shap', sample: 100 });
 */
export async function explainModel(
  context: Context,
  project: Project,
  reference: string,
  input: ExplanationSpecInput = {},
): Promise<Explanation> {
  const spec = checkInput('explain', ExplanationSpec, input);
  const version = await resolveModel(context, project, reference);
  const id = explanationId(version.bundle, spec);
  const known = await findExplanation(context, id);
  if (known) return known;
  const { model } = await openBundle(context, version.bundle);
  const data = await readData(context, version.bundle);
  const readOnnx = () => readBundleFile(context, version.bundle, 'model.onnx');
  await using scorer = await openScorer(model, readOnnx, { signal: context.signal });
  const { rows, numbers, measured } = await chooseRows(context, project, model, data, spec);
  const [background, explained] = shareCategories(model.fields, [
    await drawBackground(context, model, data, spec),
    rows,
  ]);
  const output = await chooseOutput(model, spec, scorer, explained);
  const found = await explainRows(context, {
    ...{ spec, model, scorer, background, rows: explained, numbers, output },
    ...(measured ? { measured } : {}),
  });
  const { task } = model;
  const explanation: Explanation = {
    ...{ id, model: version.model, version: version.number, bundle: version.bundle, spec },
    class: task.kind === 'regression' ? null : task.classes[task.kind === 'binary' ? 1 : output],
    unit: targetUnit(task) ?? null,
    dataset: { name: data.version.dataset, version: data.version.digest },
    ...found,
    createdAt: context.clock.now(),
  };
  await saveExplanation(context, explanation);
  return explanation;
}

type Data = Awaited<ReturnType<typeof readData>>;

/** The dataset version and split that the bundle says it was trained and judged on. */
async function readData(context: Context, bundle: string) {
  const bytes = await readBundleFile(context, bundle, 'datasets.json');
  const described = JSON.parse(bytes.toString('utf8')) as {
    datasets: { digest: string }[];
    split: Pick<Split, 'digest'>;
  };
  const version = await getVersion(context, described.datasets[0].digest);
  const split = (await listSplits(context, version.digest)).find(
    ({ digest }) => digest === described.split.digest,
  );
  if (split) return { version, split };
  throw new AirworthyError('DATASET_NOT_FOUND', {
    message: `the split ${described.split.digest.slice(0, 12)} of "${version.dataset}" ${version.number} is not in this data folder`,
  });
}

async function drawBackground(
  context: Context,
  { fields }: Model,
  { version, split }: Data,
  spec: ExplanationSpec,
): Promise<Table> {
  const columns = fields.map(({ name }) => name);
  const training = await readTable(context, version, { columns, split, role: 'train' });
  const wanted = planSample(spec).background;
  return takeRows(training, drawRows(training.rows, wanted, `${spec.seed}/background`));
}

/** So many of the rows, ascending; all where there are no more. */
function drawRows(rows: number, wanted: number, seed: string): Int32Array {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  if (rows <= wanted) return order;
  createRandom(seed).shuffle(order);
  return order.slice(0, wanted).sort();
}

async function chooseRows(
  context: Context,
  project: Project,
  model: Model,
  { version, split }: Data,
  spec: ExplanationSpec,
) {
  if (spec.records) {
    const table = recordsToTable(model.fields, spec.records);
    return { rows: table, numbers: spec.records.map(() => null) };
  }
  const columns = [...model.fields.map(({ name }) => name), model.task.target];
  const heldBack = await readTable(context, version, { columns, split, role: 'test' });
  const places = spec.rows
    ? namedRows(spec.rows, heldBack.rows)
    : drawRows(heldBack.rows, planSample(spec, model).rows, `${spec.seed}/rows`);
  const rows = takeRows(heldBack, places);
  if (spec.method !== 'permutation') return { rows, numbers: [...places] };
  const [metric] = spec.metric ? [spec.metric] : metricsOf(project.config.evaluation, model.task);
  return { rows, numbers: [...places], measured: { metric, y: readTarget(rows, model.task) } };
}

function namedRows(rows: readonly number[], known: number): Int32Array {
  const beyond = rows.find((row) => row >= known);
  if (beyond === undefined) return Int32Array.from(rows);
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `there is no held-back row ${beyond}: they are 0 to ${count(known - 1)}`,
    at: 'rows',
  });
}

/** Of many classes the one named, else the one predicted most often. */
async function chooseOutput(
  { task }: Model,
  spec: ExplanationSpec,
  scorer: OpenScorer,
  rows: Table,
): Promise<number> {
  if (spec.class !== undefined) {
    const index = task.kind === 'regression' ? -1 : task.classes.indexOf(spec.class);
    if (task.kind === 'multiclass' && index >= 0) return index;
    if (task.kind === 'binary' && index === 1) return 0;
    throw wrongClass(task, spec.class);
  }
  if (task.kind !== 'multiclass') return 0;
  const scores = await scorer.scoreTable(rows);
  const votes = new Float64Array(scorer.width);
  for (let row = 0; row < rows.rows; row++) {
    const own = scores.subarray(row * scorer.width, (row + 1) * scorer.width);
    votes[own.indexOf(Math.max(...own))]++;
  }
  return votes.indexOf(Math.max(...votes));
}

function wrongClass(task: Model['task'], name: string): AirworthyError {
  const known =
    task.kind === 'regression'
      ? 'the model predicts a number'
      : task.kind === 'binary'
        ? `the probability is that of "${task.classes[1]}"`
        : `the classes are ${task.classes.slice(0, 20).join(', ')}`;
  return new AirworthyError('BAD_ARGUMENT', {
    message: `the class "${name}" cannot be explained: ${known}`,
    at: 'class',
  });
}
