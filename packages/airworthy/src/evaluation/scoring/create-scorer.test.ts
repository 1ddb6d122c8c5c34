import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { checkTextOracle, type TextOracle } from '../../../test/oracles/check-text-oracle.ts';
import { metricValue } from '../../stats/metric-catalogue.ts';
import { multiclassOutcomes } from '../../stats/outcomes.ts';
import { JUDGE_SCORERS } from '../judging/judge-scorers.ts';
import { aggregateSums } from './aggregates.ts';
import { checkAssertions, createScorers, type ScorerInput } from './create-scorer.ts';
import { MODEL_FREE_SCORERS } from './registry.ts';
import type { ScorerContext } from './scorer.ts';
import { compareJson, likeness } from './structured/compare-json.ts';
import { CONTEXT, holds, type Said, scoresOf } from './testing/score-table.ts';
import { countEdits } from './text/edit-distance.ts';

const ORACLE = join(import.meta.dirname, '../../../test/fixtures/text-oracle.json');

describe('text scorers agree with sacreBLEU, rouge-score, jiwer and NLTK', () => {
  checkTextOracle(JSON.parse(readFileSync(ORACLE, 'utf8')) as TextOracle);
});

test('a classifier’s metrics over all cases are those of stats/', async () => {
  const [truths, answers] = ['0120122102', '0210012102'];
  const rows: number[][] = [];
  for (const [index, truth] of [...truths].entries()) {
    const input = { type: 'classifier', classes: ['0', '1', '2'], metrics: ['mcc'] };
    const { main } = await scoresOf(input, truth, answers[index]);
    rows.push(main.status === 'scored' ? [...(main.sums ?? [])] : []);
  }
  const outcomes = multiclassOutcomes(
    Int32Array.from(rows, ([y]) => y),
    Float64Array.from(rows.flatMap(([, ...p]) => p)),
    4,
  );
  assert.ok(Math.abs(metricValue('mcc', outcomes) - 0.409091) < 1e-6);
  assert.ok(Math.abs(metricValue('f1-macro', outcomes) - 0.587302) < 1e-6);
});

test('answers that were kept say nothing of time and cost; usage may come from the calls', async () => {
  const scorers = await createScorers(['latency', 'tokens'], { folder: '.' });
  const output = { value: '', latencyMs: 12 };
  const scores = async (context: Partial<ScorerContext>) => {
    const each = { id: '1', input: '', metadata: {} };
    const all = await Promise.all(
      scorers.map((scorer) => scorer.score(each, output, { ...CONTEXT, ...context })),
    );
    return all.flatMap((each) => Object.values(each)[0].status);
  };
  assert.deepEqual(await scores({ cached: true }), ['skipped', 'skipped']);
  assert.deepEqual(await scores({ usage: { inputTokens: 3 } }), ['scored', 'scored']);
  assert.deepEqual(await scores({}), ['scored', 'unscorable']);
});

test('functions of one’s own: what they give is read, and what is no score is an error', async () => {
  const given: [unknown, Said][] = [
    [true, 1],
    [0.4, 0.4],
    [null, 'skipped'],
    [undefined, 'error'],
    [Number.NaN, 'error'],
    ['yes', 'error'],
    [
      { name: 'x', score: 0.3, metadata: { a: 1 } },
      { value: 0.3, evidence: { a: 1 } },
    ],
    [{ status: 'unscorable', reason: 'empty' }, 'unscorable'],
    [{ value: false, code: 'rude' }, 'rude'],
    [{ no: 1 }, 'error'],
  ];
  for (const [value, said] of given)
    holds((await scoresOf(async () => value, 1, 1)).main, said, JSON.stringify(value));
  assert.equal((await scoresOf(function polite() {}, 1, 1)).scorer.name, 'polite');
});

test('what cases assert themselves: all have to hold, other cases are skipped', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'airworthy-scoring-'));
  try {
    writeFileSync(join(folder, 'check.ts'), 'export const short = (output: string) => output.length < 3;\n');
    const [scorer, ...others] = await createScorers(
      [
        { type: 'contains', metric: 'm', perCase: true },
        { type: 'javascript', metric: 'm', perCase: true },
      ],
      { folder },
    );
    assert.equal(others.length, 0);
    const asserted = [
      { type: 'contains', metric: 'm', value: 'a' },
      { type: 'javascript', metric: 'm', value: 'file://check.ts:short' },
    ];
    const score = async (answer: string, assert?: unknown) =>
      (await scorer.score({ id: '1', input: '', metadata: { assert } }, { value: answer }, CONTEXT)).m;
    holds(await score('ab', asserted), 1, 'both hold');
    holds(await score('abc', asserted), 'not-so', 'one does not');
    holds(await score('ab'), 'skipped', 'none');
    await checkAssertions(asserted, { folder });
    await assert.rejects(checkAssertions([{ type: 'rouge-l', value: 'x' }], { folder }), {
      code: 'SCORER_INVALID',
      message: /needs a threshold/,
    });
    await assert.rejects(
      checkAssertions([{ type: 'javascript', value: 'output.length' }], { folder }),
      /put it into a file/,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('bad settings are refused before anything is scored', async () => {
  const refused: [ScorerInput[], string, RegExp][] = [
    [['exct'], 'SCORER_UNKNOWN', /did you mean "exact"/],
    [[{ type: 'exact', vale: 1 }], 'SCORER_INVALID', /vale/],
    [[{ type: 'regex', value: '(?=a)' }], 'PATTERN_INVALID', /\(\?=a\)/],
    [['exact', 'exact'], 'SCORER_INVALID', /two scorers have the metric "exact"/],
    [['word-count'], 'SCORER_INVALID', /say value, min or max/],
    [[{ type: 'bleu', threshold: 30 }], 'SCORER_INVALID', /outside of its values, 0 to 1/],
    [
      [{ type: 'classifier', classes: ['a', 'b'], metrics: ['f1'], threshold: 1 }],
      'SCORER_INVALID',
      /put a gate on it/,
    ],
    [['not-bleu'], 'SCORER_INVALID', /give it a threshold/],
    [[{ type: 'json', schema: { type: 'nothing' } }], 'SCORER_INVALID', /JSON Schema/],
    [[{ type: 'json', schema: { pattern: '(?<!a)b' } }], 'PATTERN_INVALID', /RE2|regular expression/],
    [[{ type: 'json', schema: 'absent.json' }], 'SCORER_INVALID', /absent\.json/],
    [[{ type: 'classifier', classes: ['a', 'b'], metrics: ['rmse'] }], 'SCORER_INVALID', /rmse is none of/],
    [[{ type: 'code', language: 'cobol' }], 'SCORER_INVALID', /language/],
  ];
  for (const [inputs, code, message] of refused) {
    await assert.rejects(createScorers(inputs, { folder: '.' }), { code, message }, JSON.stringify(inputs));
  }
});

test('digests follow settings, not names', async () => {
  const digestOf = async (input: ScorerInput) => (await createScorers([input], { folder: '.' }))[0].digest;
  assert.equal(await digestOf('exact'), await digestOf({ type: 'exact', name: 'same', normalise: false }));
  const others: ScorerInput[] = [
    'exact',
    { type: 'exact', normalise: true },
    { type: 'contains', value: 'a' },
    { type: 'not-contains', value: 'a' },
  ];
  const digests = await Promise.all(others.map(digestOf));
  assert.equal(new Set(digests).size, digests.length);
});

test('names of scorers are distinct', () => {
  const names = [...MODEL_FREE_SCORERS, ...JUDGE_SCORERS].flatMap(({ type, aliases }) => [
    type,
    ...Object.keys(aliases),
  ]);
  assert.equal(new Set(names).size, names.length);
});

test('sums add up to what the whole is', () => {
  assert.equal(aggregateSums('f1', [3, 1, 0]), 6 / 7);
  assert.equal(aggregateSums('error-rate', [1, 1, 0, 6]), 2 / 6);
  assert.ok(Number.isNaN(aggregateSums('recall', [0, 2, 0])));
  assert.throws(() => aggregateSums('mode', [1]), /no aggregate "mode"/);
});

test('edits: as many as there have to be, and they make one of the other', () => {
  const text = fc.string({ maxLength: 12, unit: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(text, text, (a, b) => {
      const edits = countEdits([...a], [...b]);
      const back = countEdits([...b], [...a]);
      assert.ok(edits && back);
      assert.equal(edits.insertions - edits.deletions, b.length - a.length);
      assert.deepEqual(back, { ...edits, insertions: edits.deletions, deletions: edits.insertions });
      const distance = edits.substitutions + edits.insertions + edits.deletions;
      assert.ok(distance <= Math.max(a.length, b.length) && (distance === 0) === (a === b));
    }),
    { numRuns: 200 },
  );
});

test('JSON is like itself, and unlike as much either way', () => {
  const rules = { ignore: [], tolerance: 0 };
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
      assert.equal(likeness(compareJson(a, a, rules)), 1);
      assert.equal(likeness(compareJson(a, b, rules)), likeness(compareJson(b, a, rules)));
    }),
    { numRuns: 100 },
  );
});
