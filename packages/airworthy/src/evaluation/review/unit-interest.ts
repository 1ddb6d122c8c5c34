import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import { mean, variance } from '../../stats/sums.ts';
import type { Context } from '../../store/ports.ts';
import { metricsOf, type SuiteEvaluation } from '../report/suite-evaluation.ts';
import type { MetricSpec } from '../scoring/scorer.ts';
import type { ReviewUnit } from './review-units.ts';
import type { ReviewSample } from './schema.ts';

type Interesting = Extract<ReviewSample, { kind: 'disagreement' | 'uncertainty' }>;

/** A score as a share of its metric's range; of several votes their mean. */
interface KnownScore {
  task: string;
  metric: string;
  value: number;
}

/**
 * How much a person's word on each unit would tell, 0 to 1: how near its score is to the middle of the metric's range, or how
 * far scores differ. What has no score is of the greatest interest. Throws METRIC_UNKNOWN.
 */
export async function interestOf(
  context: Context,
  evaluation: SuiteEvaluation,
  units: readonly ReviewUnit[],
  sample: Interesting,
): Promise<Float64Array> {
  const metrics = metricsAsked(evaluation, sample);
  const scores = await scoresByPosition(context, evaluation, metrics);
  return Float64Array.from(units, ({ position, tasks }) => {
    const known = scores.get(position) ?? [];
    const own = known.filter(({ task }) => tasks.some((name) => name === task));
    if (sample.kind === 'uncertainty') return uncertainty(own);
    return sample.between === 'metrics' ? spread(own) : widestSpread(known, metrics);
  });
}

function metricsAsked(evaluation: SuiteEvaluation, sample: Interesting): readonly MetricSpec[] {
  const all = metricsOf(evaluation);
  const names =
    sample.kind === 'uncertainty' ? [sample.metric] : (sample.metrics ?? all.map(({ name }) => name));
  return names.map((name) => {
    const found = all.find((metric) => metric.name === name);
    if (found) return found;
    throw new AirworthyError('METRIC_UNKNOWN', {
      message: `evaluation ${evaluation.suite}#${evaluation.number} has no metric "${name}": it has ${all.map((each) => each.name).join(', ')}`,
      at: 'source.sample',
    });
  });
}

async function scoresByPosition(
  { project, store }: Context,
  evaluation: SuiteEvaluation,
  metrics: readonly MetricSpec[],
): Promise<Map<number, KnownScore[]>> {
  const rows = await store.database.sql
    .selectFrom('score')
    .select(['position', 'task', 'metric', 'value', 'detail_json'])
    .where('project', '=', project)
    .where('evaluation', '=', evaluation.id)
    .where(
      'metric',
      'in',
      metrics.map(({ name }) => name),
    )
    .where('status', '=', 'scored')
    .execute();
  const ranges = new Map(metrics.map(({ name, range }) => [name, range ?? rangeOf(rows, name)]));
  const found = new Map<number, KnownScore[]>();
  for (const { position, task, metric, value, detail_json } of rows) {
    const [low, high] = ranges.get(metric) ?? [0, 1];
    const voted = votesOf(detail_json) ?? value;
    if (voted === null) continue;
    const share = high > low ? (voted - low) / (high - low) : 0;
    const list = found.get(Number(position)) ?? [];
    if (list.length === 0) found.set(Number(position), list);
    list.push({ task, metric, value: Math.min(1, Math.max(0, share)) });
  }
  return found;
}

/** Of a metric without known limits: from its smallest to its largest value. */
function rangeOf(
  rows: readonly { metric: string; value: number | null }[],
  name: string,
): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const { metric, value } of rows) {
    if (metric !== name || value === null) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  return [low, high];
}

/** The mean of a judge's votes, where it voted. */
function votesOf(detail: string | null): number | undefined {
  if (detail === null || !detail.includes('"votes"')) return undefined;
  const { evidence } = (parseJson(detail) ?? {}) as { evidence?: { votes?: unknown } };
  const votes = evidence?.votes;
  if (!Array.isArray(votes) || !votes.every((vote) => typeof vote === 'number')) return undefined;
  return mean(Float64Array.from(votes));
}

function uncertainty(scores: readonly KnownScore[]): number {
  if (scores.length === 0) return 1;
  const share = mean(Float64Array.from(scores, ({ value }) => value));
  return 1 - Math.abs(2 * share - 1);
}

/** Twice the standard deviation: 1 where half of the scores are at each end. */
function spread(scores: readonly KnownScore[]): number {
  if (scores.length === 0) return 1;
  const values = Float64Array.from(scores, ({ value }) => value);
  if (values.length === 1) return 0;
  const population = (variance(values) * (values.length - 1)) / values.length;
  return Math.min(1, 2 * Math.sqrt(population));
}

function widestSpread(scores: readonly KnownScore[], metrics: readonly MetricSpec[]): number {
  return Math.max(...metrics.map(({ name }) => spread(scores.filter(({ metric }) => metric === name))));
}
