import { AirworthyError } from '../../kernel/errors.ts';
import type { Table } from '../../models/table.ts';
import {
  accumulateEffects,
  centredCurves,
  effectBin,
  effectEdges,
  gridOf,
  pointMeans,
  pointRanges,
} from '../../stats/explain/curves.ts';
import type { Context } from '../../store/ports.ts';
import { type Aspect, aspectsOf, aspectValues, setAspect } from './aspects.ts';
import { type Explained, type ExplainRequest, predictionUnits } from './explain-request.ts';
import { MOST_ROWS, type ModelQuestions, openQuestions } from './model-questions.ts';
import type { AleResult, IceResult, PdpResult } from './schema.ts';
import { rawOf, repeatTable } from './tables.ts';

const MOST_POINTS = 100;
const MOST_CATEGORIES = 30;
const EFFECT_BINS = 20;
/** Of the rows' curves, which share the band around their mean holds. */
const BAND = 0.8;

const UNLIKELY =
  'Every row is given every value of the field, also ones that never occur together with the row’s others: where fields are correlated, accumulated local effects (ale) are the safer picture.';

interface Curve {
  aspect: Aspect;
  grid: Float64Array;
  /** Grid points x rows. */
  predictions: Float64Array;
}

/** Partial dependence: the mean prediction with a field set to each of its values. */
export async function drawDependence(context: Context, request: ExplainRequest): Promise<Explained> {
  const { curves, calls } = await predictCurves(context, request);
  const fields = curves.map(({ aspect, grid, predictions }): PdpResult['fields'][number] => {
    const { low, high } = pointRanges(predictions, grid.length, BAND);
    const average = [...pointMeans(predictions, grid.length)];
    return { ...shownGrid(aspect, grid, request.rows), average, low: [...low], high: [...high] };
  });
  const units = predictionUnits(request.model);
  const result: PdpResult = { kind: 'pdp', units, n: request.rows.rows, fields };
  return { result, calls, caveats: [UNLIKELY], backgroundRows: 0 };
}

/** Individual conditional expectation: the curve of each row, less its own start. */
export async function drawIndividual(context: Context, request: ExplainRequest): Promise<Explained> {
  const { curves, calls } = await predictCurves(context, request);
  const fields = curves.map(({ aspect, grid, predictions }): IceResult['fields'][number] => {
    const start = predictions.subarray(0, request.rows.rows);
    const first = start.reduce((sum, value) => sum + value, 0) / start.length;
    return {
      ...shownGrid(aspect, grid, request.rows),
      average: Array.from(pointMeans(predictions, grid.length), (value) => value - first),
      curves: centredCurves(predictions, grid.length).map((curve, row) => ({
        row: request.numbers[row],
        start: curve.start,
        values: [...curve.values],
      })),
    };
  });
  const units = predictionUnits(request.model);
  const result: IceResult = { kind: 'ice', units, n: request.rows.rows, fields };
  return { result, calls, caveats: [UNLIKELY], backgroundRows: 0 };
}

async function predictCurves(
  context: Context,
  { model, rows, scorer, output, spec }: ExplainRequest,
): Promise<{ curves: Curve[]; calls: Explained['calls'] }> {
  const grids = aspectsOf(model, spec.fields)
    .map((aspect) => ({ aspect, grid: gridOfAspect(aspect, rows) }))
    .filter(({ grid }) => grid.length > 0);
  const planned = grids.reduce((sum, { grid }) => sum + grid.length * rows.rows, 0);
  const questions = openQuestions(context, { scorer, output, planned, cap: spec.maxCalls });
  const curves: Curve[] = [];
  for (const { aspect, grid } of grids) {
    const predictions = new Float64Array(grid.length * rows.rows);
    const block = Math.max(1, Math.floor(MOST_ROWS / rows.rows));
    for (let start = 0; start < grid.length; start += block) {
      const points = grid.subarray(start, start + block);
      predictions.set(await predictAt(model.fields, rows, aspect, points, questions), start * rows.rows);
    }
    curves.push({ aspect, grid, predictions });
  }
  questions.end();
  return { curves, calls: questions.calls() };
}

/** Predictions of all rows at each point. */
function predictAt(
  fields: ExplainRequest['model']['fields'],
  rows: Table,
  aspect: Aspect,
  points: Float64Array,
  questions: ModelQuestions,
): Promise<Float64Array> {
  const own = rawOf(rows.columns[aspect.field.name]);
  const table = repeatTable(rows, fields, points.length, aspect.field.name, (raw) => {
    for (let at = 0; at < raw.length; at++)
      raw[at] = setAspect(aspect, own[at % rows.rows], points[Math.floor(at / rows.rows)]);
  });
  return questions.ask(table);
}

/** A category's values are its most frequent ones, a number's as `gridOf` says. */
function gridOfAspect(aspect: Aspect, rows: Table): Float64Array {
  const values = aspectValues(aspect, rows);
  if (aspect.field.kind !== 'category') return gridOf(values, MOST_POINTS);
  const counts = new Map<number, number>();
  for (const code of values) if (!Number.isNaN(code)) counts.set(code, (counts.get(code) ?? 0) + 1);
  const frequent = [...counts].sort(([a, rowsOfA], [b, rowsOfB]) => rowsOfB - rowsOfA || a - b);
  return Float64Array.from(frequent.slice(0, MOST_CATEGORIES), ([code]) => code);
}

function shownGrid({ name, field, part }: Aspect, grid: Float64Array, rows: Table) {
  const column = rows.columns[field.name];
  const scale =
    field.kind === 'category' ? 'category' : field.kind === 'timestamp' && part === null ? 'time' : 'number';
  return {
    field: name,
    scale: scale as 'category' | 'time' | 'number',
    grid: Array.from(grid, (value) => (column.kind === 'category' ? column.categories[value] : value)),
  };
}

/** Accumulated local effects: how the prediction changes along a field, among rows that have such values. */
export async function drawEffects(context: Context, request: ExplainRequest): Promise<Explained> {
  const { model, rows, scorer, output, spec } = request;
  const plans: { aspect: Aspect; values: Float64Array; edges: Float64Array }[] = [];
  const skipped: AleResult['skipped'] = [];
  for (const aspect of aspectsOf(model, spec.fields)) {
    const values = aspectValues(aspect, rows);
    const edges = effectEdges(values, EFFECT_BINS);
    const reason = noEffect(aspect, edges);
    if (reason === null) plans.push({ aspect, values, edges });
    else skipped.push({ field: aspect.name, reason });
  }
  if (plans.length === 0) {
    throw new AirworthyError('EXPLANATION_NOT_POSSIBLE', {
      message: `${skipped[0]?.field ?? 'no field'}: ${skipped[0]?.reason ?? 'there is nothing to look at'}`,
      remedy: 'Use --method pdp.',
    });
  }
  const planned = plans.length * 2 * rows.rows;
  const questions = openQuestions(context, { scorer, output, planned, cap: spec.maxCalls });
  const fields: AleResult['fields'] = [];
  for (const { aspect, values, edges } of plans) {
    const { effect, counts } = await effectsAlong(request, aspect, values, edges, questions);
    fields.push({ ...shownGrid(aspect, edges, rows), effect: [...effect], counts: [...counts] });
  }
  questions.end();
  const result: AleResult = { kind: 'ale', units: predictionUnits(model), n: rows.rows, fields, skipped };
  return { result, calls: questions.calls(), caveats: [], backgroundRows: 0 };
}

function noEffect({ field }: Aspect, edges: Float64Array): string | null {
  if (field.kind === 'category')
    return 'a category has no order to accumulate along: see its partial dependence';
  return edges.length < 2 ? 'all rows have the same value' : null;
}

async function effectsAlong(
  { model, rows }: ExplainRequest,
  aspect: Aspect,
  values: Float64Array,
  edges: Float64Array,
  questions: ModelQuestions,
): Promise<{ effect: Float64Array; counts: Int32Array }> {
  const known = Int32Array.from(values.keys()).filter((row) => !Number.isNaN(values[row]));
  const bins = Int32Array.from(known, (row) => effectBin(edges, values[row]));
  const own = rawOf(rows.columns[aspect.field.name]);
  const at = (edge: 0 | 1): Promise<Float64Array> => {
    const moved = repeatTable(rows, model.fields, 1, aspect.field.name, (raw) => {
      raw.set(own);
      for (const [place, row] of known.entries())
        raw[row] = setAspect(aspect, own[row], edges[bins[place] + edge]);
    });
    return questions.ask(moved);
  };
  const [lower, upper] = [await at(0), await at(1)];
  const ofKnown = (predictions: Float64Array) => Float64Array.from(known, (row) => predictions[row]);
  return accumulateEffects(bins, ofKnown(lower), ofKnown(upper), edges.length - 1);
}
