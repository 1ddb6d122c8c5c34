import { AirworthyError } from '../../kernel/errors.ts';
import type { MlflowApi } from './mlflow-api.ts';
import { fromOtlpSpan, type OtlpSpan } from './otlp-span.ts';
import { quoteNanoseconds } from './read-span.ts';
import type {
  Pair,
  WireAssessment,
  WireExperiment,
  WireLoggedModel,
  WireModel,
  WirePoint,
  WireRun,
  WireTraceInfo,
  WireVersion,
} from './server-messages.ts';
import {
  loggedModelOf,
  type MlflowSource,
  type SourceArtifact,
  type SourceAssessment,
  type SourceExperiment,
  type SourceLoggedModel,
  type SourceModel,
  type SourcePoint,
  type SourceRun,
  type SourceSpan,
  type SourceTrace,
  type SourceVersion,
} from './source.ts';

const V2 = '/api/2.0/mlflow';
const V3 = '/api/3.0/mlflow';
const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts';
const PAGE = 200;
const POINTS = 5_000;
const PROMPTS = "tag.`mlflow.prompt.is_prompt` = 'true'";

/** An MLflow server, read through its REST API. */
export function openServerSource(api: MlflowApi): MlflowSource {
  const metricKeys = new WeakMap<SourceRun, string[]>();
  return {
    identity: `server ${api.url}`,
    async *experiments() {
      const body = { max_results: PAGE, view_type: 'ALL', order_by: ['creation_time ASC'] };
      const pages = paged<WireExperiment>(api, `${V2}/experiments/search`, body, 'experiments');
      for await (const experiment of pages) yield toExperiment(experiment);
    },
    async *runs(experiment) {
      const body = {
        experiment_ids: [experiment],
        run_view_type: 'ALL',
        max_results: PAGE,
        order_by: ['attributes.start_time ASC'],
      };
      const pages = paged<WireRun>(api, `${V2}/runs/search`, body, 'runs');
      for await (const wire of pages) {
        const run = toRun(wire);
        metricKeys.set(
          run,
          (wire.data?.metrics ?? []).map(({ key }) => key),
        );
        yield run;
      }
    },
    async *points(run) {
      for (const key of metricKeys.get(run) ?? []) yield* history(api, run.id, key);
    },
    async *loggedModels(experiment) {
      const body = { experiment_ids: [experiment], max_results: 50 };
      const pages = paged<WireLoggedModel>(api, `${V2}/logged-models/search`, body, 'models');
      for await (const model of pages) yield toLoggedModel(model);
    },
    async *models() {
      for (const filter of [undefined, PROMPTS]) {
        const query = { max_results: String(PAGE), ...(filter ? { filter } : {}) };
        const pages = pagedGet<WireModel>(api, `${V2}/registered-models/search`, query, 'registered_models');
        for await (const model of pages) yield await readModel(api, model);
      }
    },
    async *traces(experiment) {
      const location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: experiment } };
      const body = { locations: [location], max_results: 100, order_by: ['timestamp ASC'] };
      const pages = paged<WireTraceInfo>(api, `${V3}/traces/search`, body, 'traces');
      for await (const info of pages) yield toTrace(api, info);
    },
    artifacts: (uri) => listProxied(api, uri),
    leftOut: async () => ({}),
    async [Symbol.asyncDispose]() {},
  };
}

async function* paged<Item>(api: MlflowApi, path: string, body: object, list: string): AsyncIterable<Item> {
  let page_token: string | undefined;
  do {
    const page = await api.post<Record<string, unknown>>(path, {
      ...body,
      ...(page_token ? { page_token } : {}),
    });
    yield* (page[list] ?? []) as Item[];
    page_token = page.next_page_token as string | undefined;
  } while (page_token);
}

async function* pagedGet<Item>(
  api: MlflowApi,
  path: string,
  query: Record<string, string>,
  list: string,
): AsyncIterable<Item> {
  let page_token = '';
  do {
    const page = await api.get<Record<string, unknown>>(path, {
      ...query,
      ...(page_token ? { page_token } : {}),
    });
    yield* (page[list] ?? []) as Item[];
    page_token = (page.next_page_token as string | undefined) ?? '';
  } while (page_token);
}

const pairsOf = (pairs: readonly Pair[] = []): Record<string, string> =>
  Object.fromEntries(pairs.map(({ key, value = '' }) => [key, value]));
const lifecycleOf = (stage: string) => (stage === 'deleted' ? 'deleted' : 'active');

function toExperiment(experiment: WireExperiment): SourceExperiment {
  const createdAt = experiment.creation_time ?? 0;
  return {
    id: experiment.experiment_id,
    name: experiment.name,
    lifecycle: lifecycleOf(experiment.lifecycle_stage),
    artifactLocation: experiment.artifact_location ?? null,
    createdAt,
    updatedAt: experiment.last_update_time ?? createdAt,
    tags: pairsOf(experiment.tags),
  };
}

function toRun({ info, data, inputs, outputs }: WireRun): SourceRun {
  return {
    id: info.run_id,
    name: info.run_name ?? '',
    userId: info.user_id ?? '',
    status: info.status,
    startedAt: info.start_time ?? 0,
    endedAt: info.end_time ?? null,
    lifecycle: lifecycleOf(info.lifecycle_stage),
    artifactUri: info.artifact_uri ?? '',
    params: pairsOf(data?.params),
    tags: pairsOf(data?.tags),
    datasets: (inputs?.dataset_inputs ?? []).map(({ dataset, tags }) => ({
      name: dataset.name,
      digest: dataset.digest,
      sourceType: dataset.source_type,
      source: dataset.source,
      schema: dataset.schema ?? null,
      profile: dataset.profile ?? null,
      tags: pairsOf(tags),
    })),
    models: [
      ...(inputs?.model_inputs ?? []).map(({ model_id }) => ({
        id: model_id,
        direction: 'input' as const,
        step: 0,
      })),
      ...(outputs?.model_outputs ?? []).map(({ model_id, step = 0 }) => ({
        id: model_id,
        direction: 'output' as const,
        step,
      })),
    ],
  };
}

const toPoint = ({ key, value, timestamp, step = 0 }: WirePoint): SourcePoint => ({
  key,
  step,
  time: timestamp,
  value: Number(value),
});

async function* history(api: MlflowApi, run: string, key: string): AsyncIterable<SourcePoint[]> {
  const query = { run_id: run, run_uuid: run, metric_key: key, max_results: String(POINTS) };
  let page: SourcePoint[] = [];
  for await (const point of pagedGet<WirePoint>(api, `${V2}/metrics/get-history`, query, 'metrics')) {
    page.push(toPoint(point));
    if (page.length < POINTS) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function toLoggedModel({ info, data }: WireLoggedModel): SourceLoggedModel {
  return {
    id: info.model_id,
    name: info.name,
    modelType: info.model_type ?? null,
    status: info.status,
    statusMessage: info.status_message ?? null,
    sourceRun: info.source_run_id ?? null,
    createdAt: info.creation_timestamp_ms,
    updatedAt: info.last_updated_timestamp_ms,
    artifactUri: info.artifact_uri,
    params: pairsOf(data?.params),
    tags: pairsOf(info.tags),
    metrics: (data?.metrics ?? []).map((point) => ({
      ...toPoint(point),
      run: point.run_id ?? '',
      datasetName: point.dataset_name ?? null,
      datasetDigest: point.dataset_digest ?? null,
    })),
  };
}

async function readModel(api: MlflowApi, model: WireModel): Promise<SourceModel> {
  const quoted = model.name.replaceAll("'", "''");
  // Searches leave prompts out unless they ask for them.
  const isPrompt = pairsOf(model.tags)['mlflow.prompt.is_prompt'] === 'true';
  const filter = [`name = '${quoted}'`, ...(isPrompt ? [PROMPTS] : [])].join(' AND ');
  const query = { filter, max_results: String(PAGE) };
  const versions: SourceVersion[] = [];
  const pages = pagedGet<WireVersion>(api, `${V2}/model-versions/search`, query, 'model_versions');
  for await (const version of pages) versions.push(toVersion(version));
  return {
    name: model.name,
    description: model.description ?? '',
    createdAt: model.creation_timestamp,
    updatedAt: model.last_updated_timestamp,
    tags: pairsOf(model.tags),
    aliases: Object.fromEntries((model.aliases ?? []).map(({ alias, version }) => [alias, Number(version)])),
    versions: versions.sort((a, b) => a.number - b.number),
  };
}

function toVersion(version: WireVersion): SourceVersion {
  return {
    number: Number(version.version),
    source: version.source ?? '',
    run: version.run_id || null,
    loggedModel: version.model_id || loggedModelOf(version.source ?? ''),
    runLink: version.run_link ?? '',
    description: version.description ?? '',
    stage: version.current_stage ?? 'None',
    userId: version.user_id ?? '',
    createdAt: version.creation_timestamp,
    updatedAt: version.last_updated_timestamp,
    tags: pairsOf(version.tags),
  };
}

function toTrace(api: MlflowApi, info: WireTraceInfo): SourceTrace {
  return {
    id: info.trace_id,
    requestTime: Date.parse(info.request_time),
    durationMs: info.execution_duration ? Number.parseFloat(info.execution_duration) * 1_000 : null,
    state: info.state,
    clientRequestId: info.client_request_id ?? null,
    requestPreview: info.request_preview ?? null,
    responsePreview: info.response_preview ?? null,
    metadata: info.trace_metadata ?? {},
    tags: info.tags ?? {},
    spans: () => readSpans(api, info.trace_id),
    assessments: (info.assessments ?? []).map(toAssessment),
  };
}

async function readSpans(api: MlflowApi, trace: string): Promise<SourceSpan[]> {
  const text = await api.text(`${V3}/traces/batchGet`, { trace_ids: trace });
  const { traces = [] } = JSON.parse(quoteNanoseconds(text)) as { traces?: { spans?: OtlpSpan[] }[] };
  return traces.flatMap(({ spans = [] }) => spans.map(fromOtlpSpan));
}

function toAssessment(assessment: WireAssessment): SourceAssessment {
  return {
    id: assessment.assessment_id,
    name: assessment.assessment_name,
    kind: assessment.expectation ? 'expectation' : 'feedback',
    value: (assessment.expectation ?? assessment.feedback)?.value ?? null,
    error: assessment.feedback?.error ?? null,
    rationale: assessment.rationale ?? null,
    sourceType: assessment.source.source_type,
    sourceId: assessment.source.source_id,
    span: assessment.span_id ?? null,
    metadata: assessment.metadata ?? {},
    overrides: assessment.overrides ?? null,
    valid: assessment.valid !== false,
    createdAt: Date.parse(assessment.create_time),
    updatedAt: Date.parse(assessment.last_update_time),
  };
}

/** The files that the server passes on itself, folder by folder. */
async function* listProxied(api: MlflowApi, uri: string): AsyncIterable<SourceArtifact> {
  const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/*(.*)$/.exec(uri);
  if (!proxied) {
    throw new AirworthyError('ARTIFACTS_UNREACHABLE', {
      message: `artifacts at ${uri} are not passed on by the server`,
    });
  }
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const path = [proxied[1], folder].filter(Boolean).join('/');
    const { files = [] } = await api.get<{ files?: { path: string; is_dir?: boolean }[] }>(ARTIFACTS, {
      path,
    });
    for (const file of files) {
      const inside = folder === '' ? file.path : `${folder}/${file.path}`;
      if (file.is_dir) folders.push(inside);
      else
        yield {
          path: inside,
          open: () => api.stream(`${ARTIFACTS}/${encodePath(`${proxied[1]}/${inside}`)}`),
        };
    }
  }
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
