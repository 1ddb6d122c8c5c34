import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createScorers } from '../../src/evaluation/scoring/create-scorer.ts';
import type { ScorerContext } from '../../src/evaluation/scoring/scorer.ts';
import {
  type StubAnswer,
  type StubRequest,
  startStubModel,
} from '../../src/evaluation/testing/stub-model.ts';
import { spawnCli } from '../e2e/spawn-cli.ts';
import {
  acceptedCalls,
  type BfclCall,
  type BfclCase,
  MISSING_DATA,
  plantErrors,
  readBfcl,
} from './bfcl-cases.ts';

/** A Python with `python -m pip install --no-deps bfcl-eval`. */
const PYTHON = process.env.AIRWORTHY_TEST_BFCL_PYTHON;
const MISSING_PYTHON = PYTHON ? false : 'AIRWORTHY_TEST_BFCL_PYTHON names no Python';

/** What the reference checker says where we say a code: the ends of its error types. */
const REFERENCE_CODES: Record<string, readonly string[]> = {
  'wrong-function': ['wrong_func_name'],
  'missing-argument': ['missing_required'],
  'unexpected-argument': ['unexpected_param'],
  'missing-optional': ['missing_optional'],
  'wrong-type': ['type_error:simple'],
  'wrong-item-type': ['type_error:nested'],
  'wrong-value': [
    'value_error:string',
    'value_error:list/tuple',
    'value_error:others',
    'value_error:dict_value',
    'dict_checker:unclear',
  ],
  'wrong-key': ['value_error:dict_key'],
  'wrong-length': ['value_error:list_dict_count'],
  'wrong-count': ['wrong_count'],
  'no-call': ['wrong_count'],
  'no-match': ['cannot_find_match'],
};

for (const category of ['simple_python', 'multiple', 'parallel'] as const) {
  const skip = MISSING_DATA || MISSING_PYTHON;
  test(`${category}: every planted error is what the reference checker says it is`, { skip }, async () => {
    const planted = readBfcl(category).flatMap((each) => plantErrors(each).map((one) => ({ ...one, each })));
    const reference = askReference(planted);
    const differences: string[] = [];
    for (const [index, { each, error, calls }] of planted.entries()) {
      const ours = await codeOf(each, calls);
      const theirs = reference[index];
      if (agree(ours, theirs) || isKnown(error, ours, theirs)) continue;
      differences.push(`${each.id}, ${error}: ${ours ?? 'right'}, the reference says ${theirs ?? 'right'}`);
    }
    assert.deepEqual(differences, []);
    assert.ok(planted.length > 6_000, `${planted.length} cases`);
  });
}

function askReference(asked: readonly { each: BfclCase; calls: BfclCall[] }[]): (string | null)[] {
  const script = join(import.meta.dirname, '../oracles/check-calls-of-bfcl.py');
  const input = asked.map(({ each: { category, functions, answers }, calls }) => ({
    category,
    functions,
    answers,
    calls,
  }));
  const answered = spawnSync(String(PYTHON), [script], {
    input: JSON.stringify(input),
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  assert.equal(answered.status, 0, answered.stderr);
  return JSON.parse(answered.stdout) as (string | null)[];
}

async function codeOf(each: BfclCase, calls: readonly BfclCall[]): Promise<string | null> {
  const [scorer] = await createScorers([{ type: 'tool-calls', texts: 'loose' }], { folder: '.' });
  const toolCalls = calls.map((call) => {
    const [name, given] = Object.entries(call)[0];
    return { name, arguments: given };
  });
  const scores = await scorer.score(
    { id: each.id, input: '', expected: each.answers, metadata: { tools: each.functions } },
    { value: null, toolCalls },
    {} as ScorerContext,
  );
  const score = scores['tool-calls'];
  assert.equal(score.status, 'scored', each.id);
  return score.status === 'scored' && score.value === 0 ? (score.code ?? 'no code') : null;
}

function agree(ours: string | null, theirs: string | null): boolean {
  if (ours === null || theirs === null) return ours === theirs;
  return REFERENCE_CODES[ours]?.some((end) => theirs.endsWith(end)) ?? false;
}

/**
 * Two things are not the same. JSON does not tell 5 from 5.0, so a whole number in a list of fractions is a wrong value for us and
 * a wrong type for the reference. And the reference pairs calls with what is expected first come, first served: where one call
 * fits two of them, whether it finds the pairs depends on their order; we find them.
 */
function isKnown(error: string, ours: string | null, theirs: string | null): boolean {
  if (ours === 'wrong-value') return error.endsWith('first item a number') && theirs === 'type_error:nested';
  return ours === null && error === 'other order' && theirs?.endsWith('cannot_find_match') === true;
}

interface Recorded {
  answer: StubAnswer;
  /** The code that the case has to get; null where its answer is right. */
  code: string | null;
}

/** What the model answered to case number `index`: every kind of mistake in turn, and right in between. */
function recordedAnswer(each: BfclCase, index: number): Recorded {
  if (each.category === 'irrelevance') {
    return index % 3 === 0
      ? { answer: answerWith([{ [each.functions[0].name]: {} }]), code: 'unwanted-call' }
      : { answer: 'None of these functions can do that.', code: null };
  }
  const right = acceptedCalls(each.answers);
  const [name, given] = Object.entries(right[0])[0];
  const only = right.length === 1;
  const required = each.functions.find((described) => described.name === name)?.parameters.required[0];
  const kinds: Recorded[] = [
    { answer: answerWith(right), code: null },
    {
      answer: answerWith([{ [`${name}_other`]: given }, ...right.slice(1)]),
      code: only ? 'wrong-function' : 'no-match',
    },
    { answer: 'I would rather not call anything.', code: 'no-call' },
    { answer: answerWith([...right, right[0]]), code: 'wrong-count' },
    {
      answer: answerWith([{ [name]: { ...given, surplus: 1 } }, ...right.slice(1)]),
      code: only ? 'unexpected-argument' : 'no-match',
    },
    { answer: { toolCalls: [{ name, arguments: '{"half": ' }] }, code: 'unreadable' },
    { answer: answerWith(right.toReversed()), code: null },
  ];
  if (required !== undefined && Object.hasOwn(given, required)) {
    const { [required]: _, ...rest } = given;
    kinds.push({
      answer: answerWith([{ [name]: rest }, ...right.slice(1)]),
      code: only ? 'missing-argument' : 'no-match',
    });
  }
  return kinds[index % kinds.length];
}

function answerWith(calls: readonly BfclCall[]): StubAnswer {
  return {
    toolCalls: calls.map((call) => {
      const [name, given] = Object.entries(call)[0];
      return { name, arguments: JSON.stringify(given) };
    }),
  };
}

/** Some answers have addresses in them, which recordings otherwise leave out. */
const CONFIG = `
import { defineProject } from 'airworthy';

export default defineProject({ name: 'bfcl', tracking: { traces: { redact: { enabled: false } } } });
`;

const SUITE = `
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name) => JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8'));

export default {
  name: 'function-calling',
  dataset: read('cases.json'),
  task: async (input, { models, case: { id, metadata } }) => {
    const { body, usage } = await models.call({
      endpoint: read('endpoint.json'),
      path: 'chat/completions',
      model: 'stub',
      body: { model: 'stub', user: id, messages: input, tools: metadata.tools },
    });
    const { content, tool_calls } = body.choices[0].message;
    return { value: content, toolCalls: (tool_calls ?? []).map((call) => call.function), usage };
  },
  scorers: [{ type: 'tool-calls', texts: 'loose' }, 'tokens'],
  slices: ['category'],
  gates: [{ metric: 'tool-calls/format', rule: 'at-least', value: 0.5 }],
};
`;

interface CaseLine {
  case: string;
  scores: Record<string, { status: string; value: number | null; code?: string }>;
}

test('simple, multiple, parallel and irrelevance as one suite, recorded and again without a model', {
  skip: MISSING_DATA,
}, async () => {
  const cases = (['simple_python', 'multiple', 'parallel', 'irrelevance'] as const).flatMap(readBfcl);
  const recorded = new Map(cases.map((each, index) => [each.id, recordedAnswer(each, index)]));
  await using stub = await startStubModel(({ body }: StubRequest) => {
    const answer = recorded.get(String(body.user))?.answer;
    assert.ok(answer !== undefined, `no answer to ${String(body.user)}`);
    return answer;
  });
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-bfcl-'));
  try {
    symlinkSync(join(import.meta.dirname, '../../../../node_modules'), join(folder, 'node_modules'));
    writeFileSync(join(folder, 'airworthy.config.ts'), CONFIG);
    writeFileSync(join(folder, 'bfcl.eval.ts'), SUITE);
    writeFileSync(join(folder, 'endpoint.json'), JSON.stringify(stub.endpoint));
    writeFileSync(join(folder, 'cases.json'), JSON.stringify(cases.map(asSuiteCase)));

    const first = await evaluate(folder, 'record');
    assert.equal(stub.requests.length, cases.length);
    for (const { case: id, scores } of first) {
      const { value, code = null } = scores['tool-calls'];
      assert.deepEqual(
        [id, value, code],
        [id, recorded.get(id)?.code === null ? 1 : 0, recorded.get(id)?.code ?? null],
      );
      const isIrrelevant = id.startsWith('irrelevance');
      assert.equal(scores['tool-calls/irrelevance'].status, isIrrelevant ? 'scored' : 'skipped', id);
      assert.equal(scores['tool-calls/format'].value, code === 'unreadable' ? 0 : 1, id);
    }
    assert.deepEqual(new Set(first.map((line) => line.case)), new Set(recorded.keys()));

    const again = await evaluate(folder, 'strict');
    assert.equal(stub.requests.length, cases.length, 'the model was asked again');
    const decided = (lines: readonly CaseLine[]) =>
      lines.map((line) => [line.case, line.scores['tool-calls']]).sort();
    assert.deepEqual(decided(again), decided(first));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

function asSuiteCase({ id, category, question, functions, answers }: BfclCase) {
  return { id, input: question, expected: answers, metadata: { tools: functions, category } };
}

async function evaluate(folder: string, cache: 'record' | 'strict'): Promise<CaseLine[]> {
  const output = join(folder, `${cache}.jsonl`);
  const { ended, output: printed } = spawnCli(['evaluate', '--cache', cache, '--output', output], folder);
  assert.equal(await ended, 0, printed.out + printed.err);
  const lines = readFileSync(output, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => JSON.parse(line) as CaseLine);
}
