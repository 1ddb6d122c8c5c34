import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { keepCapabilities, readCapabilities } from '../planners/chat/keep-capabilities.ts';
import { openChatPlanner } from '../planners/chat/open-chat-planner.ts';
import { probeEndpoint } from '../planners/chat/probe-endpoint.ts';
import type { Gguf, WritingOptions } from '../planners/decoder/open-gguf.ts';
import { SentenceTooLongError } from '../planners/decoder/open-gguf.ts';
import { type ChatServer, startChatServer } from './start-chat-server.ts';

const CALL = '{"name":"timer_set","arguments":{"duration":"ten minutes"}}';
const USAGE = { inputTokens: 5, outputTokens: 3 };

/** Stands for llama.cpp, which is not here in these tests: what it writes depends on the sentence. */
const scripted: Gguf = {
  name: 'scripted',
  version: '1',
  grammarOf: async (source) => ({ grammar: 'gbnf' in source ? source.gbnf : JSON.stringify(source.schema) }),
  async write(sentence: string, { grammar, onPiece, signal }: WritingOptions = {}) {
    if (sentence.length > 1000) throw new SentenceTooLongError('The sentence has 1000 pieces.');
    if (sentence === 'take your time')
      await sleep(5_000, undefined, { signal: signal ?? AbortSignal.abort() });
    const text = grammar?.grammar.includes('city')
      ? '{"city":"oslo"}'
      : sentence === 'hello'
        ? 'good morning'
        : CALL;
    for (const word of text.split(' ')) onPiece?.(word);
    return { text, confidence: 0.9, complete: true, usage: USAGE };
  },
  close: async () => {},
};

describe('the local chat server', () => {
  let server: ChatServer;
  before(async () => {
    server = await startChatServer(scripted, { queue: 0 });
  });
  after(() => server.close());

  const post = (body: unknown, signal?: AbortSignal) =>
    fetch(`${server.url}/chat/completions`, {
      method: 'POST',
      body: typeof body === 'string' ? body : JSON.stringify(body),
      ...(signal === undefined ? {} : { signal }),
    });
  const said = (content: unknown, more: object = {}) => ({ messages: [{ role: 'user', content }], ...more });

  it('is an endpoint whose abilities the probe finds, and keeps', async () => {
    const found = await probeEndpoint({ baseUrl: server.url, model: 'scripted' });
    const { transcription, verboseTranscription, refusesWrongSound, speech, ...chat } = found.can;
    assert.deepEqual(
      [transcription, verboseTranscription, refusesWrongSound, speech],
      [false, false, false, false],
    );
    assert.deepEqual([...new Set(Object.values(chat))], [true], JSON.stringify(found.requests, null, 1));
    const folder = await mkdtemp(join(tmpdir(), 'probe-'));
    assert.equal(await readCapabilities(folder, server.url, 'scripted'), undefined);
    await keepCapabilities(folder, found);
    assert.deepEqual(await readCapabilities(folder, server.url, 'scripted'), found);
    await rm(folder, { recursive: true });
  });

  it('gives a planner calls, streamed or not', async () => {
    const { can } = await probeEndpoint({ baseUrl: server.url, model: 'scripted' });
    for (const streamingToolCalls of [true, false]) {
      const planner = openChatPlanner({
        baseUrl: server.url,
        model: 'scripted',
        capabilities: { can: { ...can, streamingToolCalls } },
      });
      const { calls, usage } = await planner.plan({ text: 'set a timer for ten minutes' });
      assert.deepEqual(calls, [{ name: 'timer_set', arguments: { duration: 'ten minutes' } }]);
      assert.deepEqual(usage, USAGE);
    }
  });

  it('answers in text where no tools are given, and takes text in parts', async () => {
    const parts = [{ type: 'text', text: 'hello' }];
    const { choices } = (await (await post(said(parts))).json()) as {
      choices: { message: object; finish_reason: string }[];
    };
    assert.deepEqual(choices[0], {
      index: 0,
      message: { role: 'assistant', content: 'good morning' },
      finish_reason: 'stop',
    });
  });

  it('says what is wrong with a request, as OpenAI does', async () => {
    const cases: [unknown, number, RegExp][] = [
      ['{', 400, /not JSON/],
      [{}, 400, /messages/],
      [said('hello', { temperature: 'hot' }), 400, /temperature must be number/],
      [said('hello', { n: 2 }), 400, /n must be equal to constant/],
      [said('hello', { model: 'gpt' }), 404, /no model gpt: this server has scripted/],
      [said(''), 400, /no text of a user/],
      [said('x '.repeat(600)), 400, /1000 pieces/],
      [
        said('hello', { tools: [tool('a')], tool_choice: { type: 'function', function: { name: 'b' } } }),
        400,
        /names b/,
      ],
    ];
    for (const [body, status, message] of cases) {
      const response = await post(body);
      const { error } = (await response.json()) as { error: { message: string; type: string } };
      assert.equal(response.status, status, error.message);
      assert.match(error.message, message);
      assert.equal(error.type, 'invalid_request_error');
    }
    assert.equal((await fetch(`${server.url}/embeddings`)).status, 404);
  });

  it('answers programs on this machine only', async () => {
    const { promise, resolve } = Promise.withResolvers<number | undefined>();
    get(`${server.url}/models`, { headers: { host: 'elsewhere.example' } }, (response) => {
      resolve(response.resume().statusCode);
    });
    assert.equal(await promise, 403);
    const ofPage = await fetch(`${server.url}/models`, { headers: { origin: 'http://elsewhere.example' } });
    assert.equal(ofPage.status, 403);
  });

  it('refuses what is too much at once, and is free again when a client leaves', async () => {
    const leave = new AbortController();
    const slow = post(said('take your time'), leave.signal);
    await sleep(50);
    const refused = await post(said('hello'));
    assert.deepEqual([refused.status, refused.headers.get('retry-after')], [429, '1']);
    leave.abort();
    await assert.rejects(slow, { name: 'AbortError' });
    await sleep(50);
    assert.equal((await post(said('hello'))).status, 200);
  });
});

function tool(name: string): object {
  return { type: 'function', function: { name, parameters: { type: 'object', properties: {} } } };
}
