import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { ServingConfig } from '../serving/index.ts';
import { FLIGHT } from '../serving/testing/write-bundle.ts';
import { createServer } from './create-server.ts';
import { type Answer, startServer, type TestServer } from './testing/start-server.ts';
import { testProject } from './testing/test-project.ts';

const PREDICT = '/predict/flight-delays';

const FLIGHT_FIELDS = {
  date: fc.oneof(fc.string(), fc.constant(FLIGHT.date)),
  origin: fc.string(),
  destination: fc.constantFrom('LGA', 'SFO', null),
  stops: fc.oneof(fc.integer(), fc.constant(null)),
};

function errorOf(answer: Answer): {
  code: string;
  message: string;
  remedy: string;
  docs: string;
  at?: string;
} {
  return answer.json().error as ReturnType<typeof errorOf>;
}

describe('one server', () => {
  let running: TestServer;
  before(async () => {
    running = await startServer({ config: { limits: { bodyBytes: 20_000, maxBatch: 50 } } });
  });
  after(() => running[Symbol.asyncDispose]());
  const send = (...args: Parameters<TestServer['send']>) => running.send(...args);

  test('one record in, one prediction out, with its id and the model version', async () => {
    const answer = await send('POST', PREDICT, FLIGHT);
    assert.equal(answer.status, 200);
    const { label, probability, predictionId, model, version } = answer.json();
    assert.equal(label, true);
    assert.ok(Number(probability) > 0.5);
    assert.deepEqual([model, version], ['flight-delays', 1]);
    assert.equal(answer.headers['x-airworthy-prediction-id'], predictionId);
    assert.equal(answer.headers['x-airworthy-model-version'], '1');
  });

  test('a list in, as many predictions out, each with its own id', async () => {
    const answer = await send('POST', PREDICT, [FLIGHT, { ...FLIGHT, distance: 100 }]);
    const predictions = answer.json().predictions as { probability: number; predictionId: string }[];
    assert.equal(predictions.length, 2);
    assert.notEqual(predictions[0].predictionId, predictions[1].predictionId);
    assert.notEqual(predictions[0].probability, predictions[1].probability);
  });

  test('the prediction id is the caller’s trace id, and the prediction can be read back', async () => {
    const id = '4bf92f3577b34da6a3ce929d0e0e4736';
    const traceparent = `00-${id}-00f067aa0ba902b7-01`;
    const answer = await send('POST', PREDICT, FLIGHT, { traceparent });
    assert.equal(answer.json().predictionId, id);
    const { record, output } = (await send('GET', `/api/v1/predictions/${id}`)).json();
    assert.deepEqual(record, FLIGHT);
    assert.equal((output as { label: boolean }).label, true);
  });

  test('each bad request gets its status, its code and something to do', async () => {
    const json = { 'content-type': 'application/json' };
    const cases: [body: unknown, headers: Record<string, string>, status: number, code: string, RegExp][] = [
      ['{"distance": NaN}', json, 400, 'BODY_NOT_JSON', /line 1, column 14 has "NaN}" where a value/],
      ['{"distance": 1,\n}', json, 400, 'BODY_NOT_JSON', /line 2, column 1/],
      ['', json, 400, 'BODY_NOT_JSON', /the end of the body where a value should be/],
      [Buffer.from([0x22, 0xff, 0x22]), json, 400, 'BODY_NOT_JSON', /not UTF-8/],
      [
        'distance=1',
        { 'content-type': 'application/x-www-form-urlencoded' },
        415,
        'MEDIA_TYPE_UNSUPPORTED',
        /form/,
      ],
      ['{}', { 'content-type': 'text/plain' }, 415, 'MEDIA_TYPE_UNSUPPORTED', /text\/plain/],
      ['{}', { ...json, 'content-encoding': 'gzip' }, 415, 'MEDIA_TYPE_UNSUPPORTED', /gzip/],
      [{ ...FLIGHT, origin: 'x'.repeat(30_000) }, json, 413, 'BODY_TOO_LARGE', /larger/],
      [Array(51).fill(FLIGHT), json, 413, 'BATCH_TOO_LARGE', /51 records/],
      [[], json, 400, 'RECORD_INVALID', /empty/],
      [{ ...FLIGHT, distance: null }, json, 400, 'RECORD_INVALID', /distance must not be null/],
      ['{"distance": 1e999}', json, 400, 'RECORD_INVALID', /Infinity/],
      ['{"__proto__": {"distance": 1}}', json, 400, 'RECORD_INVALID', /__proto__ is not a field/],
      ['5', json, 400, 'RECORD_INVALID', /must be an object/],
      ['null', json, 400, 'RECORD_INVALID', /must be an object/],
    ];
    for (const [body, headers, status, code, message] of cases) {
      const answer = await send('POST', PREDICT, body, headers);
      const error = errorOf(answer);
      assert.deepEqual([answer.status, error.code], [status, code], answer.text);
      assert.match(error.message, message);
      assert.ok(error.remedy.length > 10 && error.docs.startsWith('docs/errors.md#'));
    }
  });

  test('property: no body whatever is the server’s fault', async () => {
    const text = fc.oneof(fc.json(), fc.string(), fc.string({ unit: 'binary' }));
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.constantFrom(PREDICT, '/v2/models/flight-delays/infer'),
        async (body, path) => {
          const { status } = await send('POST', path, body);
          assert.ok(status >= 400 && status < 500, `${status} for ${body}`);
        },
      ),
    );
    const nearly = fc.record(
      { ...FLIGHT_FIELDS, distance: fc.oneof(fc.jsonValue(), fc.double()) },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(fc.oneof(nearly, fc.array(nearly)), async (body) => {
        const { status } = await send('POST', PREDICT, body);
        assert.ok(status === 200 || (status >= 400 && status < 500), `${status}`);
      }),
    );
  });

  test('addresses that are not there say so, and an address is decoded once', async () => {
    const cases: [method: string, path: string, status: number, code: string][] = [
      ['GET', '/nothing', 404, 'ROUTE_NOT_FOUND'],
      ['GET', PREDICT, 404, 'ROUTE_NOT_FOUND'],
      ['POST', '/predict/other', 404, 'ENDPOINT_NOT_FOUND'],
      ['POST', '/predict/flight%2Ddelays', 200, ''],
      ['POST', '/predict/flight%252Ddelays', 404, 'ENDPOINT_NOT_FOUND'],
      ['POST', '/predict/..%2f..%2fetc', 404, 'ENDPOINT_NOT_FOUND'],
      ['POST', '/predict/%E0%A4%A', 400, 'REQUEST_MALFORMED'],
      ['GET', '/api/v1/predictions/xyz', 400, 'BAD_ARGUMENT'],
      ['GET', `/api/v1/predictions/${'0'.repeat(32)}`, 404, 'PREDICTION_NOT_FOUND'],
    ];
    for (const [method, path, status, code] of cases) {
      const answer = await send(method, path, method === 'POST' ? FLIGHT : undefined);
      assert.equal(answer.status, status, `${path}: ${answer.text}`);
      if (code) assert.equal(errorOf(answer).code, code, path);
    }
  });

  test('what is not HTTP gets a 400 and a closed connection', async () => {
    const socket = connect(running.port, '127.0.0.1');
    socket.write('hello\r\n\r\n');
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    assert.match(text, /^HTTP\/1\.1 400 Bad Request/);
    assert.match(text, /REQUEST_MALFORMED/);
  });

  test('pages of other origins and other names for this machine are refused', async () => {
    const host = `127.0.0.1:${running.port}`;
    const cases: [headers: Record<string, string>, status: number][] = [
      [{ host }, 200],
      [{ host: `localhost:${running.port}` }, 200],
      [{ host: `[::1]:${running.port}` }, 200],
      [{ host: 'attacker.example' }, 403],
      [{ host: `attacker.example:${running.port}` }, 403],
      [{ host: '127.0.0.1.attacker.example' }, 403],
      [{ host, origin: `http://${host}` }, 200],
      [{ host, origin: 'http://127.0.0.1:1' }, 403],
      [{ host, origin: 'https://attacker.example' }, 403],
      [{ host, origin: 'null' }, 403],
    ];
    for (const [headers, status] of cases)
      assert.equal((await send('POST', PREDICT, FLIGHT, headers)).status, status, JSON.stringify(headers));
    const read = await send('GET', '/health', undefined, { host, origin: 'https://attacker.example' });
    assert.equal(read.status, 200);
  });
});

test('beyond loopback a token must be set, and every request but the probes must bring it', async () => {
  const token = 'a long random text';
  await using running = await startServer({ token });
  const bearer = { authorization: `Bearer ${token}` };
  assert.equal((await running.send('POST', PREDICT, FLIGHT)).status, 401);
  assert.equal((await running.send('POST', PREDICT, FLIGHT, { authorization: 'Bearer other' })).status, 401);
  assert.equal((await running.send('GET', '/metrics')).status, 401);
  assert.equal((await running.send('GET', '/nothing')).status, 401);
  assert.equal((await running.send('GET', '/health')).status, 200);
  assert.equal((await running.send('GET', '/v2/health/ready')).status, 200);
  assert.equal((await running.send('POST', PREDICT, FLIGHT, { authorization: 'Bearer a' })).status, 401);
  assert.equal((await running.send('GET', '/metrics', undefined, bearer)).status, 401);
  const { context, endpoints } = running;
  const open = ServingConfig.parse({ host: '0.0.0.0', port: 0 });
  assert.throws(
    () => createServer({ context, project: testProject(), endpoints, config: open, version: '0' }),
    {
      code: 'TOKEN_MISSING',
    },
  );
});
