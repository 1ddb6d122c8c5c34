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
  ])
    assert.ok(text.includes(`${line}\n`), `${line} in\n${text}`);
  assert.match(
    text,
    /airworthy_model_info\{endpoint="flight-delays",model="flight-delays",version="1",bundle="[0-9a-f]{64}"\} 1/,
  );
  assert.match(text, /nodejs_eventloop_lag_p99_seconds/);
  assert.match(text, /process_resident_memory_bytes/);
});
