import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { journeyCases } from '../../src/journey/journey-cases.ts';
import { serveGguf } from '../../src/llama-server/serve-gguf.ts';
import { openChatPlanner } from '../../src/planners/chat/open-chat-planner.ts';
import { llamaMissing } from '../../src/planners/decoder/load-llama.ts';
import { openDecoder } from '../../src/planners/decoder/open-decoder.ts';
import { toTools } from '../../src/skills/to-tools.ts';

const MODELS = join(import.meta.dirname, '../../models');
/** One in so many of the journey's cases. */
const EACH = 12;

for (const model of ['decoder-untrained', 'decoder-base']) {
  const modelPath = join(MODELS, `${model}.gguf`);
  const skip = llamaMissing() ?? (existsSync(modelPath) ? false : `${model} is not packed`);
  test(`${model} gives the same calls in process and behind an OpenAI-compatible server`, {
    skip,
  }, async () => {
    const server = await serveGguf({ modelPath });
    const served = openChatPlanner({ baseUrl: server.url, model });
    const local = await openDecoder({ modelPath, grammar: true });
    try {
      for (const { id, input } of journeyCases().filter((_, index) => index % EACH === 0)) {
        const [one, other] = [await local.plan(input), await served.plan({ ...input, tools: toTools() })];
        assert.deepEqual(other.calls, one.calls, `${id}: ${input.text}`);
      }
    } finally {
      await Promise.all([served.close(), local.close()]);
      await server.close();
    }
  });
}
