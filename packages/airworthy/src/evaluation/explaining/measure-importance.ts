import { AirworthyError } from '../../kernel/errors.ts';
import type { Table } from '../../models/table.ts';
import { measuredValue } from '../../stats/measure.ts';
import { measure } from '../../stats/metric-catalogue.ts';
import { higherIsBetter, type MetricName } from '../../stats/metric-names.ts';
import { createRandom } from '../../stats/random.ts';
import { mean, variance } from '../../stats/sums.ts';
import type { Context } from '../../store/ports.ts';
import { takeValues } from '../../training/index.ts';
import { toOutcomes } from '../read-outcomes.ts';
import type { Explained, ExplainRequest } from './explain-request.ts';
import { openQuestions } from './model-questions.ts';
import { namedFields } from './named-fields.ts';
import type { ImportanceResult } from './schema.ts';

/** Fields that are shuffled together. */
interface FieldGroup {
  name: string;
  fields: string[];
}

/**
 * Permutation importance (Breiman 2001; Fisher et al. 2019): by how much the metric gets worse when a field's values are
 * shuffled over held-back rows, and how that varies over the repeats. Fields that say the same hide each other's
 * importance: groups of them are shuffled as one.
 */
export async function measureImportance(context: Context, request: ExplainRequest): Promise<Explained> {
  const { measured, model, rows, scorer, output, spec } = request;
  if (!measured) {
    throw new AirworthyError('EXPLANATION_NOT_POSSIBLE', {
      message: 'permutation importance needs rows whose target is known',
      remedy: 'Leave out the records: held-back rows have a target.',
    });
  }
  const groups = groupFields(request);
  const planned = rows.rows * (1 + groups.length * spec.repeats);
  const questions = openQuestions(context, { scorer, output, planned, cap: spec.maxCalls });
  const { metric, y } = measured;
  const scoreOf = async (table: Table) =>
    measuredValue(measure(metric, toOutcomes(model.task, y, await questions.askAll(table), model.threshold)));
  const score = await scoreOf(rows);
  if (!Number.isFinite(score)) throw undefinedMetric(metric);
  const features: ImportanceResult['features'] = [];
  for (const group of groups) {
    const random = createRandom(spec.seed).fork(`shuffle ${group.name}`);
    const values = new Float64Array(spec.repeats);
    for (let repeat = 0; repeat < spec.repeats; repeat++) {
      const order = Int32Array.from({ length: rows.rows }, (_, row) => row);
      random.shuffle(order);
      values[repeat] = worsening(metric, score, await scoreOf(shuffleFields(rows, group.fields, order)));
    }
    features.push({
      ...group,
      importance: mean(values),
      sd: Math.sqrt(variance(values)),
      values: [...values],
    });
  }
  questions.end();
  const better = higherIsBetter(metric) ? 'higher' : 'lower';
  features.sort((a, b) => b.importance - a.importance);
  return {
    result: {
      ...{ kind: 'permutation', metric, better, score, n: rows.rows, repeats: spec.repeats },
      features,
    },
    calls: questions.calls(),
    caveats: [
      'Shuffling one of several fields that say the same costs little, since the others still say it: shuffle them as a group.',
    ],
    backgroundRows: 0,
  };
}

function undefinedMetric(metric: MetricName): AirworthyError {
  return new AirworthyError('EXPLANATION_NOT_POSSIBLE', {
    message: `${metric} is not defined on these rows`,
    remedy: 'Take more rows (--sample), or another --metric.',
  });
}

/** Positive where the model does worse without the fields. */
export function worsening(metric: MetricName, score: number, shuffled: number): number {
  return higherIsBetter(metric) ? score - shuffled : shuffled - score;
}

/** The table with the fields' values in another order of rows, the same for all of them. */
export function shuffleFields(table: Table, fields: readonly string[], order: Int32Array): Table {
  const columns = { ...table.columns };
  for (const name of fields) {
    const column = columns[name];
    columns[name] =
      column.kind === 'category'
        ? { ...column, codes: column.codes.map((_, row) => column.codes[order[row]]) }
        : { ...column, values: takeValues(column.values, order) };
  }
  return { rows: table.rows, columns };
}

function groupFields({ model, spec }: ExplainRequest): FieldGroup[] {
  const groups = (spec.groups ?? []).map((fields) => {
    namedFields(model, fields);
    return { name: fields.join(' + '), fields };
  });
  const grouped = new Set(groups.flatMap(({ fields }) => fields));
  const single = namedFields(model, spec.fields).filter(({ name }) => !grouped.has(name));
  return [...groups, ...single.map(({ name }) => ({ name, fields: [name] }))];
}
