import assert from 'node:assert/strict';
import { request as openRequest } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { deflateSync, gunzipSync, gzipSync } from 'node:zlib';
import { FLIGHT } from '../../serving/testing/write-bundle.ts';
import { startServer, type TestServer } from '../testing/start-server.ts';

const MODEL = '/v2/models/flight-delays';

/** Two flights, one value a row, as the protocol has them. */
function inputs(): Record<string, unknown>[] {
  return [
    {
      name: 'date',
      datatype: 'FP64',
      shape: [2, 1],
      data: [Date.parse(FLIGHT.date), Date.parse(FLIGHT.date)],
    },
    { name: 'distance', datatype: 'INT32', shape: [2, 1], data: [[733], [100]] },
    { name: 'origin', datatype: 'BYTES', shape: [2], data: ['ORD', 'LAX'] },
    { name: 'destination', datatype: 'BYTES', shape: [2, 1], data: ['LGA', ''] },
    { name: 'refundable', datatype: 'BOOL', shape: [2, 1], data: [true, null] },
  ];
}

describe('Open Inference Protocol', () => {
  let running: TestServer;
  before(async () => {
    running = await startServer();
  });
  after(() => running[Symbol.asyncDispose]());
  const get = (path: string) => running.send('GET', path);
  const infer = (body: unknown, path = MODEL) => running.send('POST', `${path}/infer`, body);

  test('server and model metadata', async () => {
    const server = (await get('/v2')).json();
    assert.deepEqual([server.name, server.version], ['airworthy', '0.0.0']);
    assert.ok((server.extensions as string[]).includes('binary_tensor_data'));
    assert.deepEqual((await get('/v2/')).json(), server);
    assert.equal((await get('/v2/health/live')).status, 200);
    assert.equal((await get('/v2/health/ready/')).status, 200);
    for (const path of [MODEL, `${MODEL}/`, `${MODEL}/versions/1`, `${MODEL}/versions/1/`]) {
      const { name, versions, inputs: columns, outputs } = (await get(path)).json();
      assert.deepEqual([name, versions], ['flight-delays', ['1']]);
      assert.deepEqual((columns as unknown[])[1], { name: 'distance', datatype: 'FP64', shape: [-1, 1] });
      assert.deepEqual(outputs, [
        { name: 'probability', datatype: 'FP64', shape: [-1, 1] },
        { name: 'label', datatype: 'BYTES', shape: [-1, 1] },
      ]);
    }
    assert.deepEqual((await get(`${MODEL}/ready`)).json(), { name: 'flight-delays', ready: true });
  });

  test('a matrix of numbers beside texts is the fields that are left', async () => {
    const [date, , origin, destination] = inputs();
    const matrix = {
      name: 'numbers',
      datatype: 'FP64',
      shape: [2, 3],
      data: [
        [733, null, 1],
        [100, null, null],
      ],
    };
    const given = await infer({ inputs: [date, matrix, origin, destination] });
    assert.deepEqual(given.json().outputs, (await infer({ inputs: inputs() })).json().outputs, given.text);
    const narrow = { ...matrix, shape: [3, 2] };
    const refused = await infer({ inputs: [date, narrow, origin, destination] });
    assert.equal(refused.status, 400);
    assert.match(refused.text, /"numbers\\" has 2 columns; the model takes 3: .*distance.*stops.*refundable/);
  });

  test('columns in, columns out: the same as the records of the plain door', async () => {
    const answer = await infer({ id: 'my-request', inputs: inputs() }, `${MODEL}/versions/1`);
    assert.equal(answer.status, 200, answer.text);
    const { id, model_name, model_version, outputs, parameters } = answer.json();
    assert.deepEqual([id, model_name, model_version], ['my-request', 'flight-delays', '1']);
    const records = [
      { ...FLIGHT, refundable: true },
      { ...FLIGHT, distance: 100, origin: 'LAX', destination: null, refundable: null },
    ];
    const plain = await running.send('POST', '/predict/flight-delays', records);
    const predictions = plain.json().predictions as { probability: number; label: boolean }[];
    assert.deepEqual(outputs, [
      {
        name: 'probability',
        datatype: 'FP64',
        shape: [2, 1],
        data: predictions.map((each) => each.probability),
      },
      {
        name: 'label',
        datatype: 'BYTES',
        shape: [2, 1],
        data: predictions.map((each) => String(each.label)),
      },
    ]);
    const ids = (parameters as { prediction_ids: string }).prediction_ids.split(',');
    assert.equal(ids.length, 2);
    assert.equal(answer.headers['x-airworthy-prediction-id'], ids[0]);
  });

  test('only the outputs asked for', async () => {
    const answer = await infer({ inputs: inputs(), outputs: [{ name: 'label' }] });
    assert.deepEqual(answer.json().outputs, [
      { name: 'label', datatype: 'BYTES', shape: [2, 1], data: ['true', 'true'] },
    ]);
    // None was sent: one is made.
    assert.match(String(answer.json().id), /^[0-9a-f]{32}$/);
  });

  test('no rows are answered with none, of the rank they always have', async () => {
    const none = inputs().map((input) => ({ ...input, shape: [0, 1], data: [] }));
    const answer = await infer({ inputs: none });
    assert.equal(answer.status, 200, answer.text);
    assert.deepEqual(answer.json().outputs, [
      { name: 'probability', datatype: 'FP64', shape: [0, 1], data: [] },
      { name: 'label', datatype: 'BYTES', shape: [0, 1], data: [] },
    ]);
    assert.equal(typeof answer.json().id, 'string');
  });

  describe('binary tensors', () => {
    const distance = Buffer.from(Float64Array.of(733, 100).buffer);
    const origin = Buffer.from('\x03\0\0\0ORD\x03\0\0\0LAX', 'latin1');
    const head = (name: string, datatype: string, bytes: Buffer) => ({
      name,
      datatype,
      shape: [2, 1],
      parameters: { binary_data_size: bytes.length },
    });
    /** `date` in JSON, the others behind it. */
    const request = (more: object = {}) => {
      const mixed = [
        inputs()[0],
        head('distance', 'FP64', distance),
        head('origin', 'BYTES', origin),
        ...inputs().slice(3),
      ];
      const json = Buffer.from(JSON.stringify({ id: 'b', inputs: mixed, ...more, unknown: 1 }));
      return { json, body: Buffer.concat([json, distance, origin]) };
    };
    const ask = (body: Buffer, headers: Record<string, string>) =>
      new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
        const path = `${MODEL}/infer`;
        const sent = openRequest({ host: '127.0.0.1', port: running.port, path, method: 'POST', headers });
        sent.on('error', reject);
        sent.on('response', async (got) => {
          const chunks = await got.toArray();
          resolve({ status: got.statusCode ?? 0, headers: got.headers, body: Buffer.concat(chunks) });
        });
        sent.end(body);
      });
    const inference = (length: number) => ({ 'Inference-Header-Content-Length': String(length) });
    const reference = async () => (await infer({ inputs: inputs() })).json().outputs as { data: unknown[] }[];

    test('in, mixed with JSON, and out, as each output asks', async () => {
      const expected = await reference();
      const outputs = [{ name: 'label', parameters: { binary_data: false } }, { name: 'probability' }];
      const { json, body } = request({ outputs, parameters: { binary_data_output: true } });
      // As Triton's client sends it: without a type.
      const answer = await ask(body, inference(json.length));
      assert.equal(answer.status, 200, answer.body.toString());
      const length = Number(answer.headers['inference-header-content-length']);
      const { id, outputs: given } = JSON.parse(answer.body.subarray(0, length).toString());
      assert.deepEqual(given, [
        { name: 'label', datatype: 'BYTES', shape: [2, 1], data: expected[1].data },
        { name: 'probability', datatype: 'FP64', shape: [2, 1], parameters: { binary_data_size: 16 } },
      ]);
      assert.equal(id, 'b');
      const tail = answer.body.subarray(length);
      assert.deepEqual([tail.readDoubleLE(0), tail.readDoubleLE(8)], expected[0].data);
      assert.equal(answer.body.length, length + 16);
    });

    test('compressed, both ways', async () => {
      const expected = await reference();
      const { json, body } = request();
      for (const [encoding, compress] of [
        ['gzip', gzipSync],
        ['deflate', deflateSync],
      ] as const) {
        const headers = { ...inference(json.length), 'content-encoding': encoding };
        const answer = await ask(compress(body), { ...headers, 'content-type': 'application/octet-stream' });
        assert.deepEqual(JSON.parse(answer.body.toString()).outputs, expected);
      }
      const many = inputs().map((input) => ({
        ...input,
        shape: [200, 1],
        data: new Array(200).fill((input.data as unknown[])[0]),
      }));
      const answer = await ask(Buffer.from(JSON.stringify({ inputs: many })), {
        'accept-encoding': 'br, gzip',
      });
      assert.equal(answer.headers['content-encoding'], 'gzip');
      assert.equal(JSON.parse(gunzipSync(answer.body).toString()).outputs[0].data.length, 200);
    });

    test('a body that is not what its headers say is refused', async () => {
      const { json, body } = request();
      const cases: [Buffer, Record<string, string>, number, RegExp][] = [
        [body, inference(body.length + 1), 400, /and the body has/],
        [body, { 'Inference-Header-Content-Length': '-1' }, 400, /must be a number of bytes/],
        [body, inference(json.length - 1), 400, /not JSON/],
        [body.subarray(0, -1), inference(json.length), 400, /"origin" is 14 bytes, and 13 are left/],
        [Buffer.concat([body, Buffer.of(0)]), inference(json.length), 400, /1 bytes behind its last/],
        [json, {}, 400, /"distance" is 16 bytes, and 0 are left/],
        [body, inference(0), 400, /has 6 inputs; a body without JSON/],
        [gzipSync(body).subarray(1), { ...inference(5), 'content-encoding': 'gzip' }, 400, /not gzip/],
        [gzipSync(Buffer.alloc(12 << 20)), { 'content-encoding': 'gzip' }, 413, /more than/],
        [body, { ...inference(5), 'content-encoding': 'br' }, 415, /"br" is not taken/],
        [body, { 'content-type': 'text/plain' }, 415, /"text\/plain" is not taken/],
      ];
      for (const [sent, headers, status, message] of cases) {
        const answer = await ask(sent, headers);
        assert.equal(answer.status, status, answer.body.toString());
        assert.match(JSON.parse(answer.body.toString()).error, message);
        // Compared as a whole by KServe's client.
        assert.equal(answer.headers['content-type'], 'application/json');
      }
    });

    test('what is not finite is refused by field, NaN is missing', async () => {
      for (const [value, message] of [
        [Number.POSITIVE_INFINITY, /\[1\]\.distance must be a number, got Infinity/],
        [Number.NaN, /\[1\]\.distance must not be null/],
      ] as const) {
        const { json } = request();
        const bytes = Buffer.from(Float64Array.of(733, value).buffer);
        const answer = await ask(Buffer.concat([json, bytes, origin]), inference(json.length));
        assert.equal(answer.status, 400);
        assert.match(JSON.parse(answer.body.toString()).error, message);
      }
    });
  });

  test('the model repository: what there is, loading and unloading', async () => {
    const post = async (path: string, body?: unknown) => running.send('POST', `/v2/repository/${path}`, body);
    const index = async (body?: unknown) => JSON.parse((await post('index', body)).text);
    const ready = { name: 'flight-delays', version: '1', state: 'READY', reason: '' };
    assert.deepEqual(await index(), [ready]);
    assert.equal(
      (await post('models/flight-delays/unload', { parameters: { unload_dependents: false } })).text,
      '',
    );
    assert.deepEqual(await index(), [{ ...ready, state: 'UNAVAILABLE', reason: 'not loaded' }]);
    assert.deepEqual(await index({ ready: true }), []);
    assert.equal((await get(`${MODEL}/ready`)).status, 404);
    assert.equal((await post('models/flight-delays/unload')).status, 200);
    for (const [path, body, status, message] of [
      ['models/flight-delay/load', undefined, 404, /did you mean "flight-delays"/],
      ['models/flight-delay/unload', undefined, 404, /no model "flight-delay"/],
      ['models/flight-delays/load', { parameters: { version: '2' } }, 404, /no version 2/],
      ['models/flight-delays/load', { parameters: { version: '01' } }, 404, /no version "01"/],
      ['models/flight-delays/load', { parameters: { config: '{}' } }, 400, /takes no config/],
      ['models/flight-delays/load', { parameters: { 'file:1/model.onnx': 'AA==' } }, 400, /takes no file:1/],
    ] as const) {
      const answer = await post(path, body);
      assert.equal(answer.status, status, answer.text);
      assert.match(String(answer.json().error), message);
    }
    assert.equal((await post('models/flight-delays/load')).status, 200);
    assert.deepEqual(await index(), [ready]);
  });

  test('statistics and configuration, as Triton’s clients ask for them', async () => {
    for (const path of ['/v2/models/stats', `${MODEL}/stats`, `${MODEL}/versions/1/stats`]) {
      const [stats] = (await get(path)).json().model_stats as Record<string, unknown>[];
      assert.deepEqual([stats.name, stats.version], ['flight-delays', '1']);
      const { success, cache_hit } = stats.inference_stats as Record<string, { count: number; ns: number }>;
      assert.ok(success.count > 0 && success.ns > 0 && Number(stats.inference_count) >= success.count);
      assert.deepEqual(cache_hit, { count: 0, ns: 0 });
    }
    const { max_batch_size, input, output } = (await get(`${MODEL}/config`)).json();
    assert.equal(max_batch_size, 1_000);
    assert.deepEqual((input as unknown[])[2], { name: 'origin', data_type: 'TYPE_STRING', dims: [1] });
    assert.deepEqual((output as unknown[])[0], { name: 'probability', data_type: 'TYPE_FP64', dims: [1] });
    assert.equal((await get('/v2/models/nothing/stats')).status, 404);
  });

  test('each bad request gets a status and a plain sentence', async () => {
    const changed = (name: string, change: object) =>
      inputs().map((input) => (input.name === name ? { ...input, ...change } : input));
    const cases: [body: unknown, message: RegExp][] = [
      [{}, /inputs/],
      ['{"inputs": [NaN]}', /line 1, column 13/],
      [{ inputs: [] }, /has no inputs/],
      [{ inputs: inputs().slice(1) }, /input "date" is missing/],
      [{ inputs: [...inputs(), inputs()[0]] }, /input "date" is there twice/],
      [{ inputs: [...inputs(), { ...inputs()[0], name: 'dat' }] }, /no input "dat"; did you mean "date"\?/],
      [{ inputs: changed('distance', { shape: [3, 1], data: [1, 2, 3] }) }, /3 rows and input "date" has 2/],
      [{ inputs: changed('distance', { shape: [2, 2], data: [1, 2, 3, 4] }) }, /shape \[2,2\]/],
      [{ inputs: changed('distance', { data: [1] }) }, /2 elements, and data of 1/],
      [{ inputs: changed('distance', { data: undefined }) }, /"distance" has no data/],
      [{ inputs: changed('distance', { datatype: 'FP16' }) }, /FP16 has no JSON form/],
      [{ inputs: changed('distance', { datatype: 'toString' }) }, /datatype "toString"/],
      [{ inputs: changed('distance', { data: [1, 'x'] }) }, /element 1 is "x", which is no INT32/],
      [{ inputs: changed('distance', { data: [1, 1.5] }) }, /element 1 is 1.5, which is no INT32/],
      [{ inputs: changed('distance', { data: [1, null] }) }, /\[1\]\.distance must not be null/],
      [{ inputs: changed('distance', { data: [0, 1] }) }, /\[0\]\.distance must be at least 1 miles/],
      [
        { inputs: changed('distance', { datatype: 'BYTES', data: ['1', '2'] }) },
        /"distance" is BYTES, which is no number/,
      ],
      [
        { inputs: changed('origin', { datatype: 'FP64', data: [1, 2] }) },
        /"origin" is text: send it as BYTES/,
      ],
      [{ inputs: changed('origin', { parameters: { binary_data_size: 8 } }) }, /both data and/],
      [{ inputs: changed('date', { parameters: { shared_memory_region: 'r' } }) }, /no shared memory/],
      [{ inputs: inputs(), parameters: { sequence_id: 7 } }, /no sequences/],
      [{ inputs: inputs(), parameters: { timeout: -1 } }, /timeout must be/],
      [
        { inputs: inputs(), outputs: [{ name: 'labels' }] },
        /no output "labels"; it has "probability" and "label"/,
      ],
      [{ inputs: inputs(), outputs: [{ name: 'label' }, { name: 'label' }] }, /asked for twice/],
      [
        { inputs: inputs(), outputs: [{ name: 'label', parameters: { classification: 2 } }] },
        /no classification/,
      ],
    ];
    for (const [body, message] of cases) {
      const answer = await infer(body);
      assert.equal(answer.status, 400, answer.text);
      const { error } = answer.json();
      assert.equal(typeof error, 'string');
      assert.match(String(error), message);
    }
  });

  test('unknown models, versions and addresses are 404 with a plain sentence', async () => {
    for (const path of [
      `${MODEL}s`,
      `${MODEL}/versions/2`,
      `${MODEL}/versions/2/ready`,
      `${MODEL}/versions/01`,
      '/v2/nothing',
    ]) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path);
      assert.equal(typeof answer.json().error, 'string');
    }
    assert.equal((await infer({ inputs: inputs() }, `${MODEL}/versions/7`)).status, 404);
  });
});
