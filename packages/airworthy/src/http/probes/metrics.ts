import type { FastifyReply, FastifyRequest } from 'fastify';
import { collectDefaultMetrics, Registry } from 'prom-client';
import type { Endpoints, Statistics } from '../../serving/index.ts';
import { createDoorCounts } from './endpoint-counts.ts';
import { expose, type Metric } from './exposition.ts';
import { releaseMetrics, residentMetrics, tritonMetrics } from './release-metrics.ts';

export interface ServerMetrics {
  /** Route options of requests that are counted and timed by endpoint. */
  observed: { onResponse(request: FastifyRequest, reply: FastifyReply): Promise<void> };
  /** The same of a request that is answered without the framework's hooks. */
  countRequest(endpoint: string, status: number, seconds: number): void;
  countBatch(endpoint: string, records: number): void;
  /** Prometheus text exposition. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** Gauges that end as counters do, which Prometheus' own check refuses; each has a twin by type beside it. */
const MISNAMED = [
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
  'nodejs_active_resources_total',
];

/** Everything the server counts. */
export function createMetrics(endpoints: Endpoints, statistics: Statistics): ServerMetrics {
  const process = new Registry();
  collectDefaultMetrics({ register: process });
  for (const name of MISNAMED) process.removeSingleMetric(name);
  const doors = createDoorCounts();
  // A client may ask for any name; each would be a series for ever.
  const known = (endpoint: string) => (endpoints.has(endpoint) ? endpoint : 'unknown');
  return {
    observed: {
      async onResponse(request, reply) {
        const { endpoint = '' } = request.params as { endpoint?: string };
        doors.countRequest(known(endpoint), reply.statusCode, reply.elapsedTime / 1_000);
      },
    },
    countRequest: (endpoint, status, seconds) => doors.countRequest(known(endpoint), status, seconds),
    countBatch: (endpoint, records) => doors.countBatch(known(endpoint), records),
    async text() {
      const totals = statistics.read();
      const metrics = [
        ...doors.metrics(),
        ...releaseMetrics(totals),
        ...residentMetrics(await endpoints.resident()),
        ...predictionMetrics(endpoints),
        modelInfo(endpoints),
        ...tritonMetrics(totals),
      ];
      return `${expose(metrics)}${await process.metrics()}`;
    },
    contentType: process.contentType,
  };
}

function predictionMetrics(endpoints: Endpoints): Metric[] {
  const { logged, shed, repeated, queued } = endpoints.predictionCounts();
  const counter = (name: string, help: string, value: number): Metric => ({
    name: `airworthy_predictions_${name}_total`,
    help,
    type: 'counter',
    samples: [{ value }],
  });
  return [
    counter('logged', 'Predictions written to the log.', logged),
    counter('shed', 'Predictions served but not logged, because the log was full.', shed),
    counter('repeated', 'Predictions whose id was logged before (a traceparent sent again).', repeated),
    {
      name: 'airworthy_predictions_queued',
      help: 'Predictions waiting to be written.',
      type: 'gauge',
      samples: [{ value: queued }],
    },
  ];
}

function modelInfo(endpoints: Endpoints): Metric {
  const samples = endpoints.status().flatMap(({ endpoint, deployment }) => {
    if (deployment === null) return [];
    const { model, version, bundle } = deployment;
    return [{ labels: { endpoint, model, version, bundle }, value: 1 }];
  });
  const help = '1 for the model version each endpoint serves.';
  return { name: 'airworthy_model_info', help, type: 'gauge', samples };
}
