import type { Metric, Sample } from './exposition.ts';

/** Requests of one endpoint as the doors see them. */
interface EndpointCounts {
  codes: Map<number, number>;
  seconds: Histogram;
  records: Histogram;
}

interface Histogram {
  bounds: readonly number[];
  /** One more than the bounds: the last is of what lies above them. */
  counts: number[];
  sum: number;
}

const SECONDS = [0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];
const RECORDS = [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000, 10_000];

/** What the doors count of each request: on its path, so that it is arithmetic and nothing else. */
export interface DoorCounts {
  countRequest(endpoint: string, status: number, seconds: number): void;
  countBatch(endpoint: string, records: number): void;
  metrics(): Metric[];
}

export function createDoorCounts(): DoorCounts {
  const endpoints = new Map<string, EndpointCounts>();

  function countsOf(endpoint: string): EndpointCounts {
    const found = endpoints.get(endpoint);
    if (found) return found;
    const added = {
      codes: new Map<number, number>(),
      seconds: histogram(SECONDS),
      records: histogram(RECORDS),
    };
    endpoints.set(endpoint, added);
    return added;
  }

  return {
    countRequest(endpoint, status, seconds) {
      const counts = countsOf(endpoint);
      counts.codes.set(status, (counts.codes.get(status) ?? 0) + 1);
      observe(counts.seconds, seconds);
    },
    countBatch: (endpoint, records) => observe(countsOf(endpoint).records, records),
    metrics() {
      const each = [...endpoints];
      return [
        {
          name: 'airworthy_requests_total',
          help: 'Prediction requests by endpoint and HTTP status.',
          type: 'counter',
          samples: each.flatMap(([endpoint, { codes }]) =>
            [...codes].map(([code, value]) => ({ labels: { endpoint, code }, value })),
          ),
        },
        {
          name: 'airworthy_request_seconds',
          help: 'Time from a request’s headers to its answer.',
          type: 'histogram',
          samples: each.flatMap(([endpoint, { seconds }]) => samplesOf(seconds, endpoint)),
        },
        {
          name: 'airworthy_batch_records',
          help: 'Records a prediction request.',
          type: 'histogram',
          samples: each.flatMap(([endpoint, { records }]) => samplesOf(records, endpoint)),
        },
      ];
    },
  };
}

function histogram(bounds: readonly number[]): Histogram {
  return { bounds, counts: Array.from({ length: bounds.length + 1 }, () => 0), sum: 0 };
}

function observe(into: Histogram, value: number): void {
  const { bounds } = into;
  let bucket = 0;
  while (bucket < bounds.length && value > bounds[bucket]) bucket++;
  into.counts[bucket]++;
  into.sum += value;
}

function samplesOf({ bounds, counts, sum }: Histogram, endpoint: string): Sample[] {
  let upTo = 0;
  const buckets = counts.map((count, bucket) => {
    upTo += count;
    return { suffix: '_bucket', labels: { endpoint, le: bounds[bucket] ?? '+Inf' }, value: upTo };
  });
  const labels = { endpoint };
  return [...buckets, { suffix: '_sum', labels, value: sum }, { suffix: '_count', labels, value: upTo }];
}
