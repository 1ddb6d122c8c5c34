import { z } from 'zod';
import type { EvaluationCase } from '../../suites/evaluation-case.ts';
import type { TaskOutput } from '../../tasks/task.ts';
import { answerOf, at, COMPARED, expectedOf, isTextList } from '../answer.ts';
import type { Score } from '../scorer.ts';
import { RIGHT_OR_WRONG, type ScorerType, SHARE, scorerType } from '../scorer-type.ts';
import { scored, skipped, unscorable, verdict } from '../scores.ts';
import type { CallProblem } from './check-call.ts';
import { type ExpectedCall, readExpectedCalls } from './expected-calls.ts';
import { type MatchRules, matchCalls } from './match-calls.ts';
import { type ReadCall, type ReadCalls, readCalls } from './read-calls.ts';
import { readToolSchemas, type ToolSchema } from './tool-schema.ts';

/** Calls and problems that the evidence of one answer lists. */
const MOST_LISTED = 20;
const F1 = { kind: 'sums', name: 'f1', width: 3 } as const;
const NO_CALLS_EXPECTED = unscorable(
  'what the case expects is no list of calls; where none is right, expect an empty list',
);

const Options = z.strictObject({
  value: COMPARED.value,
  expectedField: COMPARED.expectedField,
  outputField: COMPARED.outputField,
  order: z
    .enum(['exact-order', 'multiset', 'subset'])
    .default('multiset')
    .describe('The same calls in this order, in any order, or at least these.'),
  texts: z
    .enum(['exact', 'loose'])
    .default('exact')
    .describe('loose: case, spaces and . , / - _ * ^ make no difference between texts.'),
  tools: z
    .array(z.record(z.string(), z.unknown()))
    .optional()
    .describe('Descriptions of the functions, for their types.'),
  toolsField: z
    .string()
    .min(1)
    .default('tools')
    .describe('Where in a case’s metadata the descriptions are, without tools.'),
});

/**
 * Calls held against those that are expected, argument by argument, each with the values that are accepted. Four metrics: right
 * or wrong of every case; `format`: the calls could be read; `irrelevance`: of cases where no call is right; `f1` of calls.
 */
const toolCalls = scorerType({
  type: 'tool-calls',
  version: 1,
  aliases: { 'tool-call-match': {} },
  options: Options,
  create(options) {
    const shared = options.tools && readToolSchemas(options.tools);
    const toolsOf = (each: EvaluationCase): readonly ToolSchema[] =>
      shared ?? readToolSchemas(at(each.metadata, options.toolsField));
    return {
      parts: [
        RIGHT_OR_WRONG,
        { ...RIGHT_OR_WRONG, part: 'format' },
        { ...RIGHT_OR_WRONG, part: 'irrelevance' },
        { ...SHARE, part: 'f1', aggregate: F1 },
      ],
      score(each, output) {
        const read = callsOf(output, options);
        const format =
          'calls' in read ? scored(1) : verdict(false, 'unreadable', { rationale: read.problem });
        const expected = readExpectedCalls(expectedOf(each, options));
        if (!expected)
          return { '': NO_CALLS_EXPECTED, format, irrelevance: NO_CALLS_EXPECTED, f1: NO_CALLS_EXPECTED };
        if (expected.length === 0) return { format, ...withoutCalls(read) };
        return { format, ...withCalls(read, expected, { ...options, tools: toolsOf(each) }) };
      },
    };
  },
});

/** The calls of an answer; with `outputField` those in that part of it. */
function callsOf(output: TaskOutput, options: { outputField?: string | undefined }): ReadCalls {
  return readCalls(options.outputField === undefined ? output : { value: answerOf(output, options) });
}

/** No call is right. What cannot be read calls nothing. */
function withoutCalls(read: ReadCalls): Record<'' | 'irrelevance' | 'f1', Score> {
  const made = 'calls' in read ? read.calls : [];
  const right = verdict(
    made.length === 0,
    'unwanted-call',
    made.length === 0 ? {} : { evidence: { calls: made.slice(0, MOST_LISTED) } },
  );
  const f1 =
    made.length === 0
      ? unscorable('no call is expected and none was made')
      : scored(0, { sums: [0, made.length, 0] });
  return { '': right, irrelevance: right, f1 };
}

function withCalls(
  read: ReadCalls,
  expected: readonly ExpectedCall[],
  rules: MatchRules,
): Record<'' | 'irrelevance' | 'f1', Score> {
  const irrelevance = skipped('the case expects a call');
  if (!('calls' in read)) {
    const wrong = verdict(false, 'unreadable', { rationale: read.problem });
    return { '': wrong, irrelevance, f1: scored(0, { sums: [0, 0, expected.length] }) };
  }
  const { hits, code, problems } = matchCalls(read.calls, expected, rules);
  const falseAlarms = rules.order === 'subset' ? 0 : read.calls.length - hits;
  const sums = [hits, falseAlarms, expected.length - hits];
  const f1 = scored((2 * hits) / (2 * hits + sums[1] + sums[2]), { sums });
  if (code === undefined) return { '': scored(1), irrelevance, f1 };
  return { '': verdict(false, code, { evidence: listed(problems, read.calls) }), irrelevance, f1 };
}

function listed(problems: readonly CallProblem[], calls: readonly ReadCall[]) {
  return { problems: problems.slice(0, MOST_LISTED), calls: calls.slice(0, MOST_LISTED) };
}

/** F1 of the names of the functions that were called, whatever their arguments and order. */
const toolCallF1 = scorerType({
  type: 'tool-call-f1',
  version: 1,
  options: Options.pick({ value: true, expectedField: true, outputField: true }),
  create: (options) => ({
    parts: [{ ...SHARE, aggregate: F1 }],
    score(each, output) {
      const expected = expectedOf(each, options);
      const wanted = isTextList(expected) ? expected : readExpectedCalls(expected)?.map(({ name }) => name);
      if (!wanted) return NO_CALLS_EXPECTED;
      const read = callsOf(output, options);
      const made = 'calls' in read ? read.calls.map(({ name }) => name) : [];
      if (wanted.length + made.length === 0) return unscorable('no call is expected and none was made');
      const left = [...made];
      const missing = wanted.filter((name) => {
        const index = left.indexOf(name);
        if (index >= 0) left.splice(index, 1);
        return index < 0;
      });
      const hits = wanted.length - missing.length;
      const value = (2 * hits) / (wanted.length + made.length);
      const sums = [hits, left.length, missing.length];
      return scored(value, value === 1 ? { sums } : { sums, evidence: { missing, unexpected: left } });
    },
  }),
});

export const TOOL_SCORERS: readonly ScorerType[] = [toolCalls, toolCallF1];
