import { AirworthyError } from '../../kernel/errors.ts';
import { bindTable, writeFeature } from '../../models/evaluate-features.ts';
import type { Model } from '../../models/model.ts';
import { type NativeModel, requireNative } from '../../models/native-model.ts';
import { planFeatures } from '../../models/plan-features.ts';
import { type RawRecord, recordsToTable } from '../../models/read-record.ts';
import { readBundleFile } from '../../registry/index.ts';
import { explainLinear } from '../../stats/explain/linear-shap.ts';
import type { Attribution, FeatureRows } from '../../stats/explain/tree-ensemble.ts';
import { explainTreesByCover } from '../../stats/explain/tree-shap.ts';
import type { Context } from '../../store/ports.ts';
import { createCostModel } from '../batching/cost-model.ts';
import { inSlices } from '../records/in-slices.ts';
import type { PredictResult } from './endpoints.ts';
import type { ServedRelease } from './served-release.ts';

type Explanation = NonNullable<PredictResult['explanations']>[number];

/** Explains records of one release within a budget. */
export type RecordExplainer = (
  endpoint: string,
  records: readonly RawRecord[],
  budgetMs: number,
) => Promise<Explanation[]>;

const explainers = new WeakMap<ServedRelease, Promise<RecordExplainer>>();

/**
 * Shapley values of a release's answers, in units of the model's margin (a number predicted; for classes the log-odds):
 * path-dependent for trees, for linear models against the bundle's golden records, as the bundle holds no other rows.
 *
 * @throws EXPLANATION_UNAVAILABLE
 */
export function explainerOf(
  context: Context,
  endpoint: string,
  release: ServedRelease,
): Promise<RecordExplainer> {
  if (release.runtime.kind !== 'native')
    throw new AirworthyError('EXPLANATION_UNAVAILABLE', {
      message: `endpoint "${endpoint}" is answered by a runtime of kind ${release.runtime.kind}, which says nothing of why`,
    });
  const explainer = explainers.get(release) ?? openExplainer(context, release.bundle);
  explainers.set(release, explainer);
  return explainer;
}

async function openExplainer(context: Context, bundle: string): Promise<RecordExplainer> {
  const read = async (file: string) =>
    JSON.parse((await readBundleFile(context, bundle, file)).toString('utf8'));
  const model = requireNative((await read('model.json')) as Model);
  const golden: { pairs: { record: RawRecord }[] } = await read('golden.json');
  const background = golden.pairs.map(({ record }) => record);
  const explain = compileExplainer(model, background);
  const cost = createCostModel();
  const timed = (record: RawRecord): Explanation => {
    const began = performance.now();
    const explanation = explain(record);
    cost.learn(1, performance.now() - began);
    return explanation;
  };
  // Twice, as the first one compiles the code: then it is known what a record takes.
  for (const record of [background[0], background[0]]) timed(record);
  return async (endpoint, records, budgetMs) => {
    const ms = cost.estimate(records.length, 0);
    if (ms > budgetMs) throw overBudget(endpoint, records.length, ms, budgetMs);
    const explanations: Explanation[] = new Array(records.length);
    await inSlices(records.length, (index) => {
      explanations[index] = timed(records[index]);
    });
    return explanations;
  };
}

function compileExplainer(
  model: NativeModel,
  background: readonly RawRecord[],
): (record: RawRecord) => Explanation {
  const { estimator, features, fields } = model;
  const known = estimator.kind === 'linear' ? featureRows(model, background) : undefined;
  const attribute = (rows: FeatureRows): Attribution => {
    if (estimator.kind === 'trees') return explainTreesByCover(estimator, rows);
    if (estimator.kind === 'linear' && known) return explainLinear(estimator, rows, known);
    const base = Float64Array.from(estimator.kind === 'constant' ? estimator.output : []);
    return { base, values: new Float64Array(base.length * rows.columns) };
  };
  return (record) => {
    const { base, values } = attribute(featureRows(model, [record]));
    const contributions = fields.map(({ name }) => [name, new Array<number>(base.length).fill(0)] as const);
    const sums = new Map(contributions);
    for (let output = 0; output < base.length; output++)
      for (const [column, { field }] of features.entries()) {
        const sum = sums.get(field);
        if (sum) sum[output] += values[output * features.length + column];
      }
    return { baseline: [...base], contributions: Object.fromEntries(contributions) };
  };
}

/** The estimator's input, row-major. */
function featureRows(model: NativeModel, records: readonly RawRecord[]): FeatureRows {
  const plan = planFeatures(model);
  const raw = bindTable(plan, recordsToTable(model.fields, records));
  const columns = plan.features.length;
  const values = new Float64Array(records.length * columns);
  for (const [index, feature] of plan.features.entries())
    writeFeature(feature, raw[feature.slot], 0, records.length, values, index, columns);
  return { rows: records.length, columns, values };
}

function overBudget(endpoint: string, records: number, ms: number, budgetMs: number): AirworthyError {
  const about = ms.toFixed(1);
  return new AirworthyError('EXPLANATION_OVER_BUDGET', {
    message: `${endpoint}: explaining ${records} records takes about ${about} ms, the budget is ${budgetMs} ms`,
    facts: { records, estimateMs: Number(about), budgetMs },
  });
}
