import assert from 'node:assert/strict';
import { test } from 'node:test';
import OpenAI from 'openai';
import { startProvider } from '../../serving/gateway/testing/stub-provider.ts';
import { createDetour } from './detour.ts';
import { openFront } from './front.ts';

test('where no server comes, calls to language models go where they would have gone, and nothing else does', async () => {
  await using provider = await startProvider();
  const front = await openFront({ seen() {}, chosen: async () => {} }, 100);
  const baseURL = `${front.url}/run/${'a'.repeat(32)}/${'b'.repeat(32)}/v1`;
  front.allow(createDetour(baseURL, provider.url));
  try {
    const client = new OpenAI({ baseURL, apiKey: 'sk-mine', maxRetries: 0 });
    const messages = [{ role: 'user' as const, content: 'Who are you?' }];
    const chat = await client.chat.completions.create({ model: 'm', messages });
    assert.equal(chat.choices[0].message.content, 'I am m');
    const stream = await client.chat.completions.create({ model: 'm', messages, stream: true });
    let said = '';
    for await (const { choices } of stream) said += choices[0]?.delta.content ?? '';
    assert.equal(said, 'I am m');
    const [{ headers, json }] = provider.requests;
    assert.equal(headers.authorization, 'Bearer sk-mine');
    assert.deepEqual(json, { model: 'm', messages });
    assert.equal(front.detoured(), 2);
    const other = fetch(`${front.url}/api/v1/runs`, { signal: AbortSignal.timeout(300) });
    await assert.rejects(other, { name: 'TimeoutError' });
  } finally {
    front.close();
  }
});
