import type { Signature } from '../../models/signature.ts';
import type { Field } from '../../models/table.ts';
import type { ModelCard } from '../schema.ts';
import { NOT_FILLED_IN } from './model-card.ts';

/** What is known of a service for its card. */
export interface ServiceCardInput {
  name: string;
  description: string | undefined;
  /** What computes it, in a sentence. */
  architecture: string;
  signature: Signature;
  /** Of runtime.json. */
  digest: string;
  /** Questions it must answer as it did, each time before it serves. */
  goldenCases: number;
}

const NOT_SAID = [{ description: NOT_FILLED_IN }];

/** A card in the shape models have theirs; what nobody said is marked. */
export function buildServiceCard(input: ServiceCardInput): ModelCard {
  const { name, description, architecture, signature, digest } = input;
  const { fields, inputs, outputs } = signature;
  const tensorText = ({ datatype, shape }: Signature['inputs'][number]) =>
    `${datatype} [${shape.join(', ')}]`;
  return {
    schema_version: '0.0.2',
    model_details: {
      name,
      overview: description ?? NOT_FILLED_IN,
      owners: [{ name: NOT_FILLED_IN }],
      version: { name: digest.slice(0, 12) },
      licenses: [{ identifier: NOT_FILLED_IN }],
      references: [{ reference: NOT_FILLED_IN }],
    },
    model_parameters: {
      model_architecture: architecture,
      data: [],
      input_format: fields.length > 0 ? 'a JSON record with the fields below' : 'the tensors below',
      input_format_map:
        fields.length > 0
          ? fields.map((field) => ({ key: field.name, value: describeField(field) }))
          : inputs.map((tensor) => ({ key: tensor.name, value: tensorText(tensor) })),
      output_format: describeAnswer(signature),
      output_format_map: outputs.map((tensor) => ({ key: tensor.name, value: tensorText(tensor) })),
    },
    quantitative_analysis: { performance_metrics: [] },
    considerations: {
      users: NOT_SAID,
      use_cases: NOT_SAID,
      limitations: NOT_SAID,
      tradeoffs: NOT_SAID,
      ethical_considerations: [{ name: NOT_FILLED_IN, mitigation_strategy: NOT_FILLED_IN }],
    },
  };
}

function describeField({ kind, unit, nullable, description }: Field): string {
  const parts = [
    kind + (unit === undefined ? '' : ` in ${unit}`),
    ...(nullable ? ['may be missing'] : []),
    description,
  ];
  return parts.filter((part) => part !== undefined).join('; ');
}

function describeAnswer({ task, fields }: Signature): string {
  if (fields.length === 0) return 'tensors';
  if (task === null) return 'a JSON value; its schema is in signature.json';
  if (task.kind === 'regression') return `the number ${task.target}`;
  return `the probability of each class of ${task.target}: ${task.classes.join(', ')}`;
}

/** The card for people: Markdown. */
export function renderServiceCard(card: ModelCard, { goldenCases }: ServiceCardInput): string {
  const { model_details: details, model_parameters: parameters } = card;
  const rows = (given: readonly { key: string; value: string }[]) =>
    given.map(({ key, value }) => `- \`${key}\`: ${value}`).join('\n');
  const kept =
    goldenCases === 0
      ? 'No golden case was given: nothing is asked of it before it serves.'
      : `It serves only after it answered ${goldenCases} golden cases as it did when it was packed.`;
  return [
    `# ${details.name}`,
    details.overview,
    `## Runtime\n\n${parameters.model_architecture}.\n\n${kept}`,
    `## Input\n\n${parameters.input_format}:\n\n${rows(parameters.input_format_map)}`,
    `## Output\n\n${parameters.output_format}:\n\n${rows(parameters.output_format_map)}`,
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}
