import type { Explanation, ShapResult } from '../../../api/explanation-answers.ts';
import { metricName, plainFigure, signedFigure } from '../../../format/figures.ts';

/** Four significant figures with a minus as long as a plus. */
export const levelText = (value: number) => plainFigure(value).replace('-', '−');

const ALGORITHMS: Record<ShapResult['algorithm'], string> = {
  'tree-interventional':
    'exact interventional TreeSHAP: the fields that are not in play come from background rows',
  'tree-path-dependent':
    'exact path-dependent TreeSHAP: the fields that are not in play follow the training rows',
  linear: 'exact for a linear model: weight times distance from the background’s mean',
  exact: 'exact over every set of fields, against background rows',
  kernel: 'Kernel SHAP: estimated from sets of fields, against background rows',
  permutation: 'permutation SHAP: estimated along random orders of the fields, against background rows',
};

export const METHOD_WORDS: Record<Explanation['spec']['method'], string> = {
  shap: 'Shapley values',
  permutation: 'permutation importance',
  pdp: 'partial dependence',
  ice: 'individual curves',
  ale: 'accumulated local effects',
  lime: 'local model (LIME)',
  'lime-text': 'local model of words (LIME)',
};

/** In what the figures are: 'in log-odds before the link, towards late', 'as a probability of late'. */
export function unitsWords({ result, class: of, unit }: Explanation): string {
  if (result.kind === 'permutation') return `in ${metricName(result.metric)}`;
  if (result.units === 'margin')
    return `in the model’s margin before the link${of === null ? '' : `, towards ${of}`}`;
  if (result.units === 'probability') return `as probability${of === null ? '' : ` of ${of}`}`;
  return unit === null ? 'in the target’s unit' : `in ${unit}`;
}

/** Which definition the figures are by. */
export function definitionWords({ result }: Explanation): string {
  switch (result.kind) {
    case 'shap':
      return ALGORITHMS[result.algorithm];
    case 'permutation':
      return `by how much ${metricName(result.metric)} gets worse when a field is shuffled among the held-back rows, ${result.repeats} times each`;
    case 'pdp':
      return 'the mean prediction with the field set to each value in every row; the band holds the middle 80 % of the rows';
    case 'ice':
      return 'the prediction of each row as the field alone is changed, less its own at the first value';
    case 'ale':
      return 'effects of small changes of the field among rows that have about that value, summed up: fit for fields that go together';
    case 'lime':
      return `a linear model that agrees with this one near the row, of its ${result.of}`;
  }
}

/** The answer in a sentence. */
export function answerWords(explanation: Explanation): string {
  const { result } = explanation;
  switch (result.kind) {
    case 'shap': {
      const first = result.importance[0];
      if (first === undefined) return 'No field moves the prediction.';
      return `${first.name} moves the prediction most: by ${levelText(first.meanAbsolute)} on average over ${result.rows.length} rows, around a mean of ${levelText(result.base)}.`;
    }
    case 'permutation': {
      const first = result.features[0];
      if (first === undefined) return 'No field was shuffled.';
      return `Without ${first.name} ${metricName(result.metric)} would be worse by ${levelText(first.importance)} (sd ${levelText(first.sd)}), from ${levelText(result.score)} on ${result.n} rows.`;
    }
    case 'lime': {
      const shown = result.rows.filter((row) => row.shown).length;
      return `${shown} of ${result.rows.length} rows have a local model that can be trusted.`;
    }
    default:
      return `How the prediction goes with ${result.fields.map(({ field }) => field).join(', ')}, over ${result.n} rows.`;
  }
}

/** A value of a record beside a field's name. */
export function valueText(value: unknown): string {
  if (value === null || value === undefined) return 'missing';
  return typeof value === 'number' ? levelText(value) : String(value);
}

export const movedText = (value: number) =>
  Math.abs(value) < 0.001 && value !== 0 ? smallText(value) : signedFigure(value);

function smallText(value: number): string {
  return `${value < 0 ? '−' : '+'}${Math.abs(value).toPrecision(2)}`;
}
