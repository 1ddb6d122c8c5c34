import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLIGHT } from '../../serving/testing/write-bundle.ts';
import { startServer } from '../testing/start-server.ts';

test('the fast lane answers as the framework does, and headers say who answers, by when and once', async () => {
  await using running = await startServer();
  // A question mark is enough to leave the fast lane.
  const lanes = ['/predict/flight-delays', '/predict/flight-delays?'];
  const bodies = [
    FLIGHT,
    [FLIGHT, FLIGHT],
    [],
    {},
    { ...FLIGHT, distance: null },
    { ...FLIGHT, distance: true },
  ];
  const raw = ['{"distance":1e999}', '{"a":', '', 'null', '7'];
  for (const body of [...bodies.map((each) => JSON.stringify(each)), ...raw]) {
    const [fast, usual] = await Promise.all(lanes.map((path) => running.send('POST', path, body)));
    assert.equal(fast.status, usual.status, body);
    assert.equal(fast.headers['content-type'], usual.headers['content-type']);
    const plain = (text: string) => text.replaceAll(/[0-9a-f]{32}/g, 'ID');
    assert.equal(plain(fast.text), plain(usual.text));
  }
  for (const path of lanes) {
    const ask = (headers: Record<string, string>, record: object = FLIGHT) =>
      running.send('POST', path, record, headers);
    assert.equal((await ask({ 'x-airworthy-arm': 'champion' })).headers['x-airworthy-arm'], 'champion');
    assert.equal((await ask({ 'x-airworthy-arm': 'none' })).status, 404);
    assert.equal((await ask({ 'x-request-timeout-ms': 'soon' })).status, 400);
    assert.equal((await ask({ 'x-airworthy-priority': 'urgent' })).status, 400);
    const key = { 'idempotency-key': `order ${path.length}` };
    assert.equal((await ask(key)).headers['idempotency-replayed'], undefined);
    assert.equal((await ask(key)).headers['idempotency-replayed'], 'true');
    assert.equal((await ask(key, { ...FLIGHT, distance: 9 })).status, 422);
  }
  const explained = await running.send('POST', '/predict/flight-delays?explain=shap', FLIGHT);
  assert.equal(
    typeof (explained.json() as { explanation: { baseline: number[] } }).explanation.baseline[0],
    'number',
  );
  assert.equal((await running.send('POST', '/predict/flight-delays?explain=why', FLIGHT)).status, 400);
});
