import { z } from 'zod';
import { DatasetDiff, DatasetSummary, VersionSummary } from '../../data/index.ts';
import { Improvement } from '../../lifecycle/improve/schema.ts';
import {
  DatasetVersionDetails,
  EndpointDetails,
  ModelVersionDetails,
  ModelVersionItem,
  Overview,
  SearchHit,
  ServedEndpoint,
} from '../../lifecycle/read-schema.ts';
import { Alert, PeriodReport, SeriesPoint, WindowReport } from '../../monitoring/index.ts';
import { AliasMove, ModelSummary } from '../../registry/index.ts';
import { DeploymentRecord } from '../../serving/index.ts';
import { Artifact, Run } from '../../tracking/index.ts';

/**
 * What `/api/v1` answers to readers, under the names the pages use. Times are milliseconds since the epoch.
 * What a stage records is defined by that stage; this file names the answers and what only an answer has.
 */

/** A page of a list: `next` is the `after` of the page after it, null on the last. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({ items: z.array(item), next: z.string().nullable() });
}

export interface Page<Item> {
  items: Item[];
  next: string | null;
}

/** GET /overview */
export const OverviewAnswer = Overview;
export type OverviewAnswer = z.infer<typeof OverviewAnswer>;

export const DatasetVersionItem = VersionSummary;
export type DatasetVersionItem = z.infer<typeof DatasetVersionItem>;

export const DatasetItem = DatasetSummary;
export type DatasetItem = z.infer<typeof DatasetItem>;

/** GET /datasets */
export const DatasetsAnswer = pageOf(DatasetItem);
export type DatasetsAnswer = z.infer<typeof DatasetsAnswer>;

/** GET /datasets/:dataset */
export const DatasetAnswer = DatasetItem;
export type DatasetAnswer = z.infer<typeof DatasetAnswer>;

/** GET /datasets/:dataset/versions, newest first */
export const DatasetVersionsAnswer = pageOf(DatasetVersionItem);
export type DatasetVersionsAnswer = z.infer<typeof DatasetVersionsAnswer>;

/** GET /datasets/:dataset/versions/:number */
export const DatasetVersionAnswer = DatasetVersionDetails;
export type DatasetVersionAnswer = z.infer<typeof DatasetVersionAnswer>;

/** GET /datasets/:dataset/versions/:number/diff?from=1&key=a&key=b: from that version to this one */
export const DatasetDiffAnswer = DatasetDiff;
export type DatasetDiffAnswer = z.infer<typeof DatasetDiffAnswer>;

/** A number that JSON may not be able to hold: NaN and infinities are null with their name in `special`. */
const Recorded = { value: z.number().nullable(), special: z.string().nullable() };

export const RunMetric = z.strictObject({
  key: z.string(),
  step: z.int(),
  time: z.number(),
  ...Recorded,
  /** Of all finite values; null where there is none. */
  min: z.number().nullable(),
  max: z.number().nullable(),
});
export type RunMetric = z.infer<typeof RunMetric>;

export const RunItem = Run.extend({
  /** The latest of each metric. */
  metrics: z.array(RunMetric),
});
export type RunItem = z.infer<typeof RunItem>;

/** GET /runs?experiment&parent (`none`: runs without one), newest first */
export const RunsAnswer = pageOf(RunItem);
export type RunsAnswer = z.infer<typeof RunsAnswer>;

/** GET /runs/:run */
export const RunAnswer = RunItem.extend({
  params: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
  artifacts: z.array(Artifact),
  /** How many runs name this one as their parent. */
  children: z.int(),
});
export type RunAnswer = z.infer<typeof RunAnswer>;

/** GET /runs/:run/metrics/:key, by step */
export const MetricHistoryAnswer = pageOf(z.strictObject({ step: z.int(), time: z.number(), ...Recorded }));
export type MetricHistoryAnswer = z.infer<typeof MetricHistoryAnswer>;

/** GET /models */
export const ModelsAnswer = pageOf(ModelSummary);
export type ModelsAnswer = z.infer<typeof ModelsAnswer>;

/** GET /models/:model */
export const ModelAnswer = ModelSummary;
export type ModelAnswer = z.infer<typeof ModelAnswer>;

/** GET /models/:model/versions, newest first */
export const ModelVersionsAnswer = pageOf(ModelVersionItem);
export type ModelVersionsAnswer = z.infer<typeof ModelVersionsAnswer>;

/** GET /models/:model/history: moves of its aliases, newest first */
export const AliasHistoryAnswer = pageOf(AliasMove);
export type AliasHistoryAnswer = z.infer<typeof AliasHistoryAnswer>;

/** GET /models/:model/versions/:number */
export const ModelVersionAnswer = ModelVersionDetails;
export type ModelVersionAnswer = z.infer<typeof ModelVersionAnswer>;

/** GET /endpoints */
export const EndpointsAnswer = pageOf(ServedEndpoint);
export type EndpointsAnswer = z.infer<typeof EndpointsAnswer>;

/** GET /endpoints/:endpoint */
export const EndpointAnswer = EndpointDetails;
export type EndpointAnswer = z.infer<typeof EndpointAnswer>;

/** GET /endpoints/:endpoint/deployments, newest first */
export const DeploymentsAnswer = pageOf(DeploymentRecord);
export type DeploymentsAnswer = z.infer<typeof DeploymentsAnswer>;

/** GET /endpoints/:endpoint/series?from&to&step=hour|day|week; from and to as ISO 8601 or milliseconds */
export const SeriesAnswer = z.strictObject({ items: z.array(SeriesPoint) });
export type SeriesAnswer = z.infer<typeof SeriesAnswer>;

/** GET /endpoints/:endpoint/period?from&to&version */
export const PeriodAnswer = PeriodReport;
export type PeriodAnswer = z.infer<typeof PeriodAnswer>;

/** GET /endpoints/:endpoint/reports?kind&width&version&from&to, newest first */
export const ReportsAnswer = pageOf(WindowReport);
export type ReportsAnswer = z.infer<typeof ReportsAnswer>;

/** GET /alerts?endpoint&state=open|acknowledged|resolved&tier, newest first */
export const AlertsAnswer = pageOf(Alert);
export type AlertsAnswer = z.infer<typeof AlertsAnswer>;

/** GET /alerts/:alert; POST /alerts/:alert/acknowledge {action: 'seen' | 'accept-reference', reason} */
export const AlertAnswer = Alert;
export type AlertAnswer = z.infer<typeof AlertAnswer>;

/** GET /improvements?endpoint, newest first */
export const ImprovementsAnswer = pageOf(Improvement);
export type ImprovementsAnswer = z.infer<typeof ImprovementsAnswer>;

/** GET /improvements/:improvement; POST /improvements/:improvement/decision {decision: 'approve' | 'reject', reason} */
export const ImprovementAnswer = Improvement;
export type ImprovementAnswer = z.infer<typeof ImprovementAnswer>;

/** GET /search?q=, best first, at most 30 */
export const SearchAnswer = z.strictObject({ items: z.array(SearchHit) });
export type SearchAnswer = z.infer<typeof SearchAnswer>;

export const AuditItem = z.strictObject({
  sequence: z.int(),
  actor: z.string(),
  /** `alias.set`, `endpoint.deploy` … */
  action: z.string(),
  /** `model/flight-delays@champion` … */
  object: z.string(),
  reason: z.string(),
  evidence: z.unknown(),
  at: z.number(),
  /** Over this entry and the hash of the one before. */
  hash: z.string(),
});
export type AuditItem = z.infer<typeof AuditItem>;

/** GET /audit?object, newest first */
export const AuditAnswer = pageOf(AuditItem);
export type AuditAnswer = z.infer<typeof AuditAnswer>;

/** What an event of GET /live (server-sent events) says: `event: changed`; `event: heartbeat` each 15 s. */
export const LiveTopic = z.enum([
  'alerts',
  'windows',
  'labels',
  'models',
  'endpoints',
  'runs',
  'datasets',
  'improvements',
  'rollout',
  'gateway',
]);
export type LiveTopic = z.infer<typeof LiveTopic>;

export const LiveMessage = z.strictObject({ topics: z.array(LiveTopic) });
export type LiveMessage = z.infer<typeof LiveMessage>;
