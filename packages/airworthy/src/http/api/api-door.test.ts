import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setAlias } from '../../registry/index.ts';
import { FLIGHT, flightModel, writeRelease } from '../../serving/testing/write-bundle.ts';
import { startServer } from '../testing/start-server.ts';

const DEPLOY = '/api/v1/endpoints/flight-delays/deploy';

test('status says what serves, since when, on what evidence', async () => {
  await using running = await startServer();
  const { project, ready, endpoints } = (await running.send('GET', '/api/v1/status')).json();
  assert.deepEqual([project, ready], ['test', true]);
  const [{ deployment, evidence, state }] = endpoints as Record<string, Record<string, unknown>>[];
  assert.equal(state, 'ready');
  assert.equal(deployment.version, 1);
  assert.equal(evidence.bundle, deployment.bundle);
  assert.match(String(evidence.run), /^[0-9a-f]{32}$/);
});

test('an endpoint tells the schema of its records', async () => {
  await using running = await startServer();
  const { signature } = (await running.send('GET', '/api/v1/endpoints/flight-delays')).json();
  const { record } = signature as { record: { required: string[]; additionalProperties: boolean } };
  assert.deepEqual(record.required, ['date', 'distance', 'origin']);
  assert.equal(record.additionalProperties, false);
});

test('another version is deployed by number or alias; wrong requests change nothing', async () => {
  await using running = await startServer();
  const { send, context } = running;
  await writeRelease(context, flightModel(1));
  const versionServed = async () => (await send('POST', '/predict/flight-delays', FLIGHT)).json().version;
  const model = 'flight-delays';
  const refused: [body: object, status: number, code: string][] = [
    [{ model, version: 2 }, 400, 'BAD_ARGUMENT'],
    [{ model, reason: 'x' }, 400, 'BAD_ARGUMENT'],
    [{ model, version: 2, alias: 'champion', reason: 'x' }, 400, 'BAD_ARGUMENT'],
    [{ model, version: '2', reason: 'x' }, 400, 'BAD_ARGUMENT'],
    [{ model, version: 9, reason: 'x' }, 404, 'MODEL_VERSION_NOT_FOUND'],
    [{ model, alias: 'champion', reason: 'x' }, 404, 'ALIAS_NOT_FOUND'],
    [{ model: 'other', alias: 'champion', reason: 'x' }, 404, 'MODEL_NOT_FOUND'],
  ];
  for (const [body, status, code] of refused) {
    const answer = await send('POST', DEPLOY, body);
    assert.deepEqual(
      [answer.status, (answer.json().error as { code: string }).code],
      [status, code],
      answer.text,
    );
  }
  assert.equal(await versionServed(), 1);
  assert.equal((await send('POST', DEPLOY, { model, version: 2, reason: 'better' })).status, 200);
  assert.equal(await versionServed(), 2);
  await setAlias(context, { model, alias: 'champion', version: 1, reason: 'it was better' });
  const answer = await send('POST', DEPLOY, { model, alias: 'champion', reason: 'back' });
  assert.equal(answer.json().reason, 'back');
  assert.equal(await versionServed(), 1);
});

test('the API describes itself in OpenAPI', async () => {
  await using running = await startServer();
  const { openapi, paths } = (await running.send('GET', '/api/v1/openapi.json')).json();
  assert.equal(openapi, '3.1.0');
  const deploy = (paths as Record<string, Record<string, { operationId: string; requestBody: unknown }>>)[
    '/api/v1/endpoints/{endpoint}/deploy'
  ].post;
  assert.equal(deploy.operationId, 'deployEndpoint');
  assert.match(JSON.stringify(deploy.requestBody), /"additionalProperties":false/);
});
