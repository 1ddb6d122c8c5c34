import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  annotateItem,
  createReviewQueue,
  exportReviewQueue,
  getReviewQueue,
  measureAgreement,
  nextReviewItem,
} from '../../src/evaluation/index.ts';
import { createRandom } from '../../src/stats/random.ts';
import { testContext } from '../test-context.ts';

const ITEMS = 10_000;
/** What each reviewer answers: every answer is on disk before the next is asked for. */
const ANSWERS = 1_000;
const REVIEWERS = ['ana', 'bo', 'cy', 'di'];

test('ten thousand items, four reviewers at once, two an item', { timeout: 300_000 }, async (t) => {
  await using context = testContext();
  const queue = 'large';
  const items = Array.from({ length: ITEMS }, (_, index) => ({
    case: `${index}`,
    input: `q${index}`,
    output: `a${index}`,
  }));
  const timed = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    const start = performance.now();
    const result = await work();
    t.diagnostic(`${what}: ${Math.round(performance.now() - start)} ms`);
    return result;
  };
  const questions = [{ name: 'right', kind: 'choice' as const, options: ['yes', 'no'] }];
  const made = await timed('create', () =>
    createReviewQueue(context, { name: queue, questions, items, reviewers: 2 }),
  );
  assert.equal(made.items, ITEMS);
  const seen = new Map<string, string[]>();
  let slowest = 0;
  const reviewAll = async (reviewer: string) => {
    const random = createRandom(reviewer);
    for (let answered = 0; answered < ANSWERS; answered++) {
      const start = performance.now();
      const held = await nextReviewItem(context, { queue, reviewer });
      slowest = Math.max(slowest, performance.now() - start);
      assert.ok(held, 'there is more to do');
      const { id, output } = held.item;
      seen.set(id, [...(seen.get(id) ?? []), reviewer]);
      const truth = Number(String(output).slice(1)) % 2 === 0;
      const right = random.next() < 0.9 ? truth : !truth;
      await annotateItem(context, { queue, item: id, reviewer, answers: { right: right ? 'yes' : 'no' } });
    }
  };
  await timed('review', () => Promise.all(REVIEWERS.map(reviewAll)));
  t.diagnostic(`slowest next: ${Math.round(slowest)} ms`);
  const answers = REVIEWERS.length * ANSWERS;
  const reviewed = [...seen.values()];
  for (const reviewers of reviewed) {
    assert.ok(reviewers.length <= 2 && new Set(reviewers).size === reviewers.length, reviewers.join());
  }
  const whole = reviewed.filter(({ length }) => length === 2).length;
  // Only who stops beside another leaves an item with one answer.
  assert.ok(whole > answers / 2 - REVIEWERS.length, `${whole} items of two answers`);
  const progress = await timed('progress', () => getReviewQueue(context, queue));
  assert.deepEqual([progress.items.done, progress.annotations.submitted], [whole, answers]);
  const { questions: measured } = await timed('agreement', () => measureAgreement(context, queue));
  // Two who are right nine times in ten: 1 - 2 (0.18) / 1.
  // Two who disagree in 18 % of 2,000 items: a standard error of 0.017.
  assert.ok(Math.abs((measured[0].alpha.value ?? 0) - 0.64) < 0.06, String(measured[0].alpha.value));
  const { rows } = await timed('export', () => exportReviewQueue(context, { queue }));
  assert.equal(rows, whole);
});
