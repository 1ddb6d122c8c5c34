import { setImmediate } from 'node:timers/promises';
import { AirworthyError } from '../../kernel/errors.ts';
import { requireAdditive } from '../../stats/explain/require-additive.ts';
import type { Context } from '../../store/ports.ts';
import { takeRows } from '../../training/index.ts';
import { type Explained, type ExplainRequest, predictionUnits } from './explain-request.ts';
import { DEFAULT_CAP, openQuestions } from './model-questions.ts';
import { attributeNatively, type NativeAttribution } from './native-attribution.ts';
import { defaultSampling, planCoalitions, worthOfCoalitions } from './sampled-attribution.ts';
import type { ShapAlgorithm, ShapResult } from './schema.ts';
import { showRecord } from './tables.ts';

/** Values that were sampled must still add up to this, relative; they do by construction. */
const SAMPLED_TOLERANCE = 1e-6;

const CORRELATED =
  'Fields that move together share what they add between them, and some combinations of their values never occur: read correlated fields as a group.';
const BY_COVER =
  'Path-dependent values let a row go both ways at a split by how many training rows did; the interventional ones, against background rows, can differ much.';
const SAMPLED = 'Values are estimates from a sample of combinations; each has its standard error.';

/** Shapley values of each row's prediction. */
export async function explainShap(context: Context, request: ExplainRequest): Promise<Explained> {
  const algorithm = chooseAlgorithm(request);
  if (algorithm === 'linear' || algorithm.startsWith('tree'))
    return explainNatively(context, request, algorithm);
  return explainBySampling(context, request, algorithm);
}

function chooseAlgorithm({ model, spec }: ExplainRequest): ShapAlgorithm {
  const { kind } = model.estimator;
  const { algorithm } = spec;
  if (algorithm === 'auto') {
    if (kind === 'trees') return 'tree-interventional';
    return kind === 'onnx' ? defaultSampling(model.fields.length) : 'linear';
  }
  if (algorithm.startsWith('tree') && kind !== 'trees') throw unfit(`the model has no trees (${kind})`);
  if (algorithm === 'linear' && kind !== 'linear' && kind !== 'constant')
    throw unfit(`the model is not linear (${kind})`);
  if (algorithm === 'exact' && model.fields.length > 16)
    throw unfit(`${model.fields.length} fields have too many combinations to try them all`);
  return algorithm;
}

function unfit(message: string): AirworthyError {
  return new AirworthyError('EXPLANATION_NOT_POSSIBLE', { message });
}

/** Rows explained before others in this process have a turn. */
const BLOCK = 200;

async function explainNatively(
  context: Context,
  request: ExplainRequest,
  algorithm: ShapAlgorithm,
): Promise<Explained> {
  const all = request.rows;
  const progress = context.progress.start('explain', all.rows, 'rows');
  const blocks: NativeAttribution[] = [];
  for (let start = 0; start < all.rows; start += BLOCK) {
    context.signal?.throwIfAborted();
    const size = Math.min(BLOCK, all.rows - start);
    const rows = takeRows(
      all,
      Int32Array.from({ length: size }, (_, row) => start + row),
    );
    blocks.push(attributeNatively({ ...request, rows }, algorithm));
    progress.advance(start + size);
    await setImmediate();
  }
  progress.end();
  const [{ units, base, features }] = blocks;
  const rows = blocks.flatMap((block) => block.rows);
  const byCover = algorithm === 'tree-path-dependent';
  const result: ShapResult = {
    ...{ kind: 'shap', algorithm, units, base, features },
    rows: rows.map((row, index) => ({ ...shownRow(request, index), ...row })),
    importance: importanceOf(
      features.map(({ name }) => name),
      rows.map(({ values }) => values),
    ),
    residual: Math.max(...blocks.map(({ residual }) => residual)),
    tolerance: Math.min(...blocks.map(({ tolerance }) => tolerance)),
  };
  return {
    result,
    calls: { planned: 0, made: 0, cap: request.spec.maxCalls ?? DEFAULT_CAP },
    caveats: [CORRELATED, ...(byCover ? [BY_COVER] : [])],
    backgroundRows: byCover ? 0 : request.background.rows,
  };
}

function shownRow({ model, rows, numbers }: ExplainRequest, index: number) {
  return { row: numbers[index], record: showRecord(model.fields, rows, index) };
}

async function explainBySampling(
  context: Context,
  request: ExplainRequest,
  algorithm: ShapAlgorithm,
): Promise<Explained> {
  const { model, rows, background, scorer, output, spec } = request;
  const plan = planCoalitions(request, algorithm);
  const planned = rows.rows + background.rows + rows.rows * plan.coalitions.count * background.rows;
  const questions = openQuestions(context, { scorer, output, planned, cap: spec.maxCalls });
  const outputs = await questions.ask(rows);
  const empty = (await questions.ask(background)).reduce((sum, value) => sum + value / background.rows, 0);
  const found = [];
  for (let row = 0; row < rows.rows; row++) {
    const worth = await worthOfCoalitions(request, row, plan.coalitions, questions);
    found.push(plan.solve(worth, { empty, full: outputs[row] }));
  }
  questions.end();
  const values = Float64Array.from(found.flatMap((each) => [...each.values]));
  const added = { base: empty, values, features: model.fields.length, outputs };
  const result: ShapResult = {
    ...{ kind: 'shap', algorithm, units: predictionUnits(model), base: empty },
    features: model.fields.map(({ name }) => ({ name, derived: [] })),
    rows: found.map((each, index) => ({
      ...shownRow(request, index),
      output: outputs[index],
      probability: null,
      values: [...each.values],
      ...(plan.exact ? {} : { errors: [...each.errors] }),
    })),
    importance: importanceOf(
      model.fields.map(({ name }) => name),
      found.map((each) => [...each.values]),
    ),
    ...requireAdditive(added, SAMPLED_TOLERANCE),
  };
  const caveats = [CORRELATED, ...(plan.exact ? [] : [SAMPLED])];
  return { result, calls: questions.calls(), caveats, backgroundRows: background.rows };
}

function importanceOf(names: readonly string[], rows: readonly number[][]): ShapResult['importance'] {
  const meanOf = (at: number, of: (value: number) => number) =>
    rows.reduce((sum, values) => sum + of(values[at]), 0) / rows.length;
  return names
    .map((name, at) => ({ name, meanAbsolute: meanOf(at, Math.abs), mean: meanOf(at, (value) => value) }))
    .sort((a, b) => b.meanAbsolute - a.meanAbsolute);
}
