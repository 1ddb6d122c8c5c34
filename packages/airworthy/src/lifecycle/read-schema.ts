import { z } from 'zod';
import { DatasetVersion, Split } from '../data/index.ts';
import { EvaluationReport, MetricResult, Verdict } from '../evaluation/index.ts';
import { signatureSchema } from '../models/model-schema.ts';
import { Alert, LabelState, PerformanceGate } from '../monitoring/index.ts';
import { Manifest, ModelCard, ModelVersion } from '../registry/index.ts';
import { DeploymentRecord, EndpointStatus } from '../serving/index.ts';
import { METRIC_NAMES } from '../stats/metric-names.ts';
import { Improvement } from './improve/schema.ts';

/** The eight stages, in the order of the data. */
export const StageName = z.enum([
  'data',
  'tracking',
  'training',
  'evaluation',
  'registry',
  'serving',
  'monitoring',
  'feedback',
]);
export type StageName = z.infer<typeof StageName>;

/** An object of the record, as a link needs it. */
export const Pointer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('dataset-version'), dataset: z.string(), number: z.int() }),
  z.strictObject({ kind: z.literal('run'), run: z.string() }),
  z.strictObject({ kind: z.literal('model'), model: z.string() }),
  z.strictObject({ kind: z.literal('model-version'), model: z.string(), number: z.int() }),
  z.strictObject({ kind: z.literal('endpoint'), endpoint: z.string() }),
  z.strictObject({ kind: z.literal('alert'), alert: z.string() }),
  z.strictObject({ kind: z.literal('improvement'), improvement: z.string() }),
  z.strictObject({ kind: z.literal('dataset'), dataset: z.string() }),
  z.strictObject({ kind: z.literal('suite'), suite: z.string() }),
  z.strictObject({ kind: z.literal('evaluation'), evaluation: z.string() }),
]);
export type Pointer = z.infer<typeof Pointer>;

/** A stage in one line. */
export const StageFact = z.strictObject({
  stage: StageName,
  /** `attention`: someone should look; `trouble`: something does not work; `working`: it is under way. */
  state: z.enum(['ok', 'attention', 'trouble', 'empty', 'working']),
  /** The one fact that matters, as a sentence. */
  fact: z.string(),
  /** When it became so; milliseconds since the epoch. */
  at: z.number().nullable(),
  to: Pointer.nullable(),
  /** Empty stages: the command that fills them. */
  command: z.string().nullable(),
});
export type StageFact = z.infer<typeof StageFact>;

/** An endpoint with what is to be said of it first. */
export const ServedEndpoint = EndpointStatus.extend({
  /** `version 7 of flight-delays serves since 2001-03-04; better than …`. */
  answer: z.string(),
});
export type ServedEndpoint = z.infer<typeof ServedEndpoint>;

/** The project at a glance. */
export const Overview = z.strictObject({
  project: z.string(),
  /** Of Airworthy. */
  version: z.string(),
  /** The project's time, virtual in a rehearsal; milliseconds since the epoch. */
  now: z.number(),
  /** All eight, in order. */
  stages: z.array(StageFact),
  serving: z.array(ServedEndpoint),
  alerts: z.strictObject({
    /** Not resolved. */
    page: z.int(),
    ticket: z.int(),
    digest: z.int(),
    /** The newest of these, at most 20. */
    newest: z.array(Alert),
  }),
  /** Of the version that each endpoint serves now; without those that had no traffic yet. */
  labels: z.array(LabelState),
  /** The newest. */
  improvement: Improvement.nullable(),
});
export type Overview = z.infer<typeof Overview>;

/** A run, dataset version or what else something came from or went into. */
export const LineageStep = z.strictObject({
  kind: z.enum([
    'files',
    'feedback',
    'dataset-version',
    'split',
    'commit',
    'run',
    'bundle',
    'model-version',
    'deployment',
  ]),
  label: z.string(),
  detail: z.string(),
  digest: z.string().nullable(),
  at: z.number().nullable(),
  /** A deployment that has ended; null for one that serves now, and for all that is no deployment. */
  endedAt: z.number().nullable(),
  to: Pointer.nullable(),
});
export type LineageStep = z.infer<typeof LineageStep>;

/** A model version that was trained on some rows, directly or through a dataset made from them. */
export const TrainedVersion = z.strictObject({
  model: z.string(),
  number: z.int(),
  bundle: z.string(),
  run: z.string(),
  /** Digest of the dataset version it was trained on: the one asked about, or one made from it. */
  trainedOn: z.string(),
  /** Endpoints that serve it now. */
  endpoints: z.array(z.string()),
});
export type TrainedVersion = z.infer<typeof TrainedVersion>;

/** A dataset version with what it was made from and what was made of it. */
export const DatasetVersionDetails = DatasetVersion.extend({
  splits: z.array(Split),
  /** What it was made from, beyond files: dataset versions by name, other content by digest. */
  origins: z.array(z.strictObject({ digest: z.string(), label: z.string(), to: Pointer.nullable() })),
  usedBy: z.strictObject({
    /** The newest runs that read it, at most 20. */
    runs: z.array(z.strictObject({ id: z.string(), name: z.string(), startedAt: z.number() })),
    models: z.array(TrainedVersion),
  }),
});
export type DatasetVersionDetails = z.infer<typeof DatasetVersionDetails>;

/** A model version in a list. */
export const ModelVersionItem = ModelVersion.extend({
  /** Null where a client registered it without a run. */
  run: z.string().nullable(),
  aliases: z.array(z.string()),
  /** All gates together; null where none was asked. */
  outcome: z.enum(['pass', 'fail', 'undecided']).nullable(),
  /** The primary metric of its evaluation. */
  metric: MetricResult.nullable(),
  /** Endpoints that serve it now, and since when. */
  serving: z.array(z.strictObject({ endpoint: z.string(), since: z.number() })),
});
export type ModelVersionItem = z.infer<typeof ModelVersionItem>;

/** A model version with its evidence. */
export const ModelVersionDetails = ModelVersionItem.extend({
  /** What is to be said of it first. */
  answer: z.string(),
  card: ModelCard.nullable(),
  verdicts: z.array(Verdict),
  evaluation: EvaluationReport.nullable(),
  files: Manifest.shape.files,
  /** Bytes of all files. */
  size: z.int(),
  /** Rows and commit first, what serves last. */
  lineage: z.array(LineageStep),
  /** Newest first, at most 50. */
  deployments: z.array(DeploymentRecord),
});
export type ModelVersionDetails = z.infer<typeof ModelVersionDetails>;

/** A metric as pages name it. */
export const MetricTraits = z.strictObject({
  name: z.enum(METRIC_NAMES),
  label: z.string(),
  higherIsBetter: z.boolean(),
  unit: z.string().nullable(),
});
export type MetricTraits = z.infer<typeof MetricTraits>;

/** An endpoint with what it takes and what it served. */
export const EndpointDetails = ServedEndpoint.extend({
  /** Null where nothing serves. */
  signature: signatureSchema.nullable(),
  /** A record the model answers, from its golden file. */
  example: z.record(z.string(), z.unknown()).nullable(),
  /** The metric its evaluation puts first. */
  primary: MetricTraits.nullable(),
  /** What performance must hold, as the project says; empty where it leaves that to the default. */
  performance: z.array(PerformanceGate),
  /** Model versions with traffic, newest first. */
  versions: z.array(LabelState),
  /** Newest first, at most 50. */
  deployments: z.array(DeploymentRecord),
});
export type EndpointDetails = z.infer<typeof EndpointDetails>;

/** One find of a search. */
export const SearchHit = z.strictObject({
  to: Pointer,
  label: z.string(),
  detail: z.string(),
});
export type SearchHit = z.infer<typeof SearchHit>;
