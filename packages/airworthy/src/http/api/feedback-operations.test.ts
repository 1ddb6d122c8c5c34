import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FLIGHT } from '../../serving/testing/write-bundle.ts';
import { ENDPOINT, startServer } from '../testing/start-server.ts';

const PATH = `/api/v1/endpoints/${ENDPOINT}`;

test('labels, feedback and review by HTTP', async (t) => {
  await using running = await startServer();
  const { send, endpoints } = running;
  const { ids } = await endpoints.predict(ENDPOINT, [FLIGHT, FLIGHT]);
  const [prediction, other] = ids;

  await t.test('feedback is taken for a prediction that is not written yet', async () => {
    const comment = { kind: 'comment', prediction, value: 'fog' };
    const answer = await send('POST', `${PATH}/feedback`, comment);
    assert.equal(answer.status, 200, answer.text);
    const unknown = await send('POST', `${PATH}/feedback`, { ...comment, prediction: 'f'.repeat(32) });
    assert.equal(unknown.status, 404);
    const long = await send('POST', `${PATH}/feedback`, { ...comment, value: 'x'.repeat(10_001) });
    assert.equal(long.status, 400);
    assert.match(long.text, /at most 10,000 characters/);
    await endpoints.flush();
  });

  await t.test('labels are kept whole or not at all', async () => {
    const labels = [{ prediction, value: true }];
    const kept = await send('POST', `${PATH}/labels`, { labels });
    assert.deepEqual(kept.json(), {
      received: 1,
      matched: 1,
      waiting: 0,
      corrected: 0,
      unchanged: 0,
      expired: 0,
    });
    const refused = await send('POST', `${PATH}/labels`, {
      labels: [...labels, { prediction, value: 'late' }],
    });
    assert.equal(refused.status, 400);
    const { error } = refused.json() as { error: { code: string; at: string; facts: { count: number } } };
    assert.deepEqual([error.code, error.at, error.facts.count], ['LABEL_INVALID', 'labels[1]', 1]);
    const many = { labels: Array(10_001).fill(labels[0]) };
    assert.equal((await send('POST', `${PATH}/labels`, many)).status, 413);
    assert.equal((await send('POST', `${PATH}/labels`, { labels: [] })).status, 400);
    assert.equal((await send('POST', '/api/v1/endpoints/flight-delay/labels', { labels })).status, 404);
  });

  await t.test('a prediction is sent to review and decided', async () => {
    const items = [
      { prediction, reason: 'looks odd' },
      { prediction: other, reason: 'looks odd' },
    ];
    assert.deepEqual((await send('POST', `${PATH}/review`, { items })).json(), { items: 2 });
    const unknown = { items: [{ prediction: 'f'.repeat(32), reason: 'x' }] };
    assert.equal((await send('POST', `${PATH}/review`, unknown)).status, 404);
    const first = (await send('GET', `${PATH}/review?limit=1`)).json() as {
      items: { id: string }[];
      next: string;
    };
    const second = (await send('GET', `${PATH}/review?limit=1&after=${first.next}`)).json() as typeof first;
    assert.deepEqual(
      [first.items[0].id, second.items[0].id, second.next],
      [prediction, other].sort().concat(null as never),
    );
    const done = await send('POST', `${PATH}/review/${other}/decision`, { state: 'done', value: false });
    assert.equal((done.json() as { state: string }).state, 'done');
    const twice = await send('POST', `${PATH}/review/${other}/decision`, { state: 'dropped' });
    assert.equal(twice.status, 409);
  });

  await t.test('feedback is listed a page at a time', async () => {
    for (const value of ['up', 'down'])
      await send('POST', `${PATH}/feedback`, { kind: 'thumb', prediction, value, source: value });
    const pages: string[] = [];
    for (let after = ''; ; ) {
      const { items, next } = (await send('GET', `${PATH}/feedback?limit=2${after}`)).json() as {
        items: { value: string }[];
        next: string | null;
      };
      pages.push(items.map((item) => item.value).join(' '));
      if (next === null) break;
      after = `&after=${next}`;
    }
    assert.equal(pages.length, 2);
    assert.deepEqual(pages.join(' ').split(' ').sort(), ['down', 'fog', 'up']);
    const comments = await send('GET', `${PATH}/feedback?kind=comment`);
    assert.equal((comments.json() as { items: unknown[] }).items.length, 1);
  });
});
