import { count, figure } from '../../kernel/figures.ts';
import { type Task, targetUnit } from '../../models/table.ts';
import { type MetricName, metricLabel, metricUnit } from '../../stats/metric-names.ts';
import type { ModelCard } from '../schema.ts';
import { type CardInput, listMetrics, NOT_FILLED_IN } from './model-card.ts';

/** The card for people: Markdown, with the front matter that model hubs read. */
export function renderCard(card: ModelCard, input: CardInput): string {
  const { model_details: details, model_parameters: parameters, considerations } = card;
  return [
    frontMatter(card, input),
    `# ${line(details.name)}`,
    details.overview,
    section(
      'Owners',
      list(details.owners.map(({ name, contact }) => (contact ? `${name} (${contact})` : name))),
    ),
    section('Intended use', list(texts(considerations.use_cases))),
    section('Users', list(texts(considerations.users))),
    section('Limitations', list(texts(considerations.limitations))),
    section('Trade-offs', list(texts(considerations.tradeoffs))),
    section(
      'Ethical considerations',
      list(
        considerations.ethical_considerations.map((one) =>
          one.name === NOT_FILLED_IN ? NOT_FILLED_IN : `${one.name}; mitigation: ${one.mitigation_strategy}`,
        ),
      ),
    ),
    section('Model', `${parameters.model_architecture}. Predicts ${parameters.output_format}.`),
    section(
      'Input',
      table(
        ['field', 'what it is'],
        parameters.input_format_map.map(({ key, value }) => [key, value]),
      ),
    ),
    section('Data', list(parameters.data.map(({ name, description }) => `${name}: ${description}`))),
    section('Evaluation', evaluation(input)),
    section(
      'Verdicts',
      list(
        input.verdicts.map(({ sentence }) => sentence),
        'no gate was decided',
      ),
    ),
    section('References', list(details.references.map(({ reference }) => reference))),
    section('License', details.licenses[0].identifier),
  ]
    .join('\n\n')
    .concat('\n');
}

function frontMatter(card: ModelCard, { model }: CardInput): string {
  const license = card.model_details.licenses[0].identifier;
  const pipeline = model.task.kind === 'regression' ? 'tabular-regression' : 'tabular-classification';
  return [
    '---',
    // A JSON string is a YAML string, whatever it holds.
    ...(license === NOT_FILLED_IN ? [] : [`license: ${JSON.stringify(license.toLowerCase())}`]),
    'library_name: onnx',
    `pipeline_tag: ${pipeline}`,
    'tags: [airworthy]',
    '---',
  ].join('\n');
}

function evaluation({ report, model }: CardInput): string {
  const head = ['slice', 'metric', 'value', `${report.confidence * 100} % interval`, 'n', 'method'];
  const rows = listMetrics(report).map(({ metric, slice }) => [
    slice,
    nameWithUnit(metric.name, model.task),
    metric.value === null ? 'not defined' : figure(metric.value),
    metric.low === null || metric.high === null ? 'none' : `${figure(metric.low)} to ${figure(metric.high)}`,
    count(metric.n),
    metric.method,
  ]);
  return rows.length === 0 ? 'no metric was computed' : table(head, rows);
}

function nameWithUnit(metric: MetricName, task: Task): string {
  const unit = metricUnit(metric, targetUnit(task));
  return unit === undefined ? metricLabel(metric) : `${metricLabel(metric)} in ${unit}`;
}

function section(title: string, body: string): string {
  return `## ${title}\n\n${body}`;
}

function texts(items: readonly { description: string }[]): string[] {
  return items.map(({ description }) => description);
}

function list(items: readonly string[], none = NOT_FILLED_IN): string {
  return items.length === 0 ? none : items.map((item) => `- ${line(item)}`).join('\n');
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const toRow = (cells: readonly string[]) =>
    `| ${cells.map((cell) => line(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [toRow(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(toRow)].join('\n');
}

/** One line, so that a text with line ends cannot begin another section. */
function line(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
