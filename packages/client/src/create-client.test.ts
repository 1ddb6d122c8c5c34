import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { ENDPOINT, startServer } from '../../airworthy/src/http/testing/start-server.ts';
import { FLIGHT } from '../../airworthy/src/serving/testing/write-bundle.ts';
import { AirworthyClientError, createClient, type Label } from './index.ts';

function refusal(work: Promise<unknown>): Promise<AirworthyClientError> {
  return work.then(
    () => assert.fail('it was not refused'),
    (error) => {
      assert.ok(error instanceof AirworthyClientError, String(error));
      return error;
    },
  );
}

test('predictions, labels and feedback against a real server', async (t) => {
  await using running = await startServer({ token: 'secret' });
  const baseUrl = `http://127.0.0.1:${running.port}`;
  const client = createClient({ baseUrl, token: 'secret' });
  const one = await client.predict(ENDPOINT, FLIGHT);
  const [first, second] = await client.predict(ENDPOINT, [FLIGHT, FLIGHT]);
  await running.endpoints.flush();

  await t.test('a record gets a prediction, a list gets a list', () => {
    assert.equal(typeof one.label, 'boolean');
    assert.equal(typeof one.probability, 'number');
    assert.deepEqual([first.model, first.version], ['flight-delays', 1]);
    assert.match(second.predictionId, /^[0-9a-f]{32}$/);
    assert.notEqual(first.predictionId, second.predictionId);
  });

  await t.test('labels are sent in batches, and twice is once', async () => {
    async function* labels(): AsyncGenerator<Label> {
      yield { prediction: one.predictionId, value: true, knownAt: new Date() };
      for (let number = 0; number < 10_001; number++)
        yield { prediction: number.toString(16).padStart(32, '0'), value: number % 2 === 0 };
    }
    const sofar: number[] = [];
    const receipt = await client.sendLabels(ENDPOINT, labels(), {
      onProgress: ({ received }) => sofar.push(received),
    });
    assert.deepEqual([receipt.received, receipt.matched, receipt.waiting], [10_002, 1, 10_001]);
    assert.deepEqual(sofar, [10_000, 10_002]);
    const again = await client.sendLabels(ENDPOINT, [{ prediction: '0'.repeat(32), value: true }]);
    assert.equal(again.unchanged, 1);
  });

  await t.test('a thumb, a comment and a correction', async () => {
    const { predictionId } = first;
    await client.thumbsUp(ENDPOINT, predictionId, { source: 'anna' });
    const thumb = await client.thumbsDown(ENDPOINT, predictionId, { source: 'anna' });
    assert.deepEqual([thumb.kind, thumb.value, thumb.source], ['thumb', 'down', 'anna']);
    await client.comment(ENDPOINT, predictionId, 'it left on time');
    assert.equal((await client.correct(ENDPOINT, predictionId, false)).value, 'false');
    const { text } = await running.send('GET', `/api/v1/endpoints/${ENDPOINT}/feedback`, undefined, {
      authorization: 'Bearer secret',
    });
    assert.equal(JSON.parse(text).items.length, 3, text);
  });

  await t.test('a refusal carries its code and what to do', async () => {
    const unknown = await refusal(client.predict('flight-delay', FLIGHT));
    assert.deepEqual([unknown.code, unknown.status], ['ENDPOINT_NOT_FOUND', 404]);
    assert.notEqual(unknown.remedy, '');
    const label = await refusal(
      client.sendLabels(ENDPOINT, [{ prediction: one.predictionId, value: 'late' }]),
    );
    assert.deepEqual([label.code, label.at], ['LABEL_INVALID', 'labels[0]']);
    const thumb = await refusal(client.thumbsUp(ENDPOINT, 'f'.repeat(32)));
    assert.equal(thumb.code, 'PREDICTION_NOT_FOUND');
    const stranger = createClient({ baseUrl, token: 'wrong' });
    assert.equal((await refusal(stranger.predict(ENDPOINT, FLIGHT))).code, 'TOKEN_REFUSED');
  });
});

test('what may pass is tried again, with the same trace; what will not is not', async () => {
  const traces: (string | undefined)[] = [];
  const answers = [503, 429, 0, 200];
  const server = createServer((request, response) => {
    traces.push(request.headers.traceparent as string | undefined);
    const status = answers.shift() ?? 400;
    if (status === 0) return void request.socket.destroy();
    response.writeHead(status, { 'retry-after': '0' });
    response.end(JSON.stringify(status === 200 ? { predictionId: 'a', value: 1 } : { error: { code: 'X' } }));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const client = createClient({ baseUrl });
  assert.equal((await client.predict('e', {})).value, 1);
  assert.equal(new Set(traces).size, 1);
  assert.match(traces[0] ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  assert.equal((await refusal(client.predict('e', {}))).status, 400);
  assert.equal(traces.length, 5);
  server.closeAllConnections();
  server.close();
});

test('no answer is an error after the last try, and a stop is heeded at once', async () => {
  const nobody = createClient({ baseUrl: 'http://127.0.0.1:9', retries: 1 });
  const error = await refusal(nobody.predict('e', {}));
  assert.deepEqual([error.code, error.status], ['UNREACHABLE', 0]);
  const patient = createClient({ baseUrl: 'http://127.0.0.1:9', retries: 100 });
  const began = performance.now();
  await assert.rejects(
    patient.sendLabels('e', [{ prediction: 'a', value: 1 }], { signal: AbortSignal.timeout(100) }),
    {
      name: 'TimeoutError',
    },
  );
  assert.ok(performance.now() - began < 2_000);
});
