import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { AirworthyError } from '../../kernel/errors.ts';
import { type ArtifactRoots, listArtifacts } from './artifact-files.ts';
import { readSpan } from './read-span.ts';
import {
  loggedModelOf,
  type MlflowSource,
  type SourceAssessment,
  type SourceDataset,
  type SourceExperiment,
  type SourceLoggedModel,
  type SourceModel,
  type SourcePoint,
  type SourceRun,
  type SourceTrace,
  type SourceVersion,
} from './source.ts';

/** Rows read at a time; each run and trace then costs a few queries by key. */
const PAGE = 200;
const POINTS = 5_000;

type Row = Record<string, unknown>;

/**
 * The SQLite database that MLflow's server or client keeps (`mlflow.db`), read and never written. Tables that an
 * older MLflow lacks count as empty. Throws IMPORT_SOURCE_UNREADABLE for anything else.
 */
export function openDatabaseSource(path: string, roots: ArtifactRoots): MlflowSource {
  const database = openReadOnly(path);
  const has = tablesOf(database);
  const all = (table: string, sql: string, ...values: SQLInputValue[]): Row[] =>
    has.has(table) ? (database.prepare(sql).all(...values) as Row[]) : [];
  const pairs = (table: string, key: string, value: string, owner: string, id: SQLInputValue) =>
    pairsOf(all(table, `SELECT ${key} AS key, ${value} AS value FROM ${table} WHERE ${owner} = ?`, id));

  return {
    identity: `database ${path}`,
    async *experiments() {
      for (const row of all('experiments', 'SELECT * FROM experiments ORDER BY experiment_id')) {
        const id = row.experiment_id as number;
        yield toExperiment(row, pairs('experiment_tags', 'key', 'value', 'experiment_id', id));
      }
    },
    async *runs(experiment) {
      const sql = `SELECT * FROM runs WHERE experiment_id = ? AND run_uuid > ? ORDER BY run_uuid LIMIT ${PAGE}`;
      for await (const row of paged('run_uuid', (from) => all('runs', sql, Number(experiment), from))) {
        const id = text(row.run_uuid);
        yield toRun(row, {
          params: pairs('params', 'key', 'value', 'run_uuid', id),
          tags: pairs('tags', 'key', 'value', 'run_uuid', id),
          datasets: readDatasets(all, id),
          models: readRunModels(all, id),
        });
      }
    },
    async *points(run) {
      const rows = database
        .prepare('SELECT key, value, timestamp, step, is_nan FROM metrics WHERE run_uuid = ?')
        .iterate(run.id) as Iterable<Row>;
      let page: SourcePoint[] = [];
      for (const row of rows) {
        page.push(toPoint(row));
        if (page.length < POINTS) continue;
        yield page;
        page = [];
      }
      if (page.length > 0) yield page;
    },
    async *loggedModels(experiment) {
      const sql = "SELECT * FROM logged_models WHERE experiment_id = ? AND lifecycle_stage = 'active'";
      for (const row of all('logged_models', sql, Number(experiment))) {
        const id = text(row.model_id);
        yield toLoggedModel(row, {
          params: pairs('logged_model_params', 'param_key', 'param_value', 'model_id', id),
          tags: pairs('logged_model_tags', 'tag_key', 'tag_value', 'model_id', id),
          metrics: all('logged_model_metrics', 'SELECT * FROM logged_model_metrics WHERE model_id = ?', id),
        });
      }
    },
    async *models() {
      for (const row of all('registered_models', 'SELECT * FROM registered_models ORDER BY name'))
        yield readModel(row, all, pairs);
    },
    async *traces(experiment) {
      const sql = `SELECT * FROM trace_info WHERE experiment_id = ? AND request_id > ? ORDER BY request_id LIMIT ${PAGE}`;
      const page = (from: string) => all('trace_info', sql, Number(experiment), from);
      for await (const row of paged('request_id', page)) yield readTrace(row, all, pairs);
    },
    artifacts: (uri) => listArtifacts(uri, roots),
    async leftOut() {
      const counts = WITHOUT_A_PLACE.map((table): [string, number] => {
        const [row] = all(table, `SELECT COUNT(*) AS rows FROM ${table}`);
        return [table.replaceAll('_', ' '), Number(row?.rows ?? 0)];
      });
      return Object.fromEntries(counts.filter(([, rows]) => rows > 0));
    },
    async [Symbol.asyncDispose]() {
      database.close();
    },
  };
}

/** Tables whose content is about MLflow's own server, or belongs to parts that have no counterpart. */
const WITHOUT_A_PLACE = [
  'webhooks',
  'jobs',
  'evaluation_datasets',
  'scorers',
  'endpoints',
  'secrets',
  'issues',
  'review_queues',
] as const;

type ReadAll = (table: string, sql: string, ...values: SQLInputValue[]) => Row[];
type ReadPairs = (
  table: string,
  key: string,
  value: string,
  owner: string,
  id: SQLInputValue,
) => Record<string, string>;

function openReadOnly(path: string): DatabaseSync {
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    database.prepare('SELECT experiment_id FROM experiments LIMIT 1').all();
    return database;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AirworthyError('IMPORT_SOURCE_UNREADABLE', {
      message: `${path} is not a database of MLflow: ${reason}`,
      cause,
    });
  }
}

function tablesOf(database: DatabaseSync): ReadonlySet<string> {
  const rows = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as Row[];
  return new Set(rows.map((row) => text(row.name)));
}

/** Pages by key until one is not full. */
async function* paged(key: string, read: (from: string) => Row[]): AsyncIterable<Row> {
  for (let from = ''; ; ) {
    const rows = read(from);
    yield* rows;
    if (rows.length < PAGE) return;
    from = text(rows[rows.length - 1][key]);
  }
}

const text = (value: unknown): string => String(value);
const textOrNull = (value: unknown): string | null =>
  value === null || value === undefined ? null : String(value);
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
const lifecycleOf = (value: unknown) => (value === 'deleted' ? 'deleted' : 'active');

function pairsOf(rows: readonly Row[]): Record<string, string> {
  return Object.fromEntries(rows.map(({ key, value }) => [text(key), text(value ?? '')]));
}

function toExperiment(row: Row, tags: Record<string, string>): SourceExperiment {
  const createdAt = numberOrNull(row.creation_time) ?? 0;
  return {
    id: text(row.experiment_id),
    name: text(row.name),
    lifecycle: lifecycleOf(row.lifecycle_stage),
    artifactLocation: textOrNull(row.artifact_location),
    createdAt,
    updatedAt: numberOrNull(row.last_update_time) ?? createdAt,
    tags,
  };
}

function toRun(row: Row, related: Pick<SourceRun, 'params' | 'tags' | 'datasets' | 'models'>): SourceRun {
  return {
    id: text(row.run_uuid),
    name: textOrNull(row.name) ?? '',
    userId: textOrNull(row.user_id) ?? '',
    status: text(row.status),
    startedAt: numberOrNull(row.start_time) ?? 0,
    endedAt: numberOrNull(row.end_time),
    lifecycle: lifecycleOf(row.lifecycle_stage),
    artifactUri: text(row.artifact_uri ?? ''),
    ...related,
  };
}

function toPoint(row: Row): SourcePoint {
  return {
    key: text(row.key),
    step: Number(row.step),
    time: Number(row.timestamp),
    value: row.is_nan === 1 ? Number.NaN : Number(row.value),
  };
}

function readDatasets(all: ReadAll, run: string): SourceDataset[] {
  const sql = `SELECT datasets.*, inputs.input_uuid FROM inputs JOIN datasets
    ON datasets.dataset_uuid = inputs.source_id
    WHERE inputs.source_type = 'DATASET' AND inputs.destination_type = 'RUN' AND inputs.destination_id = ?`;
  return all('datasets', sql, run).map((row) => ({
    name: text(row.name),
    digest: text(row.digest),
    sourceType: text(row.dataset_source_type),
    source: text(row.dataset_source),
    schema: textOrNull(row.dataset_schema),
    profile: textOrNull(row.dataset_profile),
    tags: pairsOf(
      all(
        'input_tags',
        'SELECT name AS key, value FROM input_tags WHERE input_uuid = ?',
        text(row.input_uuid),
      ),
    ),
  }));
}

function readRunModels(all: ReadAll, run: string): SourceRun['models'] {
  const sql = `SELECT source_type, destination_id, step FROM inputs
    WHERE source_type IN ('RUN_INPUT', 'RUN_OUTPUT') AND source_id = ?`;
  return all('inputs', sql, run).map((row) => ({
    id: text(row.destination_id),
    direction: row.source_type === 'RUN_INPUT' ? 'input' : 'output',
    step: Number(row.step ?? 0),
  }));
}

const LOGGED_MODEL_STATUS: Record<number, string> = {
  1: 'LOGGED_MODEL_PENDING',
  2: 'LOGGED_MODEL_READY',
  3: 'LOGGED_MODEL_UPLOAD_FAILED',
};

function toLoggedModel(
  row: Row,
  related: { params: Record<string, string>; tags: Record<string, string>; metrics: Row[] },
): SourceLoggedModel {
  return {
    id: text(row.model_id),
    name: text(row.name),
    modelType: textOrNull(row.model_type),
    status: LOGGED_MODEL_STATUS[Number(row.status)] ?? 'LOGGED_MODEL_STATUS_UNSPECIFIED',
    statusMessage: textOrNull(row.status_message),
    sourceRun: textOrNull(row.source_run_id),
    createdAt: Number(row.creation_timestamp_ms),
    updatedAt: Number(row.last_updated_timestamp_ms),
    artifactUri: text(row.artifact_location),
    params: related.params,
    tags: related.tags,
    metrics: related.metrics.map((metric) => ({
      key: text(metric.metric_name),
      step: Number(metric.metric_step),
      time: Number(metric.metric_timestamp_ms),
      value: numberOrNull(metric.metric_value) ?? Number.NaN,
      run: text(metric.run_id),
      datasetName: textOrNull(metric.dataset_name),
      datasetDigest: textOrNull(metric.dataset_digest),
    })),
  };
}

function readModel(row: Row, all: ReadAll, pairs: ReadPairs): SourceModel {
  const name = text(row.name);
  const createdAt = numberOrNull(row.creation_time) ?? 0;
  const aliases = pairs('registered_model_aliases', 'alias', 'version', 'name', name);
  return {
    name,
    description: textOrNull(row.description) ?? '',
    createdAt,
    updatedAt: numberOrNull(row.last_updated_time) ?? createdAt,
    tags: pairs('registered_model_tags', 'key', 'value', 'name', name),
    aliases: Object.fromEntries(Object.entries(aliases).map(([alias, number]) => [alias, Number(number)])),
    versions: all('model_versions', 'SELECT * FROM model_versions WHERE name = ? ORDER BY version', name).map(
      (version) => toVersion(version, all),
    ),
  };
}

function toVersion(row: Row, all: ReadAll): SourceVersion {
  const createdAt = numberOrNull(row.creation_time) ?? 0;
  const source = text(row.source ?? '');
  const tags = 'SELECT key, value FROM model_version_tags WHERE name = ? AND version = ?';
  return {
    number: Number(row.version),
    source,
    run: textOrNull(row.run_id) || null,
    loggedModel: loggedModelOf(source),
    runLink: textOrNull(row.run_link) ?? '',
    description: textOrNull(row.description) ?? '',
    stage: textOrNull(row.current_stage) ?? 'None',
    userId: textOrNull(row.user_id) ?? '',
    createdAt,
    updatedAt: numberOrNull(row.last_updated_time) ?? createdAt,
    tags: pairsOf(all('model_version_tags', tags, text(row.name), Number(row.version))),
  };
}

function readTrace(row: Row, all: ReadAll, pairs: ReadPairs): SourceTrace {
  const id = text(row.request_id);
  const spans = `SELECT content, CAST(start_time_unix_nano AS TEXT) AS started,
    CAST(end_time_unix_nano AS TEXT) AS ended FROM spans WHERE trace_id = ?`;
  return {
    id,
    requestTime: Number(row.timestamp_ms),
    durationMs: numberOrNull(row.execution_time_ms),
    state: text(row.status),
    clientRequestId: textOrNull(row.client_request_id),
    requestPreview: textOrNull(row.request_preview),
    responsePreview: textOrNull(row.response_preview),
    metadata: pairs('trace_request_metadata', 'key', 'value', 'request_id', id),
    tags: pairs('trace_tags', 'key', 'value', 'request_id', id),
    spans: async () => all('spans', spans, id).map((span) => readSpan(text(span.content), span)),
    assessments: all('assessments', 'SELECT * FROM assessments WHERE trace_id = ?', id).map(toAssessment),
  };
}

function toAssessment(row: Row): SourceAssessment {
  const json = (value: unknown) => (value === null ? null : JSON.parse(text(value)));
  return {
    id: text(row.assessment_id),
    name: text(row.name),
    kind: row.assessment_type === 'expectation' ? 'expectation' : 'feedback',
    value: json(row.value),
    error: json(row.error),
    rationale: textOrNull(row.rationale),
    sourceType: text(row.source_type),
    sourceId: textOrNull(row.source_id) ?? '',
    span: textOrNull(row.span_id),
    metadata: json(row.assessment_metadata) ?? {},
    overrides: textOrNull(row.overrides),
    valid: row.valid !== 0,
    createdAt: Number(row.created_timestamp),
    updatedAt: Number(row.last_updated_timestamp),
  };
}
