import assert from 'node:assert/strict';
import { connect } from 'node:net';
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

test('whatever HTTP allows, both lanes read it alike and answer in order', async () => {
  await using running = await startServer();
  const body = JSON.stringify(FLIGHT);
  const length = `content-length: ${body.length}`;
  const host = `host: 127.0.0.1:${running.port}`;
  const plain = [host, 'content-type: application/json', length];
  const cases: Record<string, { head: string[]; sent?: string; says: number[] }> = {
    plain: { head: plain, says: [200] },
    'a charset': { head: [host, 'content-type: application/json; charset=utf-8', length], says: [200] },
    'no type': { head: [host, length], says: [415] },
    'asks before it sends': { head: [...plain, 'expect: 100-continue'], says: [100, 200] },
    'expects something else': { head: [...plain, 'expect: a-miracle'], says: [417] },
    chunks: {
      head: [host, 'content-type: application/json', 'transfer-encoding: chunked'],
      sent: `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`,
      says: [200],
    },
    'two lengths': { head: [...plain, 'content-length: 5'], says: [400] },
    'a length and chunks': { head: [...plain, 'transfer-encoding: chunked'], says: [400] },
    'no number': { head: [host, 'content-type: application/json', 'content-length: 0x10'], says: [400] },
    'a page of elsewhere': { head: [...plain, 'origin: http://elsewhere.example'], says: [403] },
    'another name': { head: ['host: elsewhere.example', ...plain.slice(1)], says: [403] },
    'no name': { head: plain.slice(1), says: [400] },
    'two types': { head: [...plain, 'content-type: text/plain'], says: [200] },
    'an encoding': { head: [...plain, 'content-encoding: gzip'], says: [415] },
  };
  for (const [name, { head, sent = body, says }] of Object.entries(cases)) {
    for (const path of ['/predict/flight-delays', '/predict/flight-delays?']) {
      const request = [`POST ${path} HTTP/1.1`, ...head, 'connection: close', '', sent].join('\r\n');
      assert.deepEqual(statusesIn(await exchange(running.port, request)), says, `${name} at ${path}`);
    }
  }
  const one = (path: string, last = '') =>
    [`POST ${path} HTTP/1.1`, ...plain, ...(last ? [last] : []), '', body].join('\r\n');
  const fast = '/predict/flight-delays';
  const pipeline = [one(fast), one('/predict/none'), one(`${fast}?`), one(fast, 'connection: close')].join(
    '',
  );
  assert.deepEqual(statusesIn(await exchange(running.port, pipeline)), [200, 404, 200, 200]);
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'PUT'])
    assert.ok((await running.send(method, fast)).status >= 400, method);
});

/** What the server says on one connection, until it closes it. */
async function exchange(port: number, request: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(request);
  return Buffer.concat(await socket.toArray()).toString();
}

function statusesIn(said: string): number[] {
  return [...said.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}
