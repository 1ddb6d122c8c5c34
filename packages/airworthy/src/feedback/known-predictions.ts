import { type Kysely, sql as raw } from 'kysely';
import { AirworthyError } from '../kernel/errors.ts';
import type { Context } from '../store/ports.ts';
import type { Schema } from '../store/sql/schema.ts';
import { selectInChunks } from './select-in-chunks.ts';
import type { KnownPrediction } from './settle-outcomes.ts';

/** Most predictions that the keys of one request may belong to. */
const MOST_BY_KEY = 100_000;

const COLUMNS = ['id', 'endpoint', 'model', 'version', 'arm', 'output_json', 'at', 'business_key'] as const;

/** A prediction on disk. */
export interface LoggedRow extends KnownPrediction {
  endpoint: string;
  businessKey: string | null;
}

/** Predictions by id, whatever endpoint made them. */
export async function findById(
  { project }: Context,
  sql: Kysely<Schema>,
  ids: readonly string[],
): Promise<LoggedRow[]> {
  const rows = await selectInChunks(sql, ids, (chunk) =>
    sql.selectFrom('prediction').select(COLUMNS).where('project', '=', project).where('id', 'in', chunk),
  );
  return rows.map(toLoggedRow);
}

/**
 * Predictions of an endpoint by business key; a key may be that of several.
 *
 * @throws LABELS_TOO_MANY where it is that of very many: it does not say which event is meant
 */
export async function findByKey(
  { project }: Context,
  sql: Kysely<Schema>,
  endpoint: string,
  keys: readonly string[],
): Promise<LoggedRow[]> {
  const rows = await selectInChunks(sql, keys, (chunk) =>
    sql
      .selectFrom('prediction')
      .select(COLUMNS)
      .where('project', '=', project)
      .where('endpoint', '=', endpoint)
      .where('business_key', 'in', chunk)
      .limit(raw.lit(MOST_BY_KEY + 1)),
  );
  if (rows.length > MOST_BY_KEY) {
    throw new AirworthyError('LABELS_TOO_MANY', {
      message: `the keys of this request belong to more than ${MOST_BY_KEY.toLocaleString('en-US')} predictions, such as ${rows[0].business_key}`,
      remedy:
        'Declare fields in serving.key that tell one event from another, or send labels by prediction id.',
    });
  }
  return rows.map(toLoggedRow);
}

function toLoggedRow(row: {
  id: string;
  endpoint: string;
  model: string;
  version: number;
  arm: string;
  output_json: string;
  at: number;
  business_key: string | null;
}): LoggedRow {
  const { id, endpoint, model, version, arm, at, business_key } = row;
  return {
    ...{ id, endpoint, model, version, arm, at, businessKey: business_key },
    output: () => JSON.parse(row.output_json),
  };
}
