import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
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
    assert.deepEqual((await get('/v2')).json(), { name: 'airworthy', version: '0.0.0', extensions: [] });
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
    assert.equal('id' in answer.json(), false);
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
      [{ inputs: changed('distance', { shape: [3, 1] }) }, /3 rows and input "date" has 2/],
      [{ inputs: changed('distance', { shape: [2, 2] }) }, /shape \[2,2\]/],
      [{ inputs: changed('distance', { data: [1] }) }, /2 elements, and data of 1/],
      [{ inputs: changed('distance', { data: undefined }) }, /"distance" has no data/],
      [{ inputs: changed('distance', { datatype: 'FP16' }) }, /datatype "FP16"/],
      [{ inputs: changed('distance', { datatype: 'toString' }) }, /datatype "toString"/],
      [{ inputs: changed('distance', { data: [1, 'x'] }) }, /element 1 is "x", which is no INT32/],
      [{ inputs: changed('distance', { data: [1, 1.5] }) }, /element 1 is 1.5, which is no INT32/],
      [{ inputs: changed('distance', { data: [1, null] }) }, /\[1\]\.distance must not be null/],
      [{ inputs: changed('distance', { data: [0, 1] }) }, /\[0\]\.distance must be at least 1 miles/],
      [{ inputs: changed('distance', { datatype: 'BYTES', data: ['1', '2'] }) }, /"distance".*no number/],
      [
        { inputs: changed('origin', { datatype: 'FP64', data: [1, 2] }) },
        /"origin" is text: send it as BYTES/,
      ],
      [{ inputs: changed('origin', { parameters: { binary_data_size: 8 } }) }, /binary/],
      [{ inputs: inputs().map((input) => ({ ...input, shape: [0, 1], data: [] })) }, /no rows/],
      [
        { inputs: inputs(), outputs: [{ name: 'labels' }] },
        /no output "labels"; it has "probability" and "label"/,
      ],
      [{ inputs: inputs(), outputs: [{ name: 'label', parameters: { binary_data: true } }] }, /binary/],
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
    for (const path of [`${MODEL}s`, `${MODEL}/versions/2`, `${MODEL}/versions/2/ready`, '/v2/nothing']) {
      const answer = await get(path);
      assert.equal(answer.status, 404, path);
      assert.equal(typeof answer.json().error, 'string');
    }
    assert.equal((await infer({ inputs: inputs() }, `${MODEL}/versions/7`)).status, 404);
  });
});
