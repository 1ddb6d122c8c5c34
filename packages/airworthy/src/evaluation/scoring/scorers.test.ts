import type { TaskOutput } from '../tasks/task.ts';
import { table } from './testing/score-table.ts';

table('text: right or wrong', [
  ['exact', 'Paris', 'Paris', 1],
  ['exact', 'Paris', 'paris', 'different'],
  ['equals', ['Paris', 'paris'], 'paris', 1],
  ['exact', { a: [1] }, { a: [1] }, 1],
  ['exact', undefined, 'x', 'unscorable'],
  [{ type: 'exact', normalise: true }, 'New York', '  new\u00a0YORK! ', 1],
  [{ type: 'exact', normalise: { unicode: 'NFKC' } }, 'ﬁn', 'fin', 1],
  [{ type: 'exact', outputField: 'a.b', expectedField: 'c' }, { c: 'x' }, '{"a":{"b":"x"}}', 1],
  [{ type: 'exact', outputField: 'a' }, 'x', 'no JSON', 'different'],
  ['contains', 'b', 'abc', 1],
  ['contains-any', ['x', 'b'], 'abc', 1],
  ['contains-all', ['a', 'x'], 'abc', { value: 0, code: 'absent', evidence: { absent: ['x'] } }],
  [{ type: 'icontains', value: 'SORRY' }, undefined, 'I am sorry', 1],
  [{ type: 'not-contains', value: 'sorry' }, undefined, 'sorry', 'unwanted'],
  ['starts-with', 'ab', 'abc', 1],
  [{ type: 'word-count', min: 2, max: 3 }, undefined, 'one two three four', 'too-long'],
  [{ type: 'word-count', value: 2 }, undefined, 'one', 'too-short'],
  [{ type: 'regex', value: '^a+$', flags: 'i' }, undefined, 'AAA', 1],
  ['regex', '^(a+)+$', `${'a'.repeat(5_000)}b`, 'no-match'],
  ['levenshtein', 'kitten', 'sitting', 1 - 3 / 7],
  ['levenshtein', '', '', 1],
  ['edit-distance', '👩‍🚀', '👨‍🚀', 1],
  ['edit-distance', 'a'.repeat(6_000), 'b'.repeat(6_000), 'error'],
  [{ type: 'rouge-l', threshold: 0.5 }, 'a b c', 'x b c', 1],
  [{ type: 'not-rouge-l', threshold: 0.5 }, 'a b c', 'x b c', 'unwanted'],
  ['rouge-1', '東京', '東京', 'unscorable'],
]);

table('speech', [
  ['wer', 'the cat sat on the mat', 'the cat sit on mat', { sums: [1, 1, 0, 6], value: 2 / 6 }],
  ['cer', 'the cat sat on the mat', 'the cat sit on mat', 5 / 22],
  ['wer', '', 'two words', { value: 1, sums: [0, 0, 2, 0] }],
  ['wer', '', '', { value: 0, sums: [0, 0, 0, 0] }],
  ['wer', undefined, 'x', 'unscorable'],
]);

const SCHEMA = {
  type: 'object',
  properties: { a: { type: 'integer' }, b: { type: 'string', pattern: '^(x+)+$' } },
  required: ['a', 'b'],
};

table('structured', [
  ['is-json', undefined, '{"a":1}', 1],
  ['json', undefined, 'Here: {"a":1}', 'invalid-json'],
  ['contains-json', undefined, 'Here: {x} {"a":"}"} and more', 1],
  [{ type: 'json', schema: SCHEMA }, undefined, '{"a":1,"b":"xx"}', { '/': 1, '/fields': 1 }],
  [
    { type: 'json', schema: SCHEMA },
    undefined,
    '{"a":"1","b":"xx"}',
    { '/': 'invalid-by-schema', '/fields': 0.5 },
  ],
  [{ type: 'json', schema: SCHEMA }, undefined, `{"b":"${'x'.repeat(5_000)}!"}`, { '/': 0, '/fields': 0 }],
  [{ type: 'json', schema: SCHEMA }, undefined, 'no', { '/': 'invalid-json', '/fields': 0 }],
  [
    'json-diff',
    { a: 1, b: { c: [1, 2] } },
    '{"a":1,"b":{"c":[1,3],"d":null}}',
    { '/': 0.5, '/equal': 'different' },
  ],
  [
    { type: 'json-diff', ignore: ['id'], tolerance: 0.1 },
    { id: 1, x: 2 },
    { value: { id: 9, x: 2.05 } },
    { '/': 1, '/equal': 1 },
  ],
  ['json-diff', { 'a.b': 1 }, { a: { b: 1 } }, 0],
  ['json-diff', { a: 1 }, 'no', { '/': 'invalid-json', '/equal': 0 }],
  [{ type: 'numeric', tolerance: 1 }, 10, '9.5', { '/': 1, '/error': 0.5 }],
  [{ type: 'numeric', relativeTolerance: 0.01 }, 200, '203', { '/': 'too-far', '/error': 3 }],
  [{ type: 'numeric', extract: 'last' }, 1234, 'of 9 it is 1,234.', 1],
  ['numeric', 5, 'about 5', { '/': 'no-number', '/error': 'unscorable' }],
  ['list-contains', ['a', 'b', 'c'], '- a\n- d', { value: 0.4, sums: [1, 1, 2], code: 'missing' }],
  [{ type: 'list-contains', allowMore: true }, ['a'], ['a', 'b'], 1],
]);

const play = (given: object) => ({ value: null, toolCalls: [{ name: 'play', arguments: given }] });
const ACCEPTED = [{ play: { artist: ['Queen', 'queen (band)'], volume: [1, ''] } }];
const TOOLS = [
  {
    name: 'play',
    parameters: {
      type: 'dict',
      properties: { artist: { type: 'string' }, volume: { type: 'integer' } },
      required: ['artist'],
    },
  },
];
const calls = { type: 'tool-calls', tools: TOOLS };

table('tool calls', [
  [calls, ACCEPTED, play({ artist: 'Queen' }), { '/': 1, '/format': 1, '/irrelevance': 'skipped', '/f1': 1 }],
  [calls, ACCEPTED, play({ artist: 'QUEEN' }), 'wrong-value'],
  [{ ...calls, texts: 'loose' }, ACCEPTED, play({ artist: 'QUEEN' }), 1],
  [calls, ACCEPTED, play({ volume: 1 }), 'missing-argument'],
  [calls, ACCEPTED, play({ artist: 'Queen', loud: true }), 'unexpected-argument'],
  [calls, ACCEPTED, play({ artist: 7 }), 'wrong-type'],
  [calls, [{ play: { artist: ['Queen'], volume: [1] } }], play({ artist: 'Queen' }), 'missing-optional'],
  [calls, [{ name: 'stop' }], play({}), 'wrong-function'],
  [calls, ACCEPTED, { value: 'no call' }, { '/': 'no-call', '/f1': { sums: [0, 0, 1] } }],
  [
    calls,
    ACCEPTED,
    { value: null, toolCalls: [...play({ artist: 'Queen' }).toolCalls, ...play({}).toolCalls] },
    { '/': 'wrong-count', '/f1': 2 / 3 },
  ],
  [
    { ...calls, order: 'subset' },
    ACCEPTED,
    { value: null, toolCalls: [{ name: 'x', arguments: {} }, ...play({ artist: 'Queen' }).toolCalls] },
    1,
  ],
  [
    calls,
    ACCEPTED,
    { value: null, toolCalls: [{ name: 'play', arguments: '{"artist": ' }] },
    { '/': 'unreadable', '/format': 0 },
  ],
  [calls, [], 'sorry', { '/': 1, '/irrelevance': 1, '/f1': 'unscorable' }],
  [calls, [], play({}), { '/': 'unwanted-call', '/irrelevance': 0, '/f1': 0 }],
  [calls, undefined, play({}), { '/': 'unscorable', '/format': 1 }],
  ['tool-calls', [{ name: 'a', arguments: { x: 1 } }, { name: 'b' }], '[{"name":"b"},{"a":{"x":1}}]', 1],
  [{ type: 'tool-calls', outputField: 'calls' }, [{ name: 'b' }], '{"calls":[{"name":"b"}],"sure":0.9}', 1],
  [
    { type: 'tool-calls', order: 'exact-order' },
    [{ name: 'a' }, { name: 'b' }],
    '[{"name":"b"},{"a":{}}]',
    'wrong-function',
  ],
  // The first call fits both: pairing must not spend it on the first that comes.
  ['tool-calls', [{ f: { x: [1, 2] } }, { f: { x: [1] } }], '[{"f":{"x":1}},{"f":{"x":2}}]', 1],
  ['tool-calls', [{ name: 'f', arguments: { x: { k: ['v', 'w'] } } }], '[{"f":{"x":{"k":["v","w"]}}}]', 1],
  [
    'tool-calls',
    [{ name: 'f', arguments: { x: { k: ['v', 'w'] } } }],
    '[{"f":{"x":{"k":"v"}}}]',
    'wrong-value',
  ],
  ['tool-calls', [{ f: { x: [[{ k: ['v'] }]] } }], '[{"f":{"x":[{"k":"w"}]}}]', 'wrong-value'],
  ['tool-calls', [{ f: { x: [[{ k: ['v'] }]] } }], '[{"f":{"x":[]}}]', 'wrong-length'],
  ['tool-calls', [{ f: { x: [{ k: ['v'] }] } }], '[{"f":{"x":{"k":"v","l":1}}}]', 'wrong-key'],
  [{ type: 'tool-call-f1', value: ['a', 'b'] }, undefined, '[{"name":"a"},{"name":"c"}]', 0.5],
]);

const STEPS: TaskOutput = {
  value: 'done',
  toolCalls: [
    { name: 'find', arguments: { city: 'Rome', n: 2 } },
    { name: 'book', arguments: {} },
  ],
};

table('trajectories', [
  [{ type: 'trajectory:tool-used', value: ['find', { name: 'book', max: 1 }] }, undefined, STEPS, 1],
  [{ type: 'trajectory-tool-used', value: { name: 'find', min: 2 } }, undefined, STEPS, 'tool-use'],
  [{ type: 'trajectory:tool-sequence', value: ['find', 'book'] }, undefined, STEPS, 1],
  [
    { type: 'trajectory:tool-sequence', value: { steps: ['book'], mode: 'exact' } },
    undefined,
    STEPS,
    'tool-order',
  ],
  [{ type: 'trajectory:step-count', value: { max: 1 } }, undefined, STEPS, 'too-many-steps'],
  [
    { type: 'trajectory:tool-args-match', value: { name: 'find', args: { city: 'Rome' } } },
    undefined,
    STEPS,
    1,
  ],
  [
    { type: 'trajectory:tool-args-match', value: { name: 'find', args: { city: 'Rome' }, mode: 'exact' } },
    undefined,
    STEPS,
    'wrong-arguments',
  ],
  [{ type: 'trajectory:step-count', value: { max: 1 } }, undefined, 'no steps', 'unscorable'],
]);

table('code by its syntax tree', [
  [
    { type: 'code', language: 'python' },
    'play(x="a", y=1)  # now',
    "Sure:\n```python\nplay(x='a',\n     y=1,)\n```",
    { '/': 1, '/similarity': 1 },
  ],
  [
    { type: 'code', language: 'python' },
    'play(x="a")',
    "play(x='b')",
    { '/': 'other-tree', '/similarity': 0 },
  ],
  [{ type: 'code', language: 'python' }, 'play(x)', 'play(x', 'syntax-error'],
  [{ type: 'code', language: 'python' }, 'play(', 'play()', 'error'],
]);

table('retrieval and operations', [
  [
    { type: 'retrieval', k: 6 },
    { a: 3, b: 2, c: 3, e: 1, f: 2 },
    { value: '', retrieved: ['a', 'b', { id: 'c' }, 'd', 'e', 'f', 'a'] },
    { '/ndcg@6': 0.960808, '/recall@6': 1, '/precision@6': 5 / 6, '/hit@6': 1, '/mrr': 1 },
  ],
  [
    { type: 'retrieval', k: 6, gain: 'exponential' },
    { a: 3, b: 2, c: 3, e: 1, f: 2 },
    { value: '', retrieved: ['a', 'b', 'c', 'd', 'e', 'f'] },
    0.948811,
  ],
  [
    { type: 'retrieval', k: 2 },
    ['x'],
    { value: '', retrieved: ['a', 'b', 'x'] },
    { '/ndcg@2': 0, '/hit@2': 'nothing-relevant', '/mrr': 1 / 3 },
  ],
  ['retrieval', [], { value: '', retrieved: [] }, 'unscorable'],
  ['retrieval', ['a'], 'nothing', 'unscorable'],
  ['latency', undefined, { value: '', latencyMs: 12 }, { '/': 12, '/p95': 12 }],
  [{ type: 'cost', threshold: 0.01 }, undefined, { value: '', usage: { cost: 0.02 } }, 'above-threshold'],
  ['tokens', undefined, { value: '', usage: { inputTokens: 3, outputTokens: 4 } }, 7],
  ['finish-reason', undefined, { value: '', finishReason: 'length' }, { value: 0, label: 'length' }],
  ['is-refusal', undefined, 'I’m sorry, but I can’t help with that.', { value: 1, label: 'refusal' }],
  ['refusal', undefined, { value: '', refusal: 'no' }, 'refused'],
  ['is-refusal', undefined, 'Sorry to hear that! Take bus 4.', 'not-refused'],
]);

table('classifiers and numbers', [
  [{ type: 'classifier', classes: ['a', 'b'] }, 'a', 'b', { '/accuracy': 'a→b', '/f1': { sums: [0, 1] } }],
  [
    { type: 'classifier', classes: ['a', 'b'] },
    'a',
    'what?',
    { '/accuracy': 'a→(other)', '/f1': { sums: [0, 1] } },
  ],
  [
    { type: 'classifier', classes: ['a', 'b', 'c'], metrics: ['f1-macro'] },
    'a',
    'what?',
    { sums: [0, 0, 0, 0, 1] },
  ],
  [
    { type: 'classifier', classes: ['a', 'b'], from: 'probability' },
    'b',
    0.7,
    { '/log-loss': -Math.log(0.7), '/roc-auc': { sums: [1, 0.7] } },
  ],
  [{ type: 'classifier', classes: ['a', 'b'], from: 'probability' }, 'b', 'b', 'error'],
  [{ type: 'classifier', classes: ['a', 'b'] }, 'z', 'a', 'error'],
  [
    { type: 'regression', pinball: [0.9] },
    3,
    '2.5',
    { '/mae': 0.5, '/rmse': { sums: [3, 2.5] }, '/pinball-0.9': 0.45 },
  ],
  ['regression', 3, 'many', 'error'],
]);
