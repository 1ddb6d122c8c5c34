import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { testContext } from '../../../test/test-context.ts';
import type { Context } from '../../store/ports.ts';
import { createModelCaller } from '../model-calls/create-model-caller.ts';
import { type Deadline, startDeadline } from '../model-calls/deadline.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import { startStubModel } from '../testing/stub-model.ts';
import { type AnyTaskInput, createTask } from './create-task.ts';
import type { TaskContext } from './task.ts';
import { compileText } from './template.ts';

const caseOf = (input: unknown, id = 'one'): EvaluationCase => ({
  id,
  input,
  metadata: { lang: 'de' },
  expected: 'secret',
});

/** Runs what a task gives with callers of its own. */
async function openTasks(context: Context) {
  const models = await createModelCaller(context, { cache: 'off', seed: 1, concurrency: 8, env: {} });
  const deadlines: Deadline[] = [];
  const place = (ms = 5_000): TaskContext => {
    const deadline = startDeadline(ms);
    deadlines.push(deadline);
    return {
      trial: 0,
      seed: 1,
      signal: deadline.signal,
      deadline,
      models: models.bind({ trial: 0, deadline, signal: deadline.signal }),
    };
  };
  const make = (input: AnyTaskInput) =>
    createTask(input, { name: 'task', folder: context.store.folder, env: process.env });
  return {
    make,
    place,
    run: async (input: AnyTaskInput, given: unknown) => (await make(input)).run(caseOf(given), place()),
    async [Symbol.asyncDispose]() {
      for (const deadline of deadlines) deadline.clear();
      await models.close();
    },
  };
}

test('templates take members of the input, nested ones too, and nothing else', () => {
  const scope = { user: { name: 'Ada', tags: ['x', { deep: 1 }] }, text: '{{secret}}' };
  const render = (text: string) => compileText(text, 'prompt')(scope);
  assert.equal(
    render('Hi {{ user.name }}: {{text}} {{user.tags}} {{user.tags[1].deep}}'),
    'Hi Ada: {{secret}} ["x",{"deep":1}] 1',
  );
  assert.equal(render('{{"{%"}} raw {{\'{{\'}} }}'), '{% raw {{ }}');
  for (const text of ['{{ name | upper }}', '\n{% if a %}', '{{ a + 1 }}', '{# note #}', '{{}}']) {
    assert.throws(() => compileText(text, 'prompt'), { code: 'TEMPLATE_INVALID' }, text);
  }
  assert.throws(
    () => render('{{user.age}}'),
    /prompt: \{\{user.age\}\} is not in the case’s input, which has user, text/,
  );
  assert.throws(() => render('{{constructor}}'), { code: 'TEMPLATE_INVALID' });
});

test('a model is asked with its prompt; tool calls are parsed and never repaired', async () => {
  await using context = testContext();
  await using tasks = await openTasks(context);
  await using stub = await startStubModel('Paris');
  const model = { model: 'm', endpoint: stub.endpoint, parameters: { temperature: 0 } };
  const output = await tasks.run(
    { ...model, prompt: 'Capital of {{country}}?', system: 'Be brief' },
    { country: 'France' },
  );
  assert.deepEqual([output.value, output.finishReason, output.usage?.inputTokens], ['Paris', 'stop', 10]);
  assert.ok(Number(output.latencyMs) > 0);
  assert.deepEqual(stub.requests[0].body, {
    model: 'm',
    messages: [
      { role: 'system', content: 'Be brief' },
      { role: 'user', content: 'Capital of France?' },
    ],
    temperature: 0,
  });
  const tools = [{ type: 'function', function: { name: 'add' } }];
  stub.answerWith({
    toolCalls: [
      { name: 'add', arguments: '{"a":1}' },
      { name: 'add', arguments: '{"a":1' },
      { name: 'now', arguments: '' },
    ],
  });
  const called = await tasks.run(
    { ...model, prompt: '{{messages}}', tools: '{{tools}}' },
    { messages: [{ role: 'user', content: 'x' }], tools },
  );
  assert.deepEqual(stub.requests[1].body.tools, tools);
  assert.deepEqual(stub.requests[1].body.messages, [{ role: 'user', content: 'x' }]);
  assert.deepEqual(called.toolCalls, [
    { name: 'add', arguments: { a: 1 } },
    { name: 'add', arguments: '{"a":1', code: 'arguments-not-json' },
    { name: 'now', arguments: {} },
  ]);
  stub.answerWith({ refusal: 'I cannot' });
  assert.deepEqual((await tasks.run(model, 'free text')).refusal, 'I cannot');
  assert.deepEqual(stub.requests[2].body.messages, [{ role: 'user', content: 'free text' }]);
  stub.answerWith({ json: { choices: [] } });
  await assert.rejects(tasks.run(model, 'x'), { code: 'MODEL_ANSWER_INVALID' });
});

test('prompts are read from files, and decide the digest with model and parameters', async () => {
  await using context = testContext();
  await using tasks = await openTasks(context);
  const file = join(context.store.folder, 'chat.json');
  writeFileSync(file, '[{"role":"user","content":"Say {{word}}"}]');
  const model = { model: 'm', endpoint: 'http://127.0.0.1:1/v1', prompt: 'file://chat.json' };
  const digestOf = async (input: AnyTaskInput) => (await tasks.make(input)).digest;
  const first = await digestOf(model);
  assert.equal(await digestOf(model), first);
  writeFileSync(file, '[{"role":"user","content":"Shout {{word}}"}]');
  assert.notEqual(await digestOf(model), first);
  assert.notEqual(await digestOf({ ...model, parameters: { temperature: 1 } }), await digestOf(model));
  assert.notEqual(await digestOf(() => 1), await digestOf(() => 2));
  const faults: [AnyTaskInput, string, RegExp][] = [
    [{ ...model, prompt: 'file://none.txt' }, 'TASK_INVALID', /none.txt cannot be read/],
    [{ ...model, prompt: 'Hi {{a | b}}' }, 'TEMPLATE_INVALID', /line 1: \{\{a \| b\}\} is no variable/],
    [{ ...model, promt: 'x' }, 'TASK_INVALID', /Unrecognized key: "promt"/],
    [{ endpoint: 'nowhere' }, 'TASK_INVALID', /no http/],
    [{ colour: 'red' }, 'TASK_INVALID', /none of model, command, endpoint and bundle: colour/],
  ];
  for (const [input, code, message] of faults) await assert.rejects(tasks.make(input), { code, message });
});

test('functions and endpoints answer with a value, or with an output', async () => {
  await using context = testContext();
  await using tasks = await openTasks(context);
  assert.deepEqual(await tasks.run((input: string) => `Hello ${input}`, 'Ada'), { value: 'Hello Ada' });
  const full = { value: 1, toolCalls: [], usage: { prompt_tokens: 3, completion_tokens: 4 } };
  assert.deepEqual((await tasks.run(async () => full, 'x')).usage, {
    inputTokens: 3,
    outputTokens: 4,
    ...full.usage,
  });
  assert.deepEqual(await tasks.run(() => ({ value: 1, more: 2 }), 'x'), { value: { value: 1, more: 2 } });
  assert.deepEqual(await tasks.run(() => undefined, 'x'), { value: null });
  await using stub = await startStubModel({ json: { data: { answers: ['yes'] } } });
  const endpoint = `${stub.endpoint}/ask`;
  assert.deepEqual((await tasks.run({ endpoint }, { a: 1 })).value, { data: { answers: ['yes'] } });
  const part = { endpoint, body: { q: '{{a}}', text: 'a is {{a}}' }, output: 'data.answers[0]' };
  assert.equal((await tasks.run(part, { a: 1 })).value, 'yes');
  assert.deepEqual(
    stub.requests.map(({ body, path }) => [path, body]),
    [
      ['/v1/ask', { a: 1 }],
      ['/v1/ask', { q: 1, text: 'a is 1' }],
    ],
  );
  await assert.rejects(tasks.run({ ...part, output: 'data.none' }, { a: 1 }), {
    code: 'MODEL_ANSWER_INVALID',
  });
});

test('a command gets the case on standard input, never what is expected, and ends with its group in time', async () => {
  await using context = testContext();
  await using tasks = await openTasks(context);
  assert.deepEqual(await tasks.run({ command: 'cat', output: 'json' }, { a: 1 }), {
    value: { id: 'one', input: { a: 1 }, metadata: { lang: 'de' }, trial: 0, seed: 1 },
  });
  assert.deepEqual(await tasks.run({ command: ['printf', 'a b\\n'] }, 'x'), { value: 'a b' });
  const failing = { command: 'echo "no such model" >&2; exit 3' };
  await assert.rejects(tasks.run(failing, 'x'), {
    code: 'TASK_FAILED',
    message: 'the command ended with 3: no such model',
  });
  await assert.rejects(tasks.run({ command: ['no-such-program'] }, 'x'), {
    code: 'TASK_FAILED',
    message: /cannot be started/,
  });
  await assert.rejects(tasks.run({ command: 'echo nope', output: 'json' }, 'x'), /is not JSON: "nope/);
  const late = join(context.store.folder, 'late');
  const hanging = await tasks.make({ command: `(sleep 0.4; touch ${late}) & wait` });
  await assert.rejects(hanging.run(caseOf('x'), tasks.place(50)), { code: 'TASK_TIMED_OUT' });
  await new Promise((settle) => setTimeout(settle, 500));
  assert.equal(existsSync(late), false, 'what the command started ended with it');
});

test('line processes answer case after case; one that hangs or dies is replaced', async () => {
  await using context = testContext();
  await using tasks = await openTasks(context);
  const program = join(context.store.folder, 'answer.sh');
  writeFileSync(
    program,
    `while read -r line; do case "$line" in *hang*) sleep 60;; *die*) echo broken >&2; exit 1;; *bad*) echo "no json";;
     *fault*) echo '{"error":"too hard"}';; *) echo "{\\"value\\":$$}";; esac; done`,
  );
  const task = await tasks.make({ command: `sh ${program}`, protocol: 'lines' });
  const ask = (input: string, ms = 5_000) => task.run(caseOf(input), tasks.place(ms));
  const [first, second, third] = await Promise.all([ask('a'), ask('b'), ask('c')]);
  assert.deepEqual([second.value, third.value], [first.value, first.value]);
  await assert.rejects(ask('fault'), { code: 'TASK_FAILED', message: 'task: too hard' });
  await assert.rejects(ask('bad'), /a line that is not JSON: "no json"/);
  await assert.rejects(ask('die'), /the command ended with 1: broken/);
  await assert.rejects(ask('hang', 100), { code: 'TASK_TIMED_OUT' });
  const after = await ask('d');
  assert.notEqual(after.value, first.value);
  await task.close?.();
});
