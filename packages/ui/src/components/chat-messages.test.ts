import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readDocuments, readMessages } from './chat-messages.ts';

const call = { kind: 'call', name: 'find', text: '{\n  "n": 1\n}' };

test('a conversation is read in the shapes in which clients write it', () => {
  const shapes = [
    [{ role: 'assistant', parts: [{ type: 'tool_call', name: 'find', arguments: { n: 1 } }] }],
    {
      choices: [
        {
          message: { role: 'assistant', tool_calls: [{ function: { name: 'find', arguments: '{"n":1}' } }] },
        },
      ],
    },
    { role: 'assistant', content: [{ type: 'tool_use', name: 'find', input: { n: 1 } }] },
  ];
  for (const shape of shapes) assert.deepEqual(readMessages(shape), [{ role: 'assistant', parts: [call] }]);
  assert.deepEqual(readMessages({ system: 'Be brief.', messages: [{ role: 'user', content: 'Hello' }] }), [
    { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
    { role: 'user', parts: [{ kind: 'text', text: 'Hello' }] },
  ]);
});

test('what is no conversation is left as it is', () => {
  for (const other of ['text', 3, null, [], { a: 1 }, [{ role: 'user', content: 'x' }, 'y']])
    assert.equal(readMessages(other), null);
});

test('documents that were retrieved are told from messages', () => {
  assert.deepEqual(
    readDocuments([{ page_content: 'Two days.', metadata: { doc_uri: 'a.md' }, score: 0.5 }]),
    [{ place: 1, id: 'a.md', score: 0.5, text: 'Two days.' }],
  );
  assert.equal(readDocuments([{ role: 'user', content: 'x' }]), null);
});
