import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLIGHT } from '../../serving/testing/write-bundle.ts';
import { startServer } from '../testing/start-server.ts';

test('alive from the start, ready once everything on record serves', async () => {
  await using running = await startServer({ empty: true });
  assert.equal((await running.send('GET', '/health')).status, 200);
  assert.equal((await running.send('GET', '/ready')).status, 503);
  assert.equal((await running.send('GET', '/v2/health/ready')).status, 503);
  await running.endpoints.restore();
  assert.deepEqual((await running.send('GET', '/ready')).json(), {
    ready: true,
    draining: false,
    waitingFor: [],
  });
});

test('metrics count requests by endpoint and status, time them, and name the model version', async () => {
  await using running = await startServer();
  await running.send('POST', '/predict/flight-delays', [FLIGHT, FLIGHT, FLIGHT]);
  await running.send('POST', '/predict/flight-delays', {});
  await running.send('POST', '/predict/made-up-name', FLIGHT);
  const { text, headers } = await running.send('GET', '/metrics');
  assert.match(String(headers['content-type']), /text\/plain/);
  for (const line of [
    'airworthy_requests_total{endpoint="flight-delays",code="200"} 1',
    'airworthy_requests_total{endpoint="flight-delays",code="400"} 1',
    'airworthy_requests_total{endpoint="unknown",code="404"} 1',
    'airworthy_request_seconds_count{endpoint="flight-delays"} 2',
    'airworthy_batch_records_sum{endpoint="flight-delays"} 3',
    'airworthy_predictions_shed_total 0',
    'airworthy_predictions_queued 3',
    'airworthy_served_requests_total{endpoint="flight-delays",arm="champion",model="flight-delays",version="1",outcome="refused"} 1',
    'airworthy_served_errors_total{endpoint="flight-delays",arm="champion",model="flight-delays",version="1",code="RECORD_INVALID"} 1',
    'nv_inference_request_success{model="flight-delays",version="1"} 1',
    'nv_inference_request_failure{model="flight-delays",version="1",reason="OTHER"} 1',
    'nv_inference_count{model="flight-delays",version="1"} 3',
    'nv_inference_exec_count{model="flight-delays",version="1"} 1',
    'nv_inference_pending_request_count{model="flight-delays",version="1"} 0',
  ])
    assert.ok(text.includes(`${line}\n`), `${line} in\n${text}`);
  assert.match(
    text,
    /airworthy_model_info\{endpoint="flight-delays",model="flight-delays",version="1",bundle="[0-9a-f]{64}"\} 1/,
  );
  assert.match(text, /nodejs_eventloop_lag_p99_seconds/);
  assert.match(text, /process_resident_memory_bytes/);
});

test('figures tell what each arm did lately, and of those that did nothing what they hold', async () => {
  await using running = await startServer();
  const figures = async (path: string) =>
    (await running.send('GET', `/api/v1${path}`)).json() as unknown as Figures;
  const [idle] = (await figures('/figures')).endpoints[0].arms;
  assert.deepEqual([idle.arm, idle.version, idle.requests, idle.p50Ms], ['champion', 1, 0, null]);
  await running.send('POST', '/predict/flight-delays', [FLIGHT, FLIGHT]);
  await running.send('POST', '/predict/flight-delays', {});
  const { arms, series } = await figures('/endpoints/flight-delays/figures?minutes=1');
  assert.equal(arms.length, 1);
  const { requests, rate, failures, batchMean, memoryBytes } = arms[0];
  assert.deepEqual([requests, rate, failures, batchMean], [2, 0.2, 0, 2]);
  assert.ok(memoryBytes > 0);
  assert.equal(
    series.reduce((sum, { rate }) => sum + rate, 0),
    2,
  );
  assert.equal((await running.send('GET', '/api/v1/endpoints/none/figures')).status, 404);
  assert.equal((await running.send('GET', '/api/v1/figures?minutes=61')).status, 400);
});

interface Figures {
  endpoints: { arms: Figures['arms'] }[];
  arms: {
    arm: string;
    version: number;
    rate: number;
    requests: number;
    failures: number;
    p50Ms: number | null;
    batchMean: number;
    memoryBytes: number;
  }[];
  series: { rate: number }[];
}
