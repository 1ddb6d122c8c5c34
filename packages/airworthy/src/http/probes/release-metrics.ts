import type { ReleaseTotals, ResidentRelease } from '../../serving/index.ts';
import type { Metric, Sample } from './exposition.ts';

/** What each release did, by endpoint, arm and outcome. */
export function releaseMetrics(totals: readonly ReleaseTotals[]): Metric[] {
  const named = ({ endpoint, arm, model, version }: ReleaseTotals) => ({ endpoint, arm, model, version });
  return [
    {
      name: 'airworthy_served_requests_total',
      help: 'Requests by the release they reached and how they ended.',
      type: 'counter',
      samples: totals.flatMap((each) =>
        Object.entries(each.outcomes).map(([outcome, value]) => ({
          labels: { ...named(each), outcome },
          value,
        })),
      ),
    },
    {
      name: 'airworthy_served_errors_total',
      help: 'Requests that were not answered, by the code of their error.',
      type: 'counter',
      samples: totals.flatMap((each) =>
        Object.entries(each.codes).map(([code, value]) => ({ labels: { ...named(each), code }, value })),
      ),
    },
  ];
}

/** What is in memory now, and what waits for it. */
export function residentMetrics(resident: readonly ResidentRelease[]): Metric[] {
  const gauge = (name: string, help: string, read: (each: ResidentRelease) => number | null): Metric => ({
    name,
    help,
    type: 'gauge',
    samples: resident.flatMap((each) => {
      const { endpoint, arm, model, version } = each;
      const value = read(each);
      return value === null ? [] : [{ labels: { endpoint, arm, model, version }, value }];
    }),
  });
  return [
    gauge('airworthy_model_memory_bytes', 'Memory held for a release.', (each) => each.memoryBytes),
    gauge('airworthy_requests_waiting', 'Requests that wait to be run.', (each) => each.waiting),
    gauge('airworthy_requests_running', 'Requests that are being run.', (each) => each.running),
    {
      name: 'nv_inference_pending_request_count',
      help: 'Requests that wait to be run, under Triton’s name.',
      type: 'gauge',
      samples: summed(resident, (each) => each.waiting),
    },
  ];
}

/** Triton’s reasons of a failure, by how a request ended. */
const REASONS = {
  shed: 'REJECTED',
  late: 'REJECTED',
  left: 'CANCELED',
  failed: 'BACKEND',
  refused: 'OTHER',
} as const;

/**
 * The same under the names Triton Inference Server’s metrics have (docs/user_guide/metrics.md of its repository), so
 * that its dashboards work. Their `model` is the name under which `/v2/models` knows it: the endpoint.
 */
export function tritonMetrics(totals: readonly ReleaseTotals[]): Metric[] {
  const counter = (name: string, help: string, read: (each: ReleaseTotals) => number): Metric => ({
    name: `nv_inference_${name}`,
    help,
    type: 'counter',
    samples: summed(totals, read),
  });
  return [
    counter('request_success', 'Requests that were answered.', (each) => each.outcomes.answered),
    {
      name: 'nv_inference_request_failure',
      help: 'Requests that were not answered, by reason.',
      type: 'counter',
      samples: ['REJECTED', 'CANCELED', 'BACKEND', 'OTHER'].flatMap((reason) =>
        summed(totals, (each) => failuresFor(each, reason), { reason }),
      ),
    },
    counter('count', 'Records that were answered.', (each) => each.records),
    // A run that releases’ requests shared is whole again in the sum.
    counter('exec_count', 'Runs that answered them.', (each) => Math.round(each.runs)),
    counter('request_duration_us', 'Time of answered requests.', (each) => Math.round(each.totalUs)),
    counter('queue_duration_us', 'Of it: waiting for a run.', (each) => Math.round(each.queueUs)),
    counter('compute_input_duration_us', 'Of it: reading and checking.', (each) => Math.round(each.inputUs)),
    counter('compute_infer_duration_us', 'Of it: the run.', (each) => Math.round(each.inferUs)),
    counter('compute_output_duration_us', 'Of it: all after the run.', (each) => Math.round(each.outputUs)),
  ];
}

function failuresFor({ outcomes }: ReleaseTotals, reason: string): number {
  const ended = Object.entries(REASONS).filter(([, its]) => its === reason);
  return ended.reduce((sum, [outcome]) => sum + outcomes[outcome as keyof typeof REASONS], 0);
}

/** One sample an endpoint and version, whichever arms it has. */
function summed<Release extends { endpoint: string; version: number }>(
  releases: readonly Release[],
  read: (release: Release) => number,
  more: Record<string, string> = {},
): Sample[] {
  const samples = new Map<string, Sample & { labels: { model: string; version: number } }>();
  for (const release of releases) {
    const { endpoint: model, version } = release;
    const key = `${model} ${version}`;
    const sample = samples.get(key) ?? { labels: { model, version, ...more }, value: 0 };
    sample.value += read(release);
    samples.set(key, sample);
  }
  return [...samples.values()];
}
