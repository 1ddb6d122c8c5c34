import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ChatChunk } from '../../../api/chat-answers.ts';
import { eventData } from '../../../api/event-data.ts';
import { asSent, NO_REPLY, withChunk } from './chat-reply.ts';
import { filled, variablesOf } from './chat-template.ts';

const call = (index: number, id: string | undefined, name: string | undefined, given: string): ChatChunk => ({
  choices: [
    {
      delta: {
        tool_calls: [
          {
            index,
            ...(id === undefined ? {} : { id }),
            function: { ...(name === undefined ? {} : { name }), arguments: given },
          },
        ],
      },
    },
  ],
});

test('a stream gives the same answer however its bytes are cut and its lines end', async () => {
  const chunks: ChatChunk[] = [
    { model: 'small', choices: [{ delta: { content: 'Grüß ' } }] },
    { choices: [{ delta: { content: 'dich' } }] },
    call(0, 'c1', 'weather', '{"pla'),
    call(0, undefined, undefined, 'ce":"Oslo"}'),
    call(1, 'c2', 'time', '{}'),
    { choices: [{ delta: {}, finish_reason: 'tool_calls' }] },
    { choices: [], usage: { prompt_tokens: 3, completion_tokens: 4 } },
  ];
  for (const end of ['\n', '\r\n', '\r']) {
    const text = `: hello${end}${end}${chunks.map((chunk) => `event: message${end}data: ${JSON.stringify(chunk)}${end}${end}`).join('')}`;
    const bytes = new TextEncoder().encode(text);
    for (const size of [1, 2, 3, 7, bytes.length]) {
      let reply = NO_REPLY;
      for await (const data of eventData(cut(bytes, size))) reply = withChunk(reply, JSON.parse(data));
      assert.deepEqual(reply, {
        message: {
          role: 'assistant',
          content: 'Grüß dich',
          tool_calls: [
            { id: 'c1', type: 'function', function: { name: 'weather', arguments: '{"place":"Oslo"}' } },
            { id: 'c2', type: 'function', function: { name: 'time', arguments: '{}' } },
          ],
        },
        finish: 'tool_calls',
        usage: { prompt_tokens: 3, completion_tokens: 4 },
        model: 'small',
      });
    }
  }
});

function cut(bytes: Uint8Array<ArrayBuffer>, size: number): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new ReadableStream({
    start(controller) {
      for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
      controller.close();
    },
  });
}

test('what only calls tools has no text, and what is filled in is no template', () => {
  const calls = withChunk(NO_REPLY, call(0, 'c1', 'weather', '{}')).message;
  assert.equal(asSent(calls).content, null);
  const prompt = [{ role: 'system' as const, content: 'Greet {{ name }} in {{language}}, {{name}}.' }];
  assert.deepEqual(variablesOf(prompt), ['name', 'language']);
  assert.equal(filled(prompt, { name: '{{language}}' })[0].content, 'Greet {{language}} in , {{language}}.');
});
