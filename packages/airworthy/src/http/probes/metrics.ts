import type { FastifyReply, FastifyRequest } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Endpoints } from '../../serving/index.ts';

export interface ServerMetrics {
  /** Route options of requests that are counted and timed by endpoint. */
  observed: { onResponse(request: FastifyRequest, reply: FastifyReply): Promise<void> };
  countBatch(endpoint: string, records: number): void;
  /** Prometheus text exposition. */
  text(): Promise<string>;
  readonly contentType: string;
}

const SECONDS = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const RECORDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 10_000];

/** Everything the server counts, in one registry of its own. */
export function createMetrics(endpoints: Endpoints): ServerMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'airworthy_requests_total',
    help: 'Prediction requests by endpoint and HTTP status.',
    labelNames: ['endpoint', 'code'],
    registers,
  });
  const seconds = new Histogram({
    name: 'airworthy_request_seconds',
    help: 'Time from a request’s headers to its answer.',
    labelNames: ['endpoint'],
    buckets: SECONDS,
    registers,
  });
  const records = new Histogram({
    name: 'airworthy_batch_records',
    help: 'Records a prediction request.',
    labelNames: ['endpoint'],
    buckets: RECORDS,
    registers,
  });
  countPredictions(endpoints, registers);
  nameModels(endpoints, registers);
  return {
    observed: {
      async onResponse(request, reply) {
        const { endpoint: asked = '' } = request.params as { endpoint?: string };
        // A client may ask for any name; each would be a series for ever.
        const endpoint = endpoints.has(asked) ? asked : 'unknown';
        requests.inc({ endpoint, code: reply.statusCode });
        seconds.observe({ endpoint }, reply.elapsedTime / 1_000);
      },
    },
    countBatch: (endpoint, count) => records.observe({ endpoint }, count),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

function countPredictions(endpoints: Endpoints, registers: Registry[]): void {
  const counts = {
    logged: 'Predictions written to the log.',
    shed: 'Predictions served but not logged, because the log was full.',
    repeated: 'Predictions whose id was logged before (a traceparent sent again).',
  } as const;
  for (const [name, help] of Object.entries(counts)) {
    new Counter({
      name: `airworthy_predictions_${name}_total`,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(endpoints.predictionCounts()[name as keyof typeof counts]);
      },
    });
  }
  new Gauge({
    name: 'airworthy_predictions_queued',
    help: 'Predictions waiting to be written.',
    registers,
    collect() {
      this.set(endpoints.predictionCounts().queued);
    },
  });
}

function nameModels(endpoints: Endpoints, registers: Registry[]): void {
  new Gauge({
    name: 'airworthy_model_info',
    help: '1 for the model version each endpoint serves.',
    labelNames: ['endpoint', 'model', 'version', 'bundle'],
    registers,
    collect() {
      this.reset();
      for (const { endpoint, deployment } of endpoints.status()) {
        if (deployment === null) continue;
        const { model, version, bundle } = deployment;
        this.set({ endpoint, model, version, bundle }, 1);
      }
    },
  });
}
