import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import fc from 'fast-check';
import { type Assistant, openAssistant } from '../assistant.ts';
import { createFrameQueue } from '../server/frame-queue.ts';
import { createPageSound } from '../server/page-sound.ts';
import { asSpoken } from './as-spoken.ts';
import { formatWaterfall } from './format-waterfall.ts';
import { noticeFeedback } from './notice-feedback.ts';
import { runTurn } from './run-turn.ts';
import type { TurnEvent, TurnParts, TurnSetting } from './turn.ts';

let folder: string;
let assistant: Assistant;
const setting: TurnSetting = { session: 's', profile: '', device: 'test', keepsTranscript: false };

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'assistant-'));
  assistant = await openAssistant({ folder, env: {}, config: { planner: 'templates' }, textOnly: true });
  setting.profile = assistant.household.profiles.usual().id;
});

after(async () => {
  await assistant.close();
  await rm(folder, { recursive: true });
});

/** The parts of the assistant with others in their place. */
function withParts(changed: Partial<TurnParts>): TurnParts {
  return { ...assistant.parts, ...changed };
}

function plannerOf(plan: TurnParts['planner']['plan']): TurnParts['planner'] {
  return { name: 'test', version: '1', plan, close: async () => {} };
}

describe('a typed turn', () => {
  test('is planned, checked, done and answered, as one trace that holds no words', async () => {
    const events: TurnEvent['stage'][] = [];
    const result = await runTurn(
      assistant.parts,
      { text: 'Set a timer for 10 minutes!' },
      { ...setting, onEvent: ({ stage }) => events.push(stage) },
    );
    assert.equal(result.outcome, 'done');
    assert.deepEqual(result.calls, [{ name: 'timer_set', arguments: { duration: 'ten minutes' } }]);
    assert.match(result.reply, /10 minutes/);
    assert.deepEqual(events, ['nlu', 'call.validate', 'skill.execute', 'reply']);
    const spans = assistant.tracing.ring.trace(result.traceId);
    assert.deepEqual(
      spans.map(({ name }) => name),
      ['voice.turn', 'nlu', 'call.validate', 'skill.execute'],
    );
    const [root] = spans;
    assert.equal(root.attributes['voice.outcome'], 'done');
    assert.ok(
      spans
        .slice(1)
        .every(({ parentSpanContext }) => parentSpanContext?.spanId === root.spanContext().spanId),
    );
    assert.doesNotMatch(JSON.stringify(spans.map(({ attributes }) => attributes)), /ten minutes/);
    assert.equal(formatWaterfall(result).length, 5);
  });

  test('holds the words of who consents to it', async () => {
    const result = await runTurn(
      assistant.parts,
      { text: 'turn on the light' },
      { ...setting, keepsTranscript: true },
    );
    const nlu = assistant.tracing.ring.trace(result.traceId).find(({ name }) => name === 'nlu');
    assert.match(String(nlu?.attributes['gen_ai.input.messages']), /turn on the light/);
  });

  test('asks before what cannot be undone, and takes one answer', async () => {
    const say = (text: string) => runTurn(assistant.parts, { text }, setting);
    await say('add milk to the shopping list');
    assert.equal((await say('clear the shopping list')).outcome, 'asks-first');
    assert.match((await say('no')).reply, /leave/);
    assert.notEqual((await say('yes')).outcome, 'done');
    assert.equal((await say('clear the shopping list')).outcome, 'asks-first');
    assert.equal((await say('yes')).outcome, 'done');
  });

  test('with a planner that hangs is given up in time', async () => {
    const parts = withParts({ planner: plannerOf(() => new Promise(() => {})), timeouts: { nlu: 30 } });
    const result = await runTurn(parts, { text: 'turn on the light' }, setting);
    assert.equal(result.outcome, 'failed');
    assert.deepEqual({ ...result.failure, message: '' }, { stage: 'nlu', code: 'timed-out', message: '' });
    assert.equal(result.reply, 'sorry, that took too long');
  });

  test('with a planner that throws or invents does nothing and says so', async () => {
    const failing = plannerOf(() => Promise.reject(new Error('broken')));
    assert.equal(
      (await runTurn(withParts({ planner: failing }), { text: 'hello' }, setting)).outcome,
      'failed',
    );
    for (const calls of [
      [],
      [{ name: 'open_garage', arguments: {} }],
      [{ name: 'light', arguments: { state: 'on', force: true } }],
      [{ name: 'note_add', arguments: { text: 'words that nobody said' } }],
    ]) {
      const planner = plannerOf(async () => ({ calls, confidence: 1, raw: '' }));
      const result = await runTurn(withParts({ planner }), { text: 'turn on the light' }, setting);
      assert.equal(result.outcome, 'refused', JSON.stringify(calls));
      assert.ok(result.problems.length > 0);
      assert.ok(!result.stages.some(({ stage }) => stage === 'skill.execute'));
    }
  });

  test('leaves no words on its trace, even where a model or an error repeats them', async () => {
    const inventing = plannerOf(async () => ({
      calls: [{ name: 'remember_swordfish', arguments: {} }],
      confidence: 1,
      raw: 'swordfish',
    }));
    const quoting = plannerOf(() => Promise.reject(new Error('400: no model for "swordfish"')));
    for (const planner of [inventing, quoting]) {
      const result = await runTurn(withParts({ planner }), { text: 'my word is swordfish' }, setting);
      const spans = assistant.tracing.ring.trace(result.traceId);
      const kept = spans.map(({ attributes, status, events }) => ({ attributes, status, events }));
      assert.doesNotMatch(JSON.stringify(kept), /swordfish/);
    }
  });

  test('that is ended before it acts does not act', async () => {
    const ending = new AbortController();
    const planner = plannerOf(async () => {
      ending.abort();
      return { calls: [{ name: 'light', arguments: { state: 'on' } }], confidence: 1, raw: '' };
    });
    const result = await runTurn(
      withParts({ planner }),
      { text: 'light' },
      { ...setting, signal: ending.signal },
    );
    assert.equal(result.outcome, 'interrupted');
    assert.ok(!result.stages.some(({ stage }) => stage === 'skill.execute'));
  });
});

describe('a spoken turn', () => {
  const second = new Int16Array(16_000);
  const ears: TurnParts['ears'] = {
    transcriber: {
      name: 'test',
      listen: () => ({
        write() {},
        end: async () => ({ text: 'turn on the light', confidence: 1, inGrammar: true, engine: 'test' }),
        abort() {},
      }),
      close: async () => {},
    },
    createDetector: () => ({ write: () => [] }),
    judgeSound: () => ({ durationMs: 1_000, snrDb: 20, clipped: 0, problem: null }),
  };

  test('whose microphone goes away in the middle does nothing', async () => {
    const sound = createFrameQueue();
    sound.push(second);
    sound.fail('the microphone has gone away');
    const result = await runTurn(withParts({ ears }), { sound, endsBy: 'release' }, setting);
    assert.equal(result.outcome, 'not-heard');
    assert.equal(result.failure?.code, 'microphone-gone');
    assert.deepEqual(result.calls, []);
  });

  test('begins to speak at once, and is silent within 100 ms of an interruption', async () => {
    const sound = createFrameQueue();
    sound.push(second);
    sound.end();
    const hush = new AbortController();
    let silencedAt = 0;
    const out = createPageSound({
      send() {},
      silence() {
        silencedAt = performance.now();
      },
    });
    const speaker: TurnParts['speaker'] = {
      name: 'test',
      async *speak() {
        for (let seconds = 0; seconds < 10; seconds++) yield second;
      },
      close: async () => {},
    };
    let abortedAt = 0;
    setTimeout(() => {
      abortedAt = performance.now();
      hush.abort();
    }, 120);
    const turn = { ...setting, hush: hush.signal, sound: out };
    const result = await runTurn(withParts({ ears, speaker }), { sound, endsBy: 'release' }, turn);
    assert.equal(result.outcome, 'done');
    assert.ok(silencedAt - abortedAt < 100, `silent after ${silencedAt - abortedAt} ms`);
    assert.equal(result.spoken?.interrupted, true);
    assert.ok(result.spoken.playedMs < 1_000, `${result.spoken.playedMs} ms played`);
    const tts = assistant.tracing.ring.trace(result.traceId).find(({ name }) => name === 'tts');
    assert.equal(tts?.attributes.interrupted, true);
  });
});

describe('what a person thinks of a turn', () => {
  const past = { traceId: '', text: 'turn on the light', outcome: 'done' as const, endedAt: 1_000 };

  test('is noticed where they say it again, or take it back', () => {
    const after = (ms: number, text: string, name = 'light') =>
      noticeFeedback(past, { text, calls: [{ name, arguments: {} }], beganAt: 1_000 + ms });
    assert.equal(after(9_000, 'turn on the light'), 'repeat');
    assert.equal(after(11_000, 'turn on the light'), null);
    assert.equal(after(4_000, 'stop', 'stop'), 'cancel');
    assert.equal(after(6_000, 'stop', 'stop'), null);
    assert.equal(after(1_000, 'what time is it', 'time'), null);
  });

  test('goes to the trace of that turn', async () => {
    const session = assistant.openSession({ device: 'test' });
    const first = await session.say('turn on the kitchen light');
    const corrected = await session.say('no, i said turn off the kitchen light');
    assert.deepEqual(corrected.calls[0].arguments, { state: 'off', room: 'kitchen' });
    assert.equal(await session.judge(first.traceId, 'down'), true);
    assert.equal(await session.judge('0'.repeat(32), 'up'), false);
    const kinds = assistant.tracing.ring
      .trace(first.traceId)
      .flatMap(({ attributes }) => attributes['voice.feedback.kind'] ?? []);
    assert.deepEqual(kinds, ['correction', 'thumb']);
  });
});

test('a typed sentence is written as it would be spoken', () => {
  assert.equal(asSpoken("What's 12 * 3.5?"), "what's twelve times three point five");
  assert.equal(asSpoken('Play “99 Luftballons”, please!'), 'play ninety nine luftballons please');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
      const spoken = asSpoken(typed);
      assert.match(spoken, /^([\p{L}\p{M}']+( [\p{L}\p{M}']+)*)?$/u);
      assert.equal(asSpoken(spoken), spoken);
    }),
    { numRuns: 200 },
  );
});
