import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { openAssistant } from '../assistant.ts';

interface Asked {
  path: string;
  subject: string | undefined;
  body: string;
}

/** A server that writes down what it is asked, and decides the same whatever it is. */
async function openServer() {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const { url: path = '', headers } = request;
    asked.push({ path, subject: headers['x-airworthy-subject']?.toString(), body: await text(request) });
    const output = { calls: [{ name: 'stop', arguments: {} }], confidence: 1 };
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(path.startsWith('/predict/') ? { output } : {}));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { asked, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}

test('the endpoint is asked about those who agreed that their words are kept, and told when they are forgotten', async () => {
  const { asked, url, close } = await openServer();
  const folder = mkdtempSync(join(tmpdir(), 'discreet-'));
  try {
    const assistant = await openAssistant({
      config: { household: folder, planner: 'endpoint', server: { url }, timeZone: 'UTC' },
      textOnly: true,
    });
    const { household } = assistant;
    const { id: profile } = household.profiles.usual();
    const session = assistant.openSession({ device: 'test', profile });
    const discreet = await session.say('set a timer for zofamiru minutes');
    assert.notEqual(discreet.outcome, 'not-heard');
    assert.equal(await session.judge(discreet.traceId, 'down'), true);
    await assistant.tracing.flush();
    assert.deepEqual(new Set(asked.map(({ path }) => path)), new Set(['/v1/traces']));
    assert.ok(asked.every(({ body }) => !body.includes('zofamiru')));

    household.consents.give({ profile, purpose: 'keep-transcript', actor: profile });
    const open = await session.say('set a timer for zofamiru minutes');
    assert.deepEqual(open.calls, [{ name: 'stop', arguments: {} }]);
    const predictions = asked.filter(({ path }) => path === '/predict/assistant');
    assert.deepEqual(
      predictions.map(({ subject }) => subject),
      [profile],
    );
    assert.ok(predictions[0].body.includes('zofamiru'));
    // Kept, but not to learn from.
    await session.judge(open.traceId, 'down');
    assert.ok(asked.every(({ path }) => ['/v1/traces', '/predict/assistant'].includes(path)));

    household.consents.withdraw({ profile, purpose: 'keep-transcript', actor: profile });
    await session.say('forget everything about me');
    assert.equal((await session.say('yes')).outcome, 'done');
    await assistant.close();
    const [erasure, ...others] = asked.filter(({ path }) => path === '/api/v1/erasures');
    assert.equal((JSON.parse(erasure.body) as { subject: string }).subject, profile);
    assert.deepEqual(others, []);
  } finally {
    close();
    rmSync(folder, { recursive: true, force: true });
  }
});
