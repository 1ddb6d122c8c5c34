import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { expandSentences } from '../../src/corpus/expand-sentences.ts';
import { serveGguf } from '../../src/llama-server/serve-gguf.ts';
import type { ChatServer } from '../../src/llama-server/start-chat-server.ts';
import { openChatPlanner } from '../../src/planners/chat/open-chat-planner.ts';
import { probeEndpoint } from '../../src/planners/chat/probe-endpoint.ts';
import { llamaMissing } from '../../src/planners/decoder/load-llama.ts';
import { openDecoder } from '../../src/planners/decoder/open-decoder.ts';
import type { Planner } from '../../src/planners/planner.ts';
import { toTools } from '../../src/skills/to-tools.ts';

const MODELS = join(import.meta.dirname, '../../models');
const FILES = {
  modelPath: join(MODELS, 'decoder-base.gguf'),
  adapterPath: join(MODELS, 'decoder-lora.gguf'),
};
const UNTRAINED = { modelPath: join(MODELS, 'decoder-untrained.gguf') };
const SENTENCES = expandSentences({ authors: ['g', 'h'], perTemplate: 1, values: 'all' })
  .filter((_, index) => index % 20 === 0)
  .map(({ text }) => text);
const missing = llamaMissing();

describe('the tiny decoder', { skip: missing ?? false }, () => {
  let server: ChatServer;
  let free: Planner;
  let held: Planner;
  before(async () => {
    server = await serveGguf(FILES);
    free = await openDecoder({ ...FILES, grammar: false });
    held = await openDecoder({ ...FILES, grammar: true });
  });
  after(async () => {
    await Promise.all([server.close(), free.close(), held.close()]);
  });

  it('turns a sentence into the call it means', async () => {
    const { calls, confidence } = await held.plan({ text: 'set a timer for ten minutes' });
    assert.deepEqual(calls, [{ name: 'timer_set', arguments: { duration: 'ten minutes' } }]);
    assert.ok(confidence !== null && confidence > 0.5, `confidence ${confidence}`);
  });

  it('gives the same answers through the local server as in process, held to the form or not', async () => {
    const { can } = await probeEndpoint({ baseUrl: server.url, model: server.model });
    for (const [planner, requiredTools] of [
      [held, true],
      [free, false],
    ] as const) {
      const overHttp = openChatPlanner({
        baseUrl: server.url,
        model: server.model,
        capabilities: { can: { ...can, requiredTools } },
      });
      for (const text of SENTENCES) {
        const inProcess = await planner.plan({ text });
        const served = await overHttp.plan({ text });
        assert.deepEqual(served.calls, inProcess.calls, text);
        assert.deepEqual(served.usage, inProcess.usage, text);
      }
    }
  });

  it('plans within its budget of 30 ms once it is warm', async () => {
    const times: number[] = [];
    for (const text of SENTENCES) {
      // Time of the processor: what else the machine does says nothing about the decoder.
      const before = process.cpuUsage();
      await held.plan({ text });
      const { user, system } = process.cpuUsage(before);
      times.push((user + system) / 1000);
    }
    const p95 = times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;
    assert.ok(p95 < 30, `p95 ${p95.toFixed(1)} ms`);
  });

  it('with random weights writes no call of its own, and under the grammar nothing but calls', async () => {
    const names = new Set(toTools().map((tool) => tool.function.name));
    for (const grammar of [false, true]) {
      const untrained = await openDecoder({ ...UNTRAINED, grammar });
      for (const text of SENTENCES.slice(0, 10)) {
        const { calls } = await untrained.plan({ text });
        assert.deepEqual(
          calls.map(({ name }) => names.has(name)),
          grammar ? [true] : [],
        );
      }
      await untrained.close();
    }
  });

  it('refuses a sentence that is longer than it can read, and stops when told to', async () => {
    await assert.rejects(held.plan({ text: 'tomatoes and '.repeat(500) }), /at most \d+\. Say less/);
    await assert.rejects(held.plan({ text: 'stop' }, AbortSignal.abort()), { name: 'AbortError' });
  });
});
