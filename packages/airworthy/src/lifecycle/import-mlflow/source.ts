import type { Readable } from 'node:stream';

/** Where an MLflow keeps what it tracked: its database, its folder of files, or its server. All times in ms since the epoch. */
export interface MlflowSource extends AsyncDisposable {
  /** The same for the same source, so that an import that was broken off finds how far it came. */
  readonly identity: string;
  experiments(): AsyncIterable<SourceExperiment>;
  runs(experiment: string): AsyncIterable<SourceRun>;
  /** Every point of every metric of a run, some thousand at a time. */
  points(run: SourceRun): AsyncIterable<SourcePoint[]>;
  loggedModels(experiment: string): AsyncIterable<SourceLoggedModel>;
  models(): AsyncIterable<SourceModel>;
  traces(experiment: string): AsyncIterable<SourceTrace>;
  /** Of a run, a logged model or a trace; throws ARTIFACTS_UNREACHABLE where they lie somewhere that cannot be read from here. */
  artifacts(uri: string): AsyncIterable<SourceArtifact>;
  /** What is there and has no place here: how many of what. */
  leftOut(): Promise<Record<string, number>>;
}

export interface SourceExperiment {
  id: string;
  name: string;
  lifecycle: 'active' | 'deleted';
  artifactLocation: string | null;
  createdAt: number;
  updatedAt: number;
  tags: Record<string, string>;
}

export interface SourceRun {
  id: string;
  name: string;
  userId: string;
  /** As MLflow writes it: `FINISHED`. */
  status: string;
  startedAt: number;
  endedAt: number | null;
  lifecycle: 'active' | 'deleted';
  artifactUri: string;
  params: Record<string, string>;
  tags: Record<string, string>;
  datasets: SourceDataset[];
  models: { id: string; direction: 'input' | 'output'; step: number }[];
}

export interface SourceDataset {
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  schema: string | null;
  profile: string | null;
  tags: Record<string, string>;
}

export interface SourcePoint {
  key: string;
  step: number;
  time: number;
  /** May be NaN. */
  value: number;
}

export interface SourceLoggedModel {
  id: string;
  name: string;
  modelType: string | null;
  /** As MLflow writes it: `LOGGED_MODEL_READY`. */
  status: string;
  statusMessage: string | null;
  sourceRun: string | null;
  createdAt: number;
  updatedAt: number;
  artifactUri: string;
  params: Record<string, string>;
  tags: Record<string, string>;
  metrics: (SourcePoint & { run: string; datasetName: string | null; datasetDigest: string | null })[];
}

export interface SourceModel {
  name: string;
  description: string;
  createdAt: number;
  updatedAt: number;
  tags: Record<string, string>;
  /** Alias to version number. */
  aliases: Record<string, number>;
  versions: SourceVersion[];
}

/** The logged model that a version’s source names: `models:/m-…`. */
export function loggedModelOf(source: string): string | null {
  return /^models:\/(m-[0-9a-f]+)$/.exec(source)?.[1] ?? null;
}

export interface SourceVersion {
  number: number;
  source: string;
  run: string | null;
  loggedModel: string | null;
  runLink: string;
  description: string;
  stage: string;
  userId: string;
  createdAt: number;
  updatedAt: number;
  tags: Record<string, string>;
}

export interface SourceTrace {
  id: string;
  requestTime: number;
  durationMs: number | null;
  state: string;
  clientRequestId: string | null;
  requestPreview: string | null;
  responsePreview: string | null;
  metadata: Record<string, string>;
  tags: Record<string, string>;
  /** Read only when asked for: a trace that is here already is not worth it. */
  spans(): Promise<SourceSpan[]>;
  assessments: SourceAssessment[];
}

export interface SourceSpan {
  traceId: string;
  id: string;
  parent: string | null;
  name: string;
  startedNs: bigint;
  endedNs: bigint;
  status: 'unset' | 'ok' | 'error';
  statusMessage: string | null;
  /** Decoded: MLflow writes each value as JSON. */
  attributes: Record<string, unknown>;
  events: { name: string; timeNs: bigint; attributes: Record<string, unknown> }[];
}

export interface SourceAssessment {
  id: string;
  name: string;
  kind: 'feedback' | 'expectation';
  value: unknown;
  error: unknown;
  rationale: string | null;
  sourceType: string;
  sourceId: string;
  span: string | null;
  metadata: Record<string, string>;
  overrides: string | null;
  valid: boolean;
  createdAt: number;
  updatedAt: number;
}

export interface SourceArtifact {
  path: string;
  open(): Promise<Readable>;
}
