import { sql as raw } from 'kysely';
import { z } from 'zod';
import { checkInput } from '../../kernel/check-input.ts';
import { AirworthyError } from '../../kernel/errors.ts';
import { parseJson } from '../../kernel/parse-json.ts';
import type { Context } from '../../store/ports.ts';
import { MetricHistory, type MetricPoint } from '../schema.ts';
import { readValue } from './metric-value.ts';

const Cursor = z.tuple([z.int(), z.int(), z.number(), z.int()]);
type Cursor = z.infer<typeof Cursor>;

/** Every point of one metric by step, then time, a page at a time: `next` is the `after` of the following page. */
export async function metricHistory(
  context: Context,
  runId: string,
  key: string,
  input: MetricHistory = {},
): Promise<{ points: MetricPoint[]; next?: string }> {
  const { limit, after, order } = checkInput('metricHistory', MetricHistory, input);
  const [first, second] = order === 'step' ? (['step', 'time'] as const) : (['time', 'step'] as const);
  let query = context.store.database.sql
    .selectFrom('metric_point')
    .select(['step', 'time', 'value', 'special'])
    .where('series', '=', (eb) =>
      eb
        .selectFrom('metric_series')
        .select('id')
        .where('project', '=', context.project)
        .where('run', '=', runId)
        .where('key', '=', key),
    )
    .orderBy(first)
    .orderBy(second)
    .orderBy('value')
    .orderBy('special')
    .limit(limit + 1);
  if (after !== undefined) {
    const place = raw.join([first, second, 'value', 'special'].map((column) => raw.ref(column)));
    query = query.where(raw<boolean>`(${place}) > (${raw.join(readCursor(after))})`);
  }
  const rows = await query.execute();
  const page = rows.slice(0, limit);
  const points = page.map((row) => ({ step: row.step, time: row.time, value: readValue(row) }));
  if (rows.length <= limit) return { points };
  const last = page[limit - 1];
  return {
    points,
    next: JSON.stringify([last[first], last[second], last.value, last.special] satisfies Cursor),
  };
}

function readCursor(after: string): Cursor {
  const parsed = Cursor.safeParse(parseJson(after));
  if (parsed.success) return parsed.data;
  throw new AirworthyError('BAD_ARGUMENT', {
    message: `metricHistory: "${after}" is not the "next" of a page`,
    at: 'after',
  });
}
