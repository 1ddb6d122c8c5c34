import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startServer } from '../../src/http/testing/start-server.ts';

const QUEUES = '/api/v1/review/queues';

interface Held {
  held: { item: { id: string; output: string } } | null;
}

test('a queue by HTTP: two reviewers at once, neither of whom sees the other’s answers too early', async () => {
  await using server = await startServer({ empty: true });
  const { send } = server;
  const items = Array.from({ length: 3 }, (_, index) => ({
    case: `${index}`,
    input: `q${index}`,
    output: `a${index}`,
  }));
  const questions = [{ name: 'right', kind: 'choice', options: ['yes', 'no'] }];
  const queue = { name: 'facts', questions, items, reviewers: 2 };
  const made = await send('POST', QUEUES, queue);
  assert.equal(made.status, 200, made.text);
  assert.equal((await send('POST', QUEUES, { ...queue, reviewers: 3 })).status, 409);
  assert.equal((await send('POST', QUEUES, { ...queue, name: 'No Name' })).status, 400);

  const next = async (reviewer: string) =>
    ((await send('POST', `${QUEUES}/facts/next`, { reviewer })).json() as unknown as Held).held;
  const [ana, bo] = await Promise.all([next('ana'), next('bo')]);
  const item = ana?.item.id ?? '';
  assert.equal(item, bo?.item.id);
  const path = `${QUEUES}/facts/items/${item}/annotations`;
  const said = async (reviewer: string) => {
    const { hidden, annotations } = (
      await send('GET', `${path}${reviewer && `?reviewer=${reviewer}`}`)
    ).json();
    return [hidden, (annotations as { reviewer: string }[]).map((each) => each.reviewer)];
  };
  const answers = { right: 'yes' };
  assert.equal((await send('POST', path, { reviewer: 'ana', answers })).status, 200);
  const draft = { reviewer: 'bo', state: 'draft', answers: { right: 'no' } };
  assert.equal((await send('POST', path, draft)).status, 200);
  assert.deepEqual(await said('bo'), [true, ['bo']]);
  assert.deepEqual(await said(''), [true, []]);
  assert.deepEqual(await said('ana'), [false, ['ana']]);
  const listed = await send('GET', `${QUEUES}/facts/items`);
  assert.equal(
    /yes|no|ana|bo|probability|gold/.test(listed.text.replaceAll('annotations', '')),
    false,
    listed.text,
  );
  assert.equal((await send('POST', path, { ...draft, state: 'submitted' })).status, 200);
  assert.deepEqual(await said('bo'), [false, ['ana', 'bo']]);
  assert.equal((await send('POST', path, { reviewer: 'ana', answers: { right: 'no' } })).status, 409);
  assert.equal((await send('POST', path, { reviewer: 'cy', answers })).status, 409);
  assert.equal((await send('POST', path, { reviewer: 'ana', answers: { right: 'maybe' } })).status, 400);

  const settled = await send('POST', `${QUEUES}/facts/items/${item}/adjudication`, {
    answers,
    reason: 'it says so',
  });
  assert.equal(settled.status, 200, settled.text);
  const { items: adjudicated } = (
    await send('GET', `${QUEUES}/facts/items?state=adjudicated&limit=1`)
  ).json();
  assert.deepEqual((adjudicated as { disputed: string[] }[])[0].disputed, ['right']);
  const agreement = (await send('GET', `${QUEUES}/facts/agreement`)).json() as {
    questions: { disputed: number }[];
  };
  assert.equal(agreement.questions[0].disputed, 1);
  const progress = (await send('GET', `${QUEUES}/facts`)).json() as { items: { open: number } };
  assert.equal(progress.items.open, 2);
  const closed = await send('POST', `${QUEUES}/facts/change`, { state: 'closed', reason: 'enough' });
  assert.equal(closed.status, 200, closed.text);
  assert.equal((await send('POST', `${QUEUES}/facts/next`, { reviewer: 'ana' })).status, 409);
  const calibrated = await send('POST', `${QUEUES}/facts/calibrate`, {
    question: 'right',
    metric: 'x',
    positive: ['yes'],
  });
  assert.match(calibrated.text, /REVIEW_UNFINISHED/);
  assert.equal((await send('GET', `${QUEUES}/none`)).status, 404);
  assert.deepEqual((await send('GET', '/api/v1/judges')).json(), { items: [], next: null });
  assert.deepEqual(((await send('GET', `${QUEUES}?limit=1`)).json() as { next: null }).next, null);
});
