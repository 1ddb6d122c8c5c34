import type { Model } from '../../models/model.ts';
import { DEFAULT_CAP } from './model-questions.ts';
import { defaultSampling, planCoalitions } from './sampled-attribution.ts';
import type { ExplanationMethod, ExplanationSpec } from './schema.ts';

/** Rows where nobody says how many: what a page shows, or what a mean needs. */
const ROWS: Record<ExplanationMethod, number> = {
  shap: 200,
  permutation: 2_000,
  pdp: 200,
  ice: 50,
  ale: 2_000,
  lime: 3,
  'lime-text': 1,
};
/** Rows of which each asks the model for all combinations of fields. */
const MOST_SAMPLED_ROWS = 20;
/** LIME draws values from the background, and so needs to see how they are spread. */
const LIME_BACKGROUND = 1_000;

/** How many held-back rows are explained, and how many background rows are drawn. */
export function planSample(spec: ExplanationSpec, model?: Model): { rows: number; background: number } {
  const background = spec.method === 'lime' ? LIME_BACKGROUND : spec.background;
  const rows = spec.sample ?? (model ? defaultRows(spec, model) : ROWS[spec.method]);
  return { rows, background };
}

function defaultRows(spec: ExplanationSpec, model: Model): number {
  const { algorithm, method } = spec;
  const asksModel = algorithm === 'auto' ? model.estimator.kind === 'onnx' : !/tree|linear/.test(algorithm);
  if (method !== 'shap' || !asksModel) return ROWS[method];
  const sampling = algorithm === 'auto' ? defaultSampling(model.fields.length) : (algorithm as never);
  const { coalitions } = planCoalitions({ model, spec }, sampling);
  const affordable = Math.floor((spec.maxCalls ?? DEFAULT_CAP) / ((coalitions.count + 2) * spec.background));
  return Math.max(1, Math.min(MOST_SAMPLED_ROWS, affordable));
}
