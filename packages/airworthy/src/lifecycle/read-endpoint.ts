import { type EvaluationReport, latestReports } from '../evaluation/index.ts';
import { count, moment } from '../kernel/figures.ts';
import type { Signature } from '../models/signature.ts';
import { type Task, targetUnit } from '../models/table.ts';
import { type LabelState, type MonitoringConfig, readLabelStates } from '../monitoring/index.ts';
import { readExample } from '../registry/index.ts';
import { type EndpointStatus, listDeployments } from '../serving/index.ts';
import { higherIsBetter, metricLabel, metricUnit } from '../stats/metric-names.ts';
import type { Context } from '../store/ports.ts';
import type { EndpointDetails, MetricTraits, ServedEndpoint } from './read-schema.ts';

const DEPLOYMENTS_SHOWN = 50;

/** What the process that serves knows of an endpoint. */
export interface EndpointInService {
  status: EndpointStatus;
  /** Null where nothing serves. */
  signature: Signature | null;
}

/** An endpoint with what it takes, what it served, and how much of that is labelled. */
export async function readEndpoint(
  context: Context,
  { status, signature }: EndpointInService,
  config: MonitoringConfig,
): Promise<EndpointDetails> {
  const { endpoint, deployment, evidence } = status;
  const [served] = await describeEndpoints(context, [status], config);
  const run = evidence?.run ?? null;
  const report = run === null ? undefined : (await latestReports(context, [run])).get(run);
  return {
    ...served,
    signature,
    example: deployment && signature?.fields.length ? await exampleOf(context, deployment.bundle) : null,
    primary: report && signature?.task ? traitsOf(report.primary, signature.task) : null,
    performance: config.performance ?? [],
    versions: await readLabelStates(context, { endpoint, config }),
    deployments: await listDeployments(context, { endpoint, limit: DEPLOYMENTS_SHOWN }),
  };
}

async function exampleOf(context: Context, bundle: string): Promise<Record<string, unknown> | null> {
  const record = await readExample(context, bundle);
  return record === null ? null : { ...record };
}

/** Endpoints with what is to be said of each first. */
export async function describeEndpoints(
  context: Context,
  statuses: readonly EndpointStatus[],
  config: MonitoringConfig,
): Promise<ServedEndpoint[]> {
  return Promise.all(
    statuses.map(async (status) => {
      const states = await readLabelStates(context, { endpoint: status.endpoint, config });
      const current = states.find(({ version }) => version === status.deployment?.version);
      return { ...status, answer: describe(status, current) };
    }),
  );
}

function describe({ deployment, evidence, problem }: EndpointStatus, labels: LabelState | undefined): string {
  if (deployment === null) return `Nothing serves${problem === null ? '' : `: ${problem}`}.`;
  const serves = `Version ${deployment.version} of ${deployment.model} serves since ${moment(deployment.startedAt)}.`;
  return [serves, evidence?.verdicts.at(-1), labels && describeLabels(labels)]
    .filter((part) => part !== undefined)
    .join(' ');
}

/** `63 % of its labels are known: 1,200 of 19,000 predictions have a label.` */
export function describeLabels({ predictions, labels, maturity }: LabelState): string {
  const known = `${count(labels)} of ${count(predictions)} predictions have a label`;
  return maturity === null
    ? `${known}.`
    : `${Math.round(maturity * 100)} % of its labels are known: ${known}.`;
}

function traitsOf(primary: EvaluationReport['primary'], task: Task): MetricTraits {
  return {
    name: primary,
    label: metricLabel(primary),
    higherIsBetter: higherIsBetter(primary),
    unit: metricUnit(primary, targetUnit(task)) ?? null,
  };
}
