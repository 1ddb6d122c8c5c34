import type { Explanation } from '../evaluation/index.ts';
import { count, figure, plural } from '../kernel/figures.ts';
import { formatTable } from './format-table.ts';

/** An explanation as a person reads it in a terminal: what, how, the figures, the caveats. */
export function describeExplanation(explanation: Explanation): string {
  const { model, version, calls, caveats } = explanation;
  const asked = calls.made === 0 ? 'from its structure' : `by ${count(calls.made)} predictions`;
  return [
    `${model} version ${version}, ${headline(explanation)}, ${asked}`,
    '',
    describeResult(explanation),
    '',
    ...caveats,
  ]
    .join('\n')
    .trimEnd();
}

function headline({ result, class: name, unit }: Explanation): string {
  const what =
    name === null ? `the value${unit === null ? '' : ` in ${unit}`}` : `the probability of "${name}"`;
  switch (result.kind) {
    case 'shap':
      return `Shapley values (${result.algorithm}) of ${result.units === 'margin' ? `the margin (log-odds) of ${what}` : what}`;
    case 'permutation':
      return `permutation importance in ${result.metric} (${figure(result.score)} on ${plural(result.n, 'held-back row')}, ${result.repeats} repeats)`;
    case 'pdp':
      return `partial dependence of ${what} over ${plural(result.n, 'row')}`;
    case 'ice':
      return `individual curves of ${what}, centred, of ${plural(result.n, 'row')}`;
    case 'ale':
      return `accumulated local effects on ${what} over ${plural(result.n, 'row')}`;
    case 'lime':
      return `LIME of ${what} by ${result.of}`;
  }
}

/** Rows and points shown; --json has all. */
const SHOWN = 10;

function describeResult({ result }: Explanation): string {
  switch (result.kind) {
    case 'shap':
      return result.rows.length === 1 ? oneRow(result) : manyRows(result);
    case 'permutation':
      return table(
        ['field', 'importance', 'sd'],
        result.features.map(({ name, importance, sd }) => [name, figure(importance), figure(sd)]),
      );
    case 'pdp':
      return result.fields.map((field) => curve(field, field.average, 'mean')).join('\n\n');
    case 'ice':
      return result.fields.map((field) => curve(field, field.average, 'mean change')).join('\n\n');
    case 'ale':
      return [
        ...result.fields.map((field) => curve(field, field.effect, 'effect')),
        ...result.skipped.map(({ field, reason }) => `${field}: ${reason}`),
      ].join('\n\n');
    case 'lime':
      return result.rows.map(describeLocal).join('\n\n');
  }
}

type Shap = Extract<Explanation['result'], { kind: 'shap' }>;

function oneRow({ base, features, rows: [row] }: Shap): string {
  const order = [...row.values.keys()].sort((a, b) => Math.abs(row.values[b]) - Math.abs(row.values[a]));
  const lines = order.map((at) => {
    const error = row.errors ? ` ± ${figure(row.errors[at])}` : '';
    return [
      features[at].name,
      String(row.record[features[at].name] ?? 'missing'),
      `${signed(row.values[at])}${error}`,
    ];
  });
  const probability = row.probability === null ? '' : ` (probability ${figure(row.probability)})`;
  return table(
    ['field', 'value', 'adds'],
    [
      ['mean of the background', '', figure(base)],
      ...lines,
      [`output${probability}`, '', figure(row.output)],
    ],
  );
}

function manyRows({ importance, rows, base }: Shap): string {
  const lines = importance.map(({ name, meanAbsolute, mean }) => [name, figure(meanAbsolute), signed(mean)]);
  return `${table(['field', 'mean |value|', 'mean value'], lines)}\n\n${plural(rows.length, 'held-back row')}; values are added to ${figure(base)}, the mean of the background`;
}

type Curve = Extract<Explanation['result'], { kind: 'pdp' }>['fields'][number];

function curve(
  { field, scale, grid }: Pick<Curve, 'field' | 'scale' | 'grid'>,
  values: readonly number[],
  heading: string,
): string {
  const step = Math.max(1, Math.ceil(grid.length / SHOWN));
  const shown = [...grid.keys()].filter((at) => at % step === 0 || at === grid.length - 1);
  const name = (value: string | number) =>
    typeof value === 'string'
      ? value
      : scale === 'time'
        ? new Date(value).toISOString().slice(0, 16)
        : figure(value);
  return table(
    [field, heading],
    shown.map((at) => [name(grid[at]), figure(values[at])]),
  );
}

type Local = Extract<Explanation['result'], { kind: 'lime' }>['rows'][number];

function describeLocal({ row, output, shown, reason, r2, stability, terms }: Local): string {
  const of = `${row === null ? 'the record' : `held-back row ${row}`}: ${figure(output)}`;
  if (!shown) return `${of}; not explained: ${reason}`;
  const lines = terms.slice(0, SHOWN).map(({ name, weight }) => [name, signed(weight)]);
  return `${of} (R² ${figure(r2)}, two seeds agree on ${Math.round(100 * stability)} %)\n${table(['term', 'weight'], lines)}`;
}

const signed = (value: number): string => `${value >= 0 ? '+' : ''}${figure(value)}`;

function table(headings: readonly string[], rows: readonly string[][]): string {
  return formatTable(
    headings.map((heading, index) => ({ heading, align: index === 0 ? 'left' : 'right' })),
    rows,
  );
}
