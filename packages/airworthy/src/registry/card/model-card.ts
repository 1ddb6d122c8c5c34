import type { EvaluationReport, MetricResult, Verdict } from '../../evaluation/index.ts';
import type { Estimator, Model } from '../../models/model.ts';
import type { Signature, SignatureTensor } from '../../models/signature.ts';
import type { CardConfig, ModelCard } from '../schema.ts';

/** What a card says where nobody said anything. */
export const NOT_FILLED_IN = 'not filled in';

export interface CardInput {
  name: string;
  card: CardConfig;
  model: Model;
  signature: Signature;
  modelDigest: string;
  data: { name: string; description: string }[];
  report: EvaluationReport;
  verdicts: readonly Verdict[];
}

/** A model card from what is known and what people filled in; the rest is marked as not filled in. */
export function buildModelCard(input: CardInput): ModelCard {
  const { card, model, signature } = input;
  return {
    schema_version: '0.0.2',
    model_details: {
      name: card.name ?? input.name,
      overview: card.overview ?? NOT_FILLED_IN,
      owners: filled(
        card.owners?.map(({ name, contact }) => ({ name, ...(contact ? { contact } : {}) })),
        {
          name: NOT_FILLED_IN,
        },
      ),
      version: { name: input.modelDigest.slice(0, 12) },
      licenses: [{ identifier: card.license ?? NOT_FILLED_IN }],
      references: filled(
        card.references?.map((reference) => ({ reference })),
        { reference: NOT_FILLED_IN },
      ),
    },
    model_parameters: {
      model_architecture: describeEstimator(model.estimator, model.features.length),
      data: input.data,
      input_format: 'a JSON record with the fields below',
      input_format_map: model.fields.map((field) => ({ key: field.name, value: describeField(field) })),
      output_format: describeTask(model),
      output_format_map: signature.outputs.map(({ name, datatype }: SignatureTensor) => ({
        key: name,
        value: datatype,
      })),
    },
    quantitative_analysis: {
      performance_metrics: [
        ...listMetrics(input.report).map(({ metric, slice }) => toPerformance(metric, slice)),
      ],
    },
    considerations: {
      users: described(card.users),
      use_cases: described(card.intendedUse),
      limitations: described(card.limitations),
      tradeoffs: described(card.tradeoffs),
      ethical_considerations: filled(
        card.ethicalConsiderations?.map(({ risk, mitigation }) => ({
          name: risk,
          mitigation_strategy: mitigation ?? NOT_FILLED_IN,
        })),
        { name: NOT_FILLED_IN, mitigation_strategy: NOT_FILLED_IN },
      ),
    },
  };
}

function filled<Item>(items: Item[] | undefined, otherwise: Item): Item[] {
  return items && items.length > 0 ? items : [otherwise];
}

function described(text: string | string[] | undefined): { description: string }[] {
  const lines = [text ?? []].flat().map((description) => ({ description }));
  return filled(lines, { description: NOT_FILLED_IN });
}

/** Every metric of a report with the slice it is of: `all`, or `origin = ORD`. */
export function listMetrics({
  metrics,
  slices,
}: EvaluationReport): { metric: MetricResult; slice: string }[] {
  return [
    ...metrics.map((metric) => ({ metric, slice: 'all' })),
    ...slices.flatMap(({ column, value, metrics: ofSlice }) =>
      ofSlice.map((metric) => ({ metric, slice: `${column} = ${value}` })),
    ),
  ];
}

function toPerformance({ name, value, low, high }: MetricResult, slice: string) {
  const text = (figure: number | null): string => (figure === null ? 'not defined' : String(figure));
  return {
    type: name,
    value: text(value),
    slice,
    confidence_interval: { lower_bound: text(low), upper_bound: text(high) },
  };
}

function describeEstimator(estimator: Estimator, features: number): string {
  if (estimator.kind === 'constant') return 'constant: the same prediction for every record';
  if (estimator.kind === 'linear')
    return `${estimator.link === 'identity' ? 'linear' : 'logistic'} regression on ${features} features`;
  if (estimator.kind === 'onnx') return 'an ONNX graph made by a program of the project; see model.onnx';
  const name = estimator.learner === 'boosting' ? 'gradient-boosted trees' : 'random forest';
  return `${name}: ${estimator.trees.length} trees on ${features} features`;
}

function describeField({
  kind,
  unit,
  nullable,
  description,
  minimum,
  maximum,
}: Model['fields'][number]): string {
  const range =
    minimum === undefined && maximum === undefined ? '' : `${minimum ?? '−∞'} to ${maximum ?? '∞'}`;
  const parts = [
    kind,
    unit ? `in ${unit}` : '',
    kind === 'timestamp' ? '' : range,
    nullable ? 'may be missing' : '',
    description ?? '',
  ];
  return parts.filter((part) => part !== '').join(', ');
}

function describeTask({ task, threshold }: Model): string {
  if (task.kind === 'regression') return `the value of ${task.target}${task.unit ? ` in ${task.unit}` : ''}`;
  if (task.kind === 'multiclass')
    return `the class of ${task.target} (${task.classes.join(', ')}) and the probability of each`;
  return `whether ${task.target} is ${task.classes[1]}, from a probability of ${threshold ?? 0.5}, and that probability`;
}
