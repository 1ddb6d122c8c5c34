import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Tool } from './planner.ts';
import { readCalls } from './read-calls.ts';
import { openRecordedPlanner } from './recorded/open-recorded-planner.ts';
import { openWordOverlap } from './word-overlap/open-word-overlap.ts';

describe('reading calls', () => {
  it('is quick with what never ends', () => {
    for (const piece of ['[', '{"a":', 'a', '<think>', '[]']) {
      const began = performance.now();
      assert.deepEqual(readCalls(piece.repeat(100_000)), []);
      assert.ok(performance.now() - began < 500, piece);
    }
  });

  it('finds any call again, whatever words and braces stand round it', () => {
    const call = fc.record({
      name: fc.stringMatching(/^[a-z_]{1,12}$/),
      arguments: fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/), fc.string()),
    });
    const around = fc.string().map((text) => text.replaceAll(/[[\]"<]/g, ''));
    fc.assert(
      fc.property(call, around, around, (written, before, after) => {
        const { name, arguments: found } = written;
        const text = `${before.replaceAll(/[{}]/g, '')} ${JSON.stringify(written)} ${after}`;
        assert.deepEqual(readCalls(text), [{ name, arguments: { ...found } }]);
      }),
    );
  });

  it('is quick even where a text is nothing but braces', () => {
    const started = performance.now();
    assert.deepEqual(readCalls('{'.repeat(3_000)), []);
    assert.ok(performance.now() - started < 1_000);
  });

  it('reads no call from what is none', () => {
    for (const text of [
      '',
      'none',
      '{}',
      '[1, 2]',
      '{"name": 3}',
      '{"name":"x","arguments":"{"}',
      '<think>{"name":"x"}',
    ]) {
      assert.deepEqual(readCalls(text), [], text);
    }
  });
});

describe('a recorded planner', () => {
  it('asks once, and answers from the file from then on, even one that a crash cut off', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'recorded-'));
    const file = join(folder, 'plans.jsonl');
    let asked = 0;
    const planner = {
      name: 'counting',
      version: '1',
      plan: async () => ({ calls: [{ name: 'stop', arguments: {} }], confidence: 1, raw: `${++asked}` }),
      close: async () => {},
    };
    const recording = openRecordedPlanner({ file, planner });
    await recording.plan({ text: 'stop' });
    await recording.plan({ text: 'stop' });
    await appendFile(file, '{"key":"cut o');
    const replaying = openRecordedPlanner({ file });
    assert.equal((await replaying.plan({ text: 'stop' })).raw, '1');
    assert.equal((await readFile(file, 'utf8')).split('\n').length, 2);
    await assert.rejects(replaying.plan({ text: 'go' }), /has no answer to "go"/);
    await rm(folder, { recursive: true });
  });
});

describe('the word-overlap baseline', () => {
  const tools: Tool[] = [
    described(
      'triangle_area',
      'Calculate the area of a triangle from base and height.',
      { base: 'integer', height: 'integer', unit: 'string' },
      ['base', 'height'],
    ),
    described('city_weather', 'Get the weather of a city.', { city: 'string' }, ['city']),
  ];
  const planner = openWordOverlap();

  it('takes the function that shares most words, and fills it by type', async () => {
    const { calls } = await planner.plan({
      text: 'Find the area of a triangle with a base of 10 and height of 5.',
      tools,
    });
    assert.deepEqual(calls, [{ name: 'triangle_area', arguments: { base: 10, height: 5 } }]);
    const weather = await planner.plan({ text: 'What is the weather in New York today?', tools });
    assert.deepEqual(weather.calls, [{ name: 'city_weather', arguments: { city: 'New York' } }]);
  });

  it('calls nothing where no function shares a word', async () => {
    assert.deepEqual((await planner.plan({ text: 'Who wrote Hamlet?', tools })).calls, []);
  });
});

function described(
  name: string,
  description: string,
  types: Record<string, string>,
  required: string[],
): Tool {
  const properties = Object.fromEntries(
    Object.entries(types).map(([key, type]) => [key, { type, description: key }]),
  );
  return {
    type: 'function',
    function: { name, description, parameters: { type: 'object', properties, required } },
  };
}
