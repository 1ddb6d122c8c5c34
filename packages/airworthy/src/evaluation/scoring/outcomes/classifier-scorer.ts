import { z } from 'zod';
import { isRecord } from '../../../kernel/is-record.ts';
import { surprise } from '../../../stats/classification-metrics.ts';
import { metricsFor } from '../../../stats/metric-catalogue.ts';
import { higherIsBetter, METRIC_NAMES, type MetricName } from '../../../stats/metric-names.ts';
import { answerOf, at, COMPARED, expectedOf, textOf } from '../answer.ts';
import { Normalisation, normaliser } from '../normalise.ts';
import type { Score } from '../scorer.ts';
import { type PartSpec, RIGHT_OR_WRONG, scorerType } from '../scorer-type.ts';
import { failed, scored, unscorable } from '../scores.ts';

/** What stands for every answer that is none of the classes. */
const OTHER = '(other)';
const OF_PROBABILITIES: readonly MetricName[] = ['log-loss', 'roc-auc', 'average-precision', 'brier', 'ece'];
const LABEL_DEFAULTS: readonly MetricName[] = [
  'accuracy',
  'balanced-accuracy',
  'f1',
  'f1-macro',
  'mcc',
  'kappa',
];

const Options = z
  .strictObject({
    ...COMPARED,
    normalise: Normalisation,
    classes: z
      .array(z.string().min(1))
      .min(2)
      .refine((classes) => new Set(classes).size === classes.length, 'a class is named twice')
      .describe('Every label; of two, the second is the positive one.'),
    from: z
      .enum(['label', 'probability'])
      .default('label')
      .describe(
        'The answer is a label; or probabilities by label (of two classes also that of the positive one alone).',
      ),
    metrics: z
      .array(z.enum(METRIC_NAMES))
      .min(1)
      .optional()
      .describe('Which metrics; all that suit where absent.'),
  })
  .superRefine((options, check) => {
    const suited = suitedMetrics(options);
    const unsuited = options.metrics?.find((metric) => !suited.includes(metric));
    if (unsuited === undefined) return;
    check.addIssue({
      code: 'custom',
      path: ['metrics'],
      message: `${unsuited} is none of ${suited.join(', ')}`,
    });
  });

type Given = Pick<z.output<typeof Options>, 'classes' | 'from'>;

function suitedMetrics({ classes, from }: Given): MetricName[] {
  const known = metricsFor(classes.length === 2 ? 'binary' : 'multiclass');
  return from === 'label' ? known.filter((metric) => !OF_PROBABILITIES.includes(metric)) : known;
}

function defaultMetrics(given: Given): MetricName[] {
  const suited = suitedMetrics(given);
  return given.from === 'label' ? suited.filter((metric) => LABEL_DEFAULTS.includes(metric)) : suited;
}

/**
 * Metrics of a classifier over all cases, as in stats/. An answer that is none of the classes is wrong, whatever was expected:
 * of two classes it counts as the other one, of more as a class of its own. Where probabilities are asked for and there are none,
 * that is an error.
 */
export const classifier = scorerType({
  type: 'classifier',
  version: 1,
  options: Options,
  create(options) {
    const metrics = options.metrics ?? defaultMetrics(options);
    const labels =
      options.classes.length > 2 && options.from === 'label' ? [...options.classes, OTHER] : options.classes;
    const [first, ...others] = metrics.map((metric) => partOf(metric, labels));
    const normalise = normaliser(options.normalise);
    const index = new Map(options.classes.map((label, at) => [normalise(label), at]));
    const all = (score: Score) => Object.fromEntries(metrics.map((metric) => [metric, score]));
    return {
      parts: [first, ...others],
      score(each, output) {
        const expected = expectedOf(each, options);
        if (expected === undefined || expected === null)
          return all(unscorable('the case says nothing that is expected'));
        const truth = index.get(normalise(textOf(expected)));
        if (truth === undefined)
          return all(failed(`the case expects "${textOf(expected)}", which is none of the classes`));
        const answer = answerOf(output, options);
        const row =
          options.from === 'label'
            ? rowOfLabel(index.get(normalise(labelIn(answer))), truth, labels)
            : rowOfProbabilities(answer, options.classes);
        if (!row) return all(failed('the answer has no probabilities of the classes', 'no-probability'));
        const whole: Prediction = { truth, ...row };
        return Object.fromEntries(metrics.map((metric) => [metric, scoreOf(metric, whole, labels)]));
      },
    };
  },
});

/** Metrics that are a mean over cases say so: they have better methods than those that are not. */
function partOf(metric: MetricName, classes: readonly string[]): PartSpec {
  const better = higherIsBetter(metric) ? 'higher' : 'lower';
  if (metric === 'accuracy') return { ...RIGHT_OR_WRONG, part: metric };
  const isMean = metric === 'log-loss' || metric === 'brier';
  return {
    part: metric,
    aggregate: isMean ? { kind: 'mean' } : { kind: 'outcomes', metric, classes },
    better,
    binary: false,
  };
}

interface Prediction {
  truth: number;
  predicted: number;
  /** One a class. */
  probabilities: readonly number[];
}

function scoreOf(
  metric: MetricName,
  { truth, predicted, probabilities }: Prediction,
  labels: readonly string[],
): Score {
  const right = truth === predicted;
  const label = labels[predicted] ?? OTHER;
  const also = { label, ...(right ? {} : { code: `${labels[truth]}→${label}` }) };
  if (metric === 'accuracy') return scored(right ? 1 : 0, also);
  if (metric === 'log-loss') return scored(surprise(probabilities[truth]), also);
  if (metric === 'brier') return scored(squaredError(truth, probabilities), also);
  const sums = labels.length === 2 ? [truth, probabilities[1]] : [truth, ...probabilities];
  return { status: 'scored', sums, ...also };
}

/** Of two classes the error of the positive one’s probability; of more, summed over all. */
function squaredError(truth: number, probabilities: readonly number[]): number {
  const errors = probabilities.map((probability, label) => (probability - (label === truth ? 1 : 0)) ** 2);
  return errors.length === 2 ? errors[1] : errors.reduce((sum, error) => sum + error, 0);
}

function rowOfLabel(label: number | undefined, truth: number, labels: readonly string[]) {
  const stand = labels.length === 2 ? 1 - truth : labels.length - 1;
  const probabilities = labels.map((_, at) => (at === (label ?? stand) ? 1 : 0));
  return { predicted: label ?? labels.length, probabilities };
}

function rowOfProbabilities(answer: unknown, classes: readonly string[]) {
  const probabilities = probabilitiesIn(answer, classes);
  if (!probabilities?.every((each) => each >= 0 && each <= 1)) return undefined;
  // Of two classes 0.5 is enough for the positive one, as in stats/.
  const predicted =
    classes.length === 2
      ? Number(probabilities[1] >= 0.5)
      : probabilities.indexOf(Math.max(...probabilities));
  return { predicted, probabilities };
}

function probabilitiesIn(answer: unknown, classes: readonly string[]): number[] | undefined {
  if (typeof answer === 'number') return classes.length === 2 ? [1 - answer, answer] : undefined;
  const given = isRecord(answer) ? (answer.probabilities ?? answer.probability ?? answer) : answer;
  if (typeof given === 'number') return probabilitiesIn(given, classes);
  if (Array.isArray(given)) return given.length === classes.length ? given.map(Number) : undefined;
  if (!isRecord(given)) return undefined;
  const found = classes.map((label) => Number(given[label] ?? Number.NaN));
  return found.some(Number.isNaN) ? undefined : found;
}

/** The label of an answer: itself, or what a prediction calls its label. */
function labelIn(answer: unknown): string {
  return textOf(isRecord(answer) ? (at(answer, 'label') ?? at(answer, 'prediction') ?? answer) : answer);
}
