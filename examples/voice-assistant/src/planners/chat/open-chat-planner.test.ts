import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Tool } from '../planner.ts';
import { openChatPlanner } from './open-chat-planner.ts';
import { type RecordedAnswer, readRecorded, serveRecorded } from './recorded-endpoint.ts';

const QUESTION = { text: 'set a timer for ten minutes' };
const STREAMING = { can: { requiredTools: true, streamingToolCalls: true } } as const;
const RECORDED = new Map(readRecorded().map(({ name, answer }) => [name, answer]));

describe('a chat planner', () => {
  for (const [name, answer] of RECORDED) {
    it(`${name}: ${answer.about}`, async () => {
      await using endpoint = await serveRecorded([answer]);
      const planner = openChatPlanner({ baseUrl: endpoint.url, model: 'any' });
      if (answer.error === undefined) {
        assert.deepEqual((await planner.plan(QUESTION)).calls, answer.calls);
      } else {
        await assert.rejects(planner.plan(QUESTION), {
          name: 'UnavailableError',
          message: new RegExp(answer.error),
        });
      }
    });
  }

  it('asks for a call where the endpoint can be made to give one, and streams where it can', async () => {
    await using endpoint = await serveRecorded([recorded('arguments-as-text')]);
    await openChatPlanner({ baseUrl: endpoint.url, model: 'any' }).plan(QUESTION);
    await openChatPlanner({
      baseUrl: endpoint.url,
      model: 'any',
      capabilities: { can: { ...ALL, ...STREAMING.can } },
    }).plan(QUESTION);
    await openChatPlanner({
      baseUrl: endpoint.url,
      model: 'any',
      capabilities: { can: { ...ALL, requiredTools: false } },
    }).plan(QUESTION);
    assert.deepEqual(
      endpoint.asked.map((body) => [body.tool_choice, body.stream]),
      [
        ['required', false],
        ['required', true],
        ['auto', false],
      ],
    );
  });

  it('tries again after 429 and 500, and counts tokens', async () => {
    const busy = { ...recorded('always-busy') };
    await using endpoint = await serveRecorded([busy, { ...busy, status: 500 }, recorded('finish-stop')]);
    const plan = await openChatPlanner({ baseUrl: endpoint.url, model: 'any' }).plan(QUESTION);
    assert.deepEqual(plan.usage, { inputTokens: 9, outputTokens: 7 });
    assert.equal(endpoint.asked.length, 3);
  });

  it('takes nothing in from a server that does not stop, and sends nobody on to another', async () => {
    const endless = {
      about: '',
      status: 200,
      events: Array.from({ length: 30 }, () => piece('x'.repeat(40_000))),
    };
    const elsewhere = { about: '', status: 307, headers: { location: 'http://127.0.0.1:9/v1' }, body: {} };
    for (const [answer, message] of [
      [endless, /more than/],
      [elsewhere, /redirect/],
    ] as const) {
      await using endpoint = await serveRecorded([answer]);
      const planner = openChatPlanner({ baseUrl: endpoint.url, model: 'any' });
      await assert.rejects(planner.plan(QUESTION), { name: 'UnavailableError', message });
    }
  });

  it('takes what is no completion for no call, and keeps its key to itself', async () => {
    for (const body of [
      'null',
      '[]',
      { choices: [null] },
      { choices: [{ message: { content: 5 } }] },
      { choices: [{ message: { tool_calls: [null] } }] },
      { choices: [{ message: { tool_calls: [{ function: { name: 5 } }] } }] },
    ]) {
      await using endpoint = await serveRecorded([{ about: '', status: 200, body }]);
      const planner = openChatPlanner({ baseUrl: endpoint.url, model: 'any' });
      assert.deepEqual((await planner.plan(QUESTION)).calls, [], JSON.stringify(body));
    }
    await using telling = await serveRecorded([
      { about: '', status: 401, body: { message: 'no key k-12345' } },
    ]);
    const planner = openChatPlanner({ baseUrl: telling.url, model: 'any', apiKey: 'k-12345' });
    await assert.rejects(planner.plan(QUESTION), /no key \*\*\*/);
  });

  it('gives the tools of the question and an `other` to refuse with, which is no call then', async () => {
    const tool: Tool = {
      type: 'function',
      function: { name: 'area', parameters: { type: 'object', properties: {} } },
    };
    await using endpoint = await serveRecorded([recorded('just-talk')]);
    const plan = await openChatPlanner({ baseUrl: endpoint.url, model: 'any' }).plan({
      ...QUESTION,
      tools: [tool],
    });
    assert.deepEqual(plan.calls, []);
    const sent = endpoint.asked[0]?.tools as Tool[];
    assert.deepEqual(
      sent.map(({ function: { name } }) => name),
      ['area', 'other'],
    );
  });

  it('gives up at its deadline, and at once when told to', async () => {
    await using endpoint = await serveRecorded([]);
    const late = openChatPlanner({ baseUrl: endpoint.url, model: 'any', timeoutMs: 50 }).plan(QUESTION);
    await assert.rejects(late, { name: 'UnavailableError', message: /did not answer within 0.05 s/ });
    const stop = new AbortController();
    const stopped = openChatPlanner({ baseUrl: endpoint.url, model: 'any' }).plan(QUESTION, stop.signal);
    stop.abort();
    await assert.rejects(stopped, { name: 'AbortError' });
  });

  it('says what to do where nobody listens', async () => {
    const planner = openChatPlanner({ baseUrl: 'http://127.0.0.1:1/v1', model: 'any' });
    await assert.rejects(planner.plan(QUESTION), {
      name: 'UnavailableError',
      message: /127.0.0.1:1.*Is it started/,
    });
  });
});

const ALL = {
  models: true,
  chat: true,
  tools: true,
  requiredTools: true,
  jsonSchema: true,
  streaming: true,
  streamingUsage: true,
  streamingToolCalls: false,
  transcription: false,
  verboseTranscription: false,
  refusesWrongSound: false,
  speech: false,
};

function piece(content: string): object {
  return { choices: [{ delta: { content } }] };
}

function recorded(name: string): RecordedAnswer {
  const found = RECORDED.get(name);
  assert.ok(found, `no recorded answer ${name}`);
  return found;
}
