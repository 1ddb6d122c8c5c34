import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SuiteInput } from '../../evaluation/suites/schema.ts';
import { importPromptfoo, type PromptfooImport } from './import-promptfoo.ts';
import { parseCsv } from './parse-csv.ts';

async function importFrom(files: Record<string, string>): Promise<PromptfooImport> {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-promptfoo-'));
  try {
    mkdirSync(join(folder, 'prompts'));
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await importPromptfoo(join(folder, 'promptfooconfig.yaml'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const said = ({ entries }: PromptfooImport, status: string) =>
  entries
    .filter((entry) => entry.status === status)
    .map(({ at, what, why }) => [at, what, why].filter(Boolean).join(' | '));

/** Without the file's name. */
const named = ({ entries }: PromptfooImport, status: string) =>
  entries
    .filter((entry) => entry.status === status)
    .map(({ at, what }) => `${at.replace(/.*:/, '')} ${what}`);

interface Case {
  id?: string;
  expected?: unknown;
  input: Record<string, unknown>;
  metadata: Record<string, unknown> & { assert?: Record<string, unknown>[] };
}
const casesOf = ({ suite }: PromptfooImport) => suite.dataset as Case[];
const assertsOf = (made: PromptfooImport) => casesOf(made).map(({ metadata }) => metadata.assert ?? []);

test('every prompt with every provider is a task, and what is no template of variables is named', async () => {
  const made = await importFrom({
    'prompts/chat.json': '[{"role":"user","content":"{{q}}"}]',
    'prompts/two.txt': 'one {{q}}\n---\ntwo {{q}}',
    'promptfooconfig.yaml': `
prompts: ['Short: {{q}}', 'file://prompts/chat.json', 'file://prompts/two.txt', '{{ q | upper }}', 'file://make.py']
providers:
  - openai:gpt-5-mini
  - { id: 'openai:chat:gpt-4o', label: big, prompts: ['prompts/chat.json'], config: { temperature: 0, apiKey: sk-x, best: 1 } }
  - { id: https, label: web, config: { url: 'https://example.org/ask', headers: { Authorization: 'Bearer {{env.KEY}}' }, body: { text: 'Q: {{prompt}}' }, transformResponse: 'json.answers[0].text' } }
  - exec:python answer.py
  - bedrock:model
tests: [{ vars: { q: x } }]
redteam: {}
`,
  });
  const tasks = made.suite.tasks as Record<string, Record<string, unknown>>;
  assert.deepEqual(Object.keys(tasks), [
    'openai:gpt-5-mini prompt 1',
    'openai:gpt-5-mini prompts/chat.json',
    'openai:gpt-5-mini prompts/two.txt 1',
    'openai:gpt-5-mini prompts/two.txt 2',
    'big',
    'web prompt 1',
    'web prompts/two.txt 1',
    'web prompts/two.txt 2',
    'exec:python answer.py',
  ]);
  assert.deepEqual(tasks.big, {
    model: 'gpt-4o',
    parameters: { temperature: 0 },
    prompt: 'file://prompts/chat.json',
  });
  assert.deepEqual(tasks['web prompt 1'], {
    endpoint: 'https://example.org/ask',
    body: { text: 'Q: Short: {{q}}' },
    output: 'answers[0].text',
    keyVariable: 'KEY',
  });
  assert.deepEqual(named(made, 'left'), [
    '10 redteam',
    '2 prompt "{{ q | upper }}"',
    '2 prompt make.py',
    '5 provider big: apiKey',
    '5 provider big: config.best',
    '8 provider bedrock:model',
    '4 task web prompts/chat.json',
  ]);
  assert.match(
    said(made, 'changed').join('\n'),
    /two.txt \| its 2 prompts.*\n.*exec:python answer.py \| the command gets the case as JSON/,
  );
  SuiteInput.parse({ ...made.suite, scorers: ['exact'] });
});

test('tests become cases: lists multiplied, defaults and scenarios put with them, files read, equal ones told apart', async () => {
  const made = await importFrom({
    'tests.csv': 'q,__expected,__expected2,__metadata:topic,__prefix\n"a, ""b""",contains: x,plain,geo,no\n',
    'more.jsonl': '{"vars":{"q":"j"}}\n',
    'promptfooconfig.yaml': `
prompts: ['{{q}}']
providers: [openai:gpt-5]
defaultTest: { vars: { tone: kind }, metadata: { suite: 1 }, assert: [{ type: latency, threshold: 900 }] }
tests:
  - { vars: { q: 'Of {{land}}?', land: [FR, IT] }, description: capital, assert: [{ type: icontains, value: '{{land}}' }] }
  - { vars: { q: same }, options: { disableDefaultAsserts: true } }
  - { vars: { q: same }, threshold: 0.5, provider: x }
  - file://tests.csv
  - file://more.jsonl
  - huggingface://datasets/x
scenarios: [{ config: [{ vars: { lang: de } }, { vars: { lang: fr } }], tests: [{ vars: { q: s } }] }]
evaluateOptions: { repeat: 3, maxConcurrency: 2, timeoutMs: 5000, cache: false }
`,
  });
  assert.deepEqual(
    casesOf(made).map(({ id, input }) => [id, Object.values(input).join(' ')]),
    [
      [undefined, 'kind Of FR? FR'],
      [undefined, 'kind Of IT? IT'],
      [undefined, 'kind same'],
      ['repeated-4', 'kind same'],
      [undefined, 'kind a, "b"'],
      [undefined, 'kind j'],
      [undefined, 'kind de s'],
      [undefined, 'kind fr s'],
    ],
  );
  const latency = { type: 'latency', threshold: 900 };
  assert.deepEqual(assertsOf(made).slice(0, 3), [
    [latency, { type: 'icontains', value: 'FR' }],
    [latency, { type: 'icontains', value: 'IT' }],
    [],
  ]);
  assert.deepEqual(assertsOf(made)[4], [
    latency,
    { type: 'contains', value: 'x' },
    { type: 'equals', value: 'plain' },
  ]);
  assert.deepEqual(casesOf(made)[4].metadata.topic, 'geo');
  assert.deepEqual([made.suite.trials, made.suite.concurrency, made.suite.timeoutSeconds], [3, 2, 5]);
  assert.deepEqual(
    made.suite.scorers,
    ['latency', 'icontains', 'contains', 'equals'].map((type) => ({ type, perCase: true })),
  );
  const left = said(made, 'left').join('\n');
  for (const part of [
    'threshold 0.5',
    'test: provider',
    'column __prefix',
    'huggingface',
    'evaluateOptions.cache',
  ])
    assert.ok(left.includes(part), part);
  SuiteInput.parse(made.suite);
});

test('assertions are checked as scorers; code, unknown kinds and what cannot be meant are named with their line', async () => {
  const made = await importFrom({
    'promptfooconfig.yaml': `
prompts: ['{{q}}']
providers: [openai:gpt-5]
tests:
  - vars: { q: x, context: c }
    options: { provider: openai:gpt-4o-mini }
    assert:
      - { type: not-contains, value: sorry, metric: polite }
      - { type: javascript, value: 'output.length' }
      - { type: regex, value: '(?<=a)b' }
      - { type: moderation }
      - { type: equals, value: '{{ q | upper }}' }
      - { type: contains-any, value: 'a, b', weight: 2 }
      - { type: llm-rubric, value: kind, threshold: 0.8 }
      - { type: similar, value: y }
      - { type: context-recall, value: y }
      - { type: assert-set, threshold: 0.5, metric: set, assert: [{ type: levenshtein, value: abc }, { type: is-json }] }
      - { type: contains, value: z, weight: 0 }
`,
  });
  assert.deepEqual(
    assertsOf(made)[0].map(({ type }) => type),
    [
      ...[
        'not-contains',
        'contains-any',
        'llm-rubric',
        'similar',
        'context-recall',
        'edit-distance',
        'is-json',
      ],
    ],
  );
  const [, any, rubric, similar, recall, distance] = assertsOf(made)[0];
  assert.deepEqual(any.value, ['a', 'b']);
  assert.deepEqual(rubric.judge, { model: 'gpt-4o-mini', keyVariable: 'OPENAI_API_KEY' });
  assert.deepEqual((similar.embedder as { model: string }).model, 'text-embedding-3-large');
  assert.deepEqual([recall.context, distance.metric, distance.threshold], ['input.context', 'set', 5]);
  assert.equal(casesOf(made)[0].expected, 'y');
  assert.deepEqual(named(made, 'left'), [
    '9 assertion javascript',
    '10 assertion regex',
    '11 assertion moderation',
    '12 assertion equals',
    '18 assertion contains',
  ]);
});

test('what is no config is refused with its line, and CSV is read as RFC 4180 has it', async () => {
  await assert.rejects(importFrom({ 'promptfooconfig.yaml': 'a: 1\nb: [' }), {
    code: 'PROMPTFOO_UNREADABLE',
    message: /promptfooconfig.yaml:2/,
  });
  await assert.rejects(
    importFrom({ 'promptfooconfig.yaml': 'name: x' }),
    /has no prompts, providers or tests/,
  );
  const missing = importFrom({ 'promptfooconfig.yaml': 'prompts: [x]\ntests: none.csv' });
  await assert.rejects(missing, { code: 'PROMPTFOO_UNREADABLE', message: /none.csv: cannot be read/ });
  assert.deepEqual(parseCsv('\ufeffa,b,a\r\n1,"x\ny",""\n\n,,z'), [
    { a: '1', b: 'x\ny', a1: '' },
    { a: '', b: '', a1: 'z' },
  ]);
});
