import { sql as raw } from 'kysely';
import type { SourceRecord } from '../data/index.ts';
import type { Context } from '../store/ports.ts';
import type { TrainedVersion } from './read-schema.ts';

/** A dataset version that went into a model, directly or by way of a dataset made from it. */
export interface Origin {
  dataset: string;
  number: number;
  digest: string;
  rows: number;
  source: SourceRecord;
  /** Digests of what it was made from. */
  madeFrom: string[];
  createdAt: number;
  /** Its content was erased since. */
  erased: boolean;
}

/**
 * The rows behind a bundle, oldest first: every dataset version its run read, and those they were made from. One
 * query, whatever the length of the chain.
 */
export async function readOrigins(context: Context, bundle: string): Promise<Origin[]> {
  const { project } = context;
  const { rows } = await raw<OriginRow>`
    WITH RECURSIVE origin (digest, made_from_json) AS (
      SELECT version.digest, version.made_from_json
        FROM bundle
        JOIN run_input ON run_input.project = bundle.project AND run_input.run = bundle.run
        JOIN dataset_version AS version ON version.project = bundle.project AND version.digest = run_input.digest
        WHERE bundle.project = ${project} AND bundle.digest = ${bundle}
      UNION
      SELECT version.digest, version.made_from_json
        FROM dataset_version AS version
        JOIN origin ON origin.made_from_json LIKE '%"' || version.digest || '"%'
        WHERE version.project = ${project})
    SELECT version.dataset, version.number, version.digest, version.rows, version.source_json,
        version.made_from_json, version.created_at, version.erased_json
      FROM dataset_version AS version
      WHERE version.project = ${project} AND version.digest IN (SELECT digest FROM origin)
      ORDER BY version.created_at, version.number, version.dataset`.execute(context.store.database.sql);
  return rows.map((row) => ({
    dataset: row.dataset,
    number: row.number,
    digest: row.digest,
    rows: Number(row.rows),
    source: JSON.parse(row.source_json),
    madeFrom: JSON.parse(row.made_from_json),
    createdAt: Number(row.created_at),
    erased: row.erased_json !== null,
  }));
}

/**
 * The model versions that were trained on a dataset version, or on the predictions and labels of a lineage record (by
 * digest), directly or by way of datasets made from it; newest first, with the endpoints that serve them now. One query.
 *
 * @example
 * const live = (await versionsTrainedOn(context, digest)).filter((version) => version.endpoints.length > 0);
 */
export async function versionsTrainedOn(
  context: Context,
  digest: string,
  { limit = 50 }: { limit?: number } = {},
): Promise<TrainedVersion[]> {
  const { project } = context;
  const { rows } = await raw<TrainedRow>`
    WITH RECURSIVE made (digest) AS (
      SELECT version.digest
        FROM dataset_version AS version
        WHERE version.project = ${project}
          AND (version.digest = ${digest} OR version.made_from_json LIKE ${`%"${digest}"%`})
      UNION
      SELECT version.digest
        FROM dataset_version AS version
        JOIN made ON version.made_from_json LIKE '%"' || made.digest || '"%'
        WHERE version.project = ${project})
    SELECT version.model, version.number, version.bundle, bundle.run, MIN(made.digest) AS trained_on,
        deployment.endpoint
      FROM made
      JOIN run_input ON run_input.project = ${project} AND run_input.digest = made.digest
      JOIN bundle ON bundle.project = ${project} AND bundle.run = run_input.run
      JOIN model_version AS version ON version.project = ${project} AND version.bundle = bundle.digest
      LEFT JOIN deployment ON deployment.project = ${project} AND deployment.bundle = bundle.digest
        AND deployment.ended_at IS NULL
      GROUP BY version.model, version.number, version.bundle, bundle.run, version.created_at, deployment.endpoint
      ORDER BY version.created_at DESC, version.model, version.number DESC, deployment.endpoint
      LIMIT ${limit}`.execute(context.store.database.sql);
  const byVersion = Map.groupBy(rows, (row) => `${row.model}/${row.number}`);
  return [...byVersion.values()].map((served) => {
    const { model, number, bundle, run, trained_on: trainedOn } = served[0];
    const endpoints = served.flatMap(({ endpoint }) => endpoint ?? []);
    return { model, number, bundle, run, trainedOn, endpoints };
  });
}

interface OriginRow {
  dataset: string;
  number: number;
  digest: string;
  rows: number;
  source_json: string;
  made_from_json: string;
  created_at: number;
  erased_json: string | null;
}

interface TrainedRow {
  model: string;
  number: number;
  bundle: string;
  run: string;
  trained_on: string;
  endpoint: string | null;
}
