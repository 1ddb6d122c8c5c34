import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { attributeErrors, classOf, type SpokenTurn } from './attribute-errors.ts';

const RIGHT: SpokenTurn = {
  sentence: 'stop',
  voice: 'slt',
  planOfText: null,
  planOfHeard: null,
  wakeFailed: false,
  skillFailed: false,
  replyFailed: false,
  tooLate: false,
};

test('a turn is lost at the stage that spoiled it', () => {
  const lost = (changes: Partial<SpokenTurn>) => classOf({ ...RIGHT, ...changes });
  assert.equal(lost({}), 'right');
  assert.equal(lost({ planOfText: 'wrong-function', planOfHeard: 'wrong-function' }), 'plan');
  assert.equal(lost({ planOfHeard: 'wrong-value', skillFailed: true }), 'speech');
  assert.equal(lost({ planOfText: 'wrong-value' }), 'lucky');
  assert.equal(lost({ planOfText: 'wrong-value', skillFailed: true }), 'skill');
  assert.equal(lost({ wakeFailed: true, tooLate: true }), 'wake');
  assert.equal(lost({ replyFailed: true }), 'reply');
  assert.equal(lost({ tooLate: true }), 'latency');
});

test('the waterfall adds up, whatever happened', () => {
  const code = fc.option(fc.constantFrom('wrong-function', 'wrong-value', 'no-call'), { nil: null });
  const turn = fc.record({
    sentence: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    voice: fc.constantFrom('slt', 'rms'),
    planOfText: code,
    planOfHeard: code,
    wakeFailed: fc.boolean(),
    skillFailed: fc.boolean(),
    replyFailed: fc.boolean(),
    tooLate: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(turn, { minLength: 1, maxLength: 40 }), (turns) => {
      const { steps, classes, oracleText, heard, endToEnd, planCodes } = attributeErrors(turns);
      const n = turns.length;
      const done = classes.right + classes.lucky;
      assert.equal(
        Object.values(classes).reduce((sum, count) => sum + count, 0),
        n,
      );
      assert.equal(
        steps.reduce((left, step) => left + step.turns, n),
        done,
      );
      const [plan, speech, luck] = steps.map((step) => step.turns);
      assert.equal(Math.round(oracleText.value * n), n + plan);
      assert.equal(Math.round(heard.value * n), n + plan + speech + luck);
      assert.equal(Math.round(endToEnd.value * n), done);
      assert.equal(
        planCodes.reduce((sum, each) => sum + each.turns, 0),
        0 - plan,
      );
      for (const { turns: count, share } of steps) {
        assert.ok(Math.abs(share.value - count / n) < 1e-12);
        if (share.low !== null && share.high !== null)
          assert.ok(share.low <= share.value + 1e-9 && share.value <= share.high + 1e-9);
      }
    }),
    { numRuns: 60 },
  );
});

test('several voices are no more sentences', () => {
  const turns = ['slt', 'rms', 'awb'].flatMap((voice) =>
    Array.from({ length: 12 }, (_, index) => ({
      ...RIGHT,
      sentence: `sentence ${index}`,
      voice,
      planOfHeard: index % 3 === 0 ? 'wrong-value' : null,
    })),
  );
  const { sentences, heard } = attributeErrors(turns);
  const alone = attributeErrors(turns.slice(0, 12)).heard;
  assert.equal(sentences, 12);
  const width = ({ low, high }: typeof heard) => (high ?? 1) - (low ?? 0);
  assert.ok(Math.abs(width(heard) - width(alone)) < 0.02, 'as wide as with one voice');
});
