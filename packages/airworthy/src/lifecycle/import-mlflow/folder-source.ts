import { createReadStream, existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { parse } from 'yaml';
import { AirworthyError } from '../../kernel/errors.ts';
import { type ArtifactRoots, listArtifacts } from './artifact-files.ts';
import { quoteNanoseconds, readSpan } from './read-span.ts';
import type {
  MlflowSource,
  SourceAssessment,
  SourceDataset,
  SourceExperiment,
  SourceLoggedModel,
  SourceModel,
  SourcePoint,
  SourceRun,
  SourceSpan,
  SourceTrace,
  SourceVersion,
} from './source.ts';

const POINTS = 5_000;
const META = 'meta.yaml';
const TRASH = '.trash';
/** The registry's folder among those of the experiments. */
const REGISTRY = 'models';
/** What lies in an experiment's folder beside its runs. */
const NO_RUNS: ReadonlySet<string> = new Set(['tags', 'datasets', 'traces', 'models']);

type Meta = Record<string, unknown>;

/** The folder of files that MLflow keeps without a database (`mlruns`), read and never written. */
export function openFolderSource(root: string, roots: ArtifactRoots): MlflowSource {
  const homes = homesOf(root);
  if (homes.size === 0) {
    throw new AirworthyError('IMPORT_SOURCE_UNREADABLE', {
      message: `${root} holds no experiment of MLflow: no folder in it has a ${META} with an experiment_id`,
    });
  }
  const home = (experiment: string): string => homes.get(experiment) as string;
  const runHomes = new WeakMap<SourceRun, string>();
  return {
    identity: `folder ${root}`,
    async *experiments() {
      for (const folder of homes.values()) yield readExperiment(folder);
    },
    async *runs(experiment) {
      for (const id of foldersIn(home(experiment))) {
        const folder = join(home(experiment), id);
        if (NO_RUNS.has(id) || !existsSync(join(folder, META))) continue;
        const run = readRun(folder, home(experiment));
        runHomes.set(run, folder);
        yield run;
      }
    },
    async *points(run) {
      const metrics = join(runHomes.get(run) as string, 'metrics');
      for (const key of filesUnder(metrics)) yield* readPoints(join(metrics, key), key);
    },
    async *loggedModels(experiment) {
      const models = join(home(experiment), 'models');
      for (const id of foldersIn(models)) yield await readLoggedModel(join(models, id));
    },
    async *models() {
      const registry = join(root, REGISTRY);
      for (const name of foldersIn(registry)) yield readModel(join(registry, name));
    },
    async *traces(experiment) {
      const traces = join(home(experiment), 'traces');
      for (const id of foldersIn(traces)) yield readTrace(join(traces, id));
    },
    artifacts: (uri) => listArtifacts(uri, roots),
    leftOut: async () => ({}),
    async [Symbol.asyncDispose]() {},
  };
}

/** Each experiment's folder by its id, deleted ones too. */
function homesOf(root: string): Map<string, string> {
  const homes = new Map<string, string>();
  for (const parent of [root, join(root, TRASH)]) {
    for (const name of foldersIn(parent)) {
      const folder = join(parent, name);
      if (name === TRASH || !existsSync(join(folder, META))) continue;
      const { experiment_id } = readMeta(folder);
      if (experiment_id !== undefined) homes.set(String(experiment_id), folder);
    }
  }
  return homes;
}

function foldersIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

/** Relative paths, with `/`: keys with a slash lie in folders. */
function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
}

/** Numbers of 64 bits (ids of experiments) stay texts. */
function readYaml(path: string): Meta {
  try {
    return parse(readFileSync(path, 'utf8'), { intAsBigInt: false, schema: 'core' }) as Meta;
  } catch (cause) {
    throw new AirworthyError('IMPORT_SOURCE_UNREADABLE', {
      message: `${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause,
    });
  }
}

const readMeta = (folder: string): Meta => readYaml(join(folder, META));

function readPairs(folder: string): Record<string, string> {
  return Object.fromEntries(filesUnder(folder).map((key) => [key, readFileSync(join(folder, key), 'utf8')]));
}

const text = (value: unknown): string => (value === null || value === undefined ? '' : String(value));
const textOrNull = (value: unknown): string | null => text(value) || null;
const lifecycleOf = (value: unknown) => (value === 'deleted' ? 'deleted' : 'active');

function readExperiment(folder: string): SourceExperiment {
  const meta = readMeta(folder);
  const createdAt = Number(meta.creation_time ?? 0);
  return {
    id: text(meta.experiment_id),
    name: text(meta.name),
    lifecycle: lifecycleOf(meta.lifecycle_stage),
    artifactLocation: textOrNull(meta.artifact_location),
    createdAt,
    updatedAt: Number(meta.last_update_time ?? createdAt),
    tags: readPairs(join(folder, 'tags')),
  };
}

const STATUS = ['', 'RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];

function readRun(folder: string, experiment: string): SourceRun {
  const meta = readMeta(folder);
  const inputs = foldersIn(join(folder, 'inputs')).map((id) => readMeta(join(folder, 'inputs', id)));
  const outputs = foldersIn(join(folder, 'outputs')).map((id) => readMeta(join(folder, 'outputs', id)));
  const links = [...inputs, ...outputs].filter(({ destination_type }) => destination_type !== 'RUN');
  return {
    id: text(meta.run_id ?? meta.run_uuid),
    name: text(meta.run_name),
    userId: text(meta.user_id),
    status: STATUS[Number(meta.status)] ?? text(meta.status),
    startedAt: Number(meta.start_time ?? 0),
    endedAt: meta.end_time === null || meta.end_time === undefined ? null : Number(meta.end_time),
    lifecycle: lifecycleOf(meta.lifecycle_stage),
    artifactUri: text(meta.artifact_uri),
    params: readPairs(join(folder, 'params')),
    tags: readPairs(join(folder, 'tags')),
    datasets: inputs
      .filter(({ source_type }) => source_type === 'DATASET')
      .map((input) => readDataset(join(experiment, 'datasets', text(input.source_id)), input)),
    models: links.map((link) => ({
      id: text(link.destination_id),
      direction: link.destination_type === 'MODEL_OUTPUT' ? 'output' : 'input',
      step: Number(link.step ?? 0),
    })),
  };
}

function readDataset(folder: string, { tags }: Meta): SourceDataset {
  const meta = readMeta(folder);
  return {
    name: text(meta.name),
    digest: text(meta.digest),
    sourceType: text(meta.source_type),
    source: text(meta.source),
    schema: textOrNull(meta.schema),
    profile: textOrNull(meta.profile),
    tags: (tags ?? {}) as Record<string, string>,
  };
}

/** Lines of `time value step`, with what a logged model's metric belongs to after them. */
async function* readPoints(file: string, key: string): AsyncIterable<SourcePoint[]> {
  let page: SourcePoint[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line.trim() === '') continue;
    page.push(readPoint(line, key));
    if (page.length < POINTS) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}

function readPoint(line: string, key: string): SourcePoint {
  const [time, value, step = '0'] = line.split(' ');
  return { key, time: Number(time), value: readNumber(value), step: Number(step) };
}

/** As Python prints them. */
function readNumber(value: string): number {
  const special = /^([+-]?)(nan|inf)$/i.exec(value);
  if (!special) return Number(value);
  if (special[2].toLowerCase() === 'nan') return Number.NaN;
  return special[1] === '-' ? -Infinity : Infinity;
}

const MODEL_STATUS = [
  'LOGGED_MODEL_STATUS_UNSPECIFIED',
  'LOGGED_MODEL_PENDING',
  'LOGGED_MODEL_READY',
  'LOGGED_MODEL_UPLOAD_FAILED',
];

async function readLoggedModel(folder: string): Promise<SourceLoggedModel> {
  const meta = readMeta(folder);
  const metrics = join(folder, 'metrics');
  return {
    id: text(meta.model_id),
    name: text(meta.name),
    modelType: textOrNull(meta.model_type),
    status: MODEL_STATUS[Number(meta.status)] ?? MODEL_STATUS[0],
    statusMessage: textOrNull(meta.status_message),
    sourceRun: textOrNull(meta.source_run_id),
    createdAt: Number(meta.creation_timestamp ?? 0),
    updatedAt: Number(meta.last_updated_timestamp ?? 0),
    artifactUri: text(meta.artifact_location),
    params: readPairs(join(folder, 'params')),
    tags: readPairs(join(folder, 'tags')),
    metrics: filesUnder(metrics).flatMap((key) =>
      readFileSync(join(metrics, key), 'utf8')
        .split('\n')
        .filter((line) => line.trim() !== '')
        .map((line) => {
          const [, , , run = '', datasetName = null, datasetDigest = null] = line.split(' ');
          return { ...readPoint(line, key), run, datasetName, datasetDigest };
        }),
    ),
  };
}

function readModel(folder: string): SourceModel {
  const meta = readMeta(folder);
  const aliases = (meta.aliases ?? {}) as Record<string, unknown>;
  const versions = foldersIn(folder).filter((name) => name.startsWith('version-'));
  return {
    name: text(meta.name),
    description: text(meta.description),
    createdAt: Number(meta.creation_timestamp ?? 0),
    updatedAt: Number(meta.last_updated_timestamp ?? 0),
    tags: readPairs(join(folder, 'tags')),
    aliases: Object.fromEntries(Object.entries(aliases).map(([alias, number]) => [alias, Number(number)])),
    versions: versions.map((name) => readVersion(join(folder, name))).sort((a, b) => a.number - b.number),
  };
}

function readVersion(folder: string): SourceVersion {
  const meta = readMeta(folder);
  return {
    number: Number(meta.version),
    source: text(meta.source),
    run: textOrNull(meta.run_id),
    loggedModel: textOrNull(meta.model_id),
    runLink: text(meta.run_link),
    description: text(meta.description),
    stage: text(meta.current_stage) || 'None',
    userId: text(meta.user_id),
    createdAt: Number(meta.creation_timestamp ?? 0),
    updatedAt: Number(meta.last_updated_timestamp ?? 0),
    tags: readPairs(join(folder, 'tags')),
  };
}

function readTrace(folder: string): SourceTrace {
  const info = readYaml(join(folder, 'trace_info.yaml'));
  const assessments = join(folder, 'assessments');
  return {
    id: text(info.trace_id ?? info.request_id),
    requestTime: timeOf(info.request_time ?? info.timestamp_ms),
    durationMs: durationOf(info),
    state: text(info.state ?? info.status),
    clientRequestId: textOrNull(info.client_request_id),
    requestPreview: textOrNull(info.request_preview),
    responsePreview: textOrNull(info.response_preview),
    metadata: readPairs(join(folder, 'request_metadata')),
    tags: readPairs(join(folder, 'tags')),
    spans: async () => readSpans(join(folder, 'artifacts', 'traces.json')),
    assessments: filesUnder(assessments).map((name) => toAssessment(readYaml(join(assessments, name)))),
  };
}

/** Each from its own JSON, with its nanoseconds as they stand. */
function readSpans(path: string): SourceSpan[] {
  if (!existsSync(path)) return [];
  const { spans } = JSON.parse(quoteNanoseconds(readFileSync(path, 'utf8'))) as { spans: unknown[] };
  return spans.map((span) => readSpan(JSON.stringify(span)));
}

/** RFC 3339 text or milliseconds. */
function timeOf(value: unknown): number {
  return typeof value === 'number' ? value : Date.parse(text(value)) || 0;
}

function durationOf(info: Meta): number | null {
  const value = info.execution_duration_ms ?? info.execution_duration ?? info.execution_time_ms;
  return typeof value === 'number' ? value : null;
}

function toAssessment(meta: Meta): SourceAssessment {
  const feedback = meta.feedback as Meta | undefined;
  const expectation = meta.expectation as Meta | undefined;
  const source = (meta.source ?? {}) as Meta;
  return {
    id: text(meta.assessment_id),
    name: text(meta.assessment_name),
    kind: expectation ? 'expectation' : 'feedback',
    value: (expectation ?? feedback)?.value ?? null,
    error: feedback?.error ?? null,
    rationale: textOrNull(meta.rationale),
    sourceType: text(source.source_type),
    sourceId: text(source.source_id),
    span: textOrNull(meta.span_id),
    metadata: (meta.metadata ?? {}) as Record<string, string>,
    overrides: textOrNull(meta.overrides),
    valid: meta.valid !== false,
    createdAt: timeOf(meta.create_time),
    updatedAt: timeOf(meta.last_update_time),
  };
}
