import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { isRecord } from '../../../kernel/is-record.ts';
import type { TaskOutput, TrajectoryStep } from '../../tasks/task.ts';
import type { Score } from '../scorer.ts';
import { RIGHT_OR_WRONG, type ScorerType, scorerType } from '../scorer-type.ts';
import { unscorable, verdict } from '../scores.ts';
import { readCalls } from '../tools/read-calls.ts';

const Count = z.int().min(0);
const NO_STEPS = unscorable('the task reports neither steps nor tool calls');

/** A rule about the steps of an answer. */
function stepsScorer<Options extends z.ZodObject>(
  type: string,
  options: Options,
  judge: (steps: readonly TrajectoryStep[], options: z.output<Options>) => Score,
) {
  return scorerType({
    type: `trajectory-${type}`,
    version: 1,
    aliases: { [`trajectory:${type}`]: {} },
    options,
    create: (given) => ({
      parts: [RIGHT_OR_WRONG],
      score(_, output) {
        const steps = stepsOf(output);
        return steps ? judge(steps, given) : NO_STEPS;
      },
    }),
  });
}

/** The steps that a task reports, or its tool calls as steps. */
function stepsOf(output: TaskOutput): readonly TrajectoryStep[] | undefined {
  if (output.steps !== undefined) return output.steps;
  if (output.toolCalls === undefined) return undefined;
  return output.toolCalls.map((call) => ({ kind: 'tool-call', ...call }));
}

function callsIn(steps: readonly TrajectoryStep[]): TrajectoryStep[] {
  return steps.filter(({ kind }) => kind === 'tool-call');
}

const ToolUse = z.strictObject({ name: z.string().min(1), min: Count.default(1), max: Count.optional() });
const Tool = z.union([
  z
    .string()
    .min(1)
    .transform((name) => ToolUse.parse({ name })),
  ToolUse,
]);

/** Every one of these tools was used, as often as asked for. */
const toolUsed = stepsScorer(
  'tool-used',
  z.strictObject({
    value: z.union([Tool, z.array(Tool).min(1)]).describe('A tool, { name, min, max }, or several of them.'),
  }),
  (steps, { value }) => {
    const names = callsIn(steps).map(({ name }) => name);
    const wrong = [value].flat().filter(({ name, min, max }) => {
      const times = names.filter((each) => each === name).length;
      return times < min || times > (max ?? Number.POSITIVE_INFINITY);
    });
    return verdict(
      wrong.length === 0,
      'tool-use',
      wrong.length === 0 ? {} : { evidence: { wrong, used: names } },
    );
  },
);

const Names = z.array(z.string().min(1)).min(1);

/** The tools were used in this order: others may come between them, or none. */
const toolSequence = stepsScorer(
  'tool-sequence',
  z.strictObject({
    value: z
      .union([
        Names.transform((steps) => ({ steps, mode: 'in_order' as const })),
        z.strictObject({ steps: Names, mode: z.enum(['in_order', 'exact']).default('in_order') }),
      ])
      .describe('Names of tools, or { steps, mode }: in_order lets others come between, exact does not.'),
  }),
  (steps, { value }) => {
    const used = callsIn(steps).map(({ name }) => name);
    let next = 0;
    for (const name of used) if (name === value.steps[next]) next++;
    const right = value.mode === 'exact' ? isDeepStrictEqual(used, value.steps) : next === value.steps.length;
    return verdict(right, 'tool-order', right ? {} : { evidence: { used } });
  },
);

/** The number of steps, or of steps of one kind. */
const stepCount = stepsScorer(
  'step-count',
  z.strictObject({
    value: z
      .strictObject({
        type: z
          .enum(['message', 'tool-call', 'tool-result', 'retrieval'])
          .optional()
          .describe('Only steps of this kind.'),
        min: Count.optional(),
        max: Count.optional(),
      })
      .describe('{ type, min, max }'),
  }),
  (steps, { value: { type, min = 0, max = Number.POSITIVE_INFINITY } }) => {
    const count = type === undefined ? steps.length : steps.filter(({ kind }) => kind === type).length;
    const evidence = { count };
    return count < min
      ? verdict(false, 'too-few-steps', { evidence })
      : verdict(count <= max, 'too-many-steps', { evidence });
  },
);

/** One of the calls of a tool had these arguments: all of them (`exact`), or these among others. */
const toolArgs = stepsScorer(
  'tool-args-match',
  z.strictObject({
    value: z
      .strictObject({
        name: z.string().min(1),
        args: z.record(z.string(), z.unknown()),
        mode: z.enum(['partial', 'exact']).default('partial'),
      })
      .describe('{ name, args, mode }'),
  }),
  (steps, { value: { name, args, mode } }) => {
    const calls = callsIn(steps).filter((call) => call.name === name);
    if (calls.length === 0)
      return verdict(false, 'tool-use', { evidence: { used: callsIn(steps).map((each) => each.name) } });
    const given = calls.map((call) => argumentsOf(call));
    const right = given.some((each) =>
      mode === 'exact' ? isDeepStrictEqual(each, args) : includesAll(each, args),
    );
    return verdict(right, 'wrong-arguments', right ? {} : { evidence: { given } });
  },
);

function argumentsOf({ name = '', arguments: given }: TrajectoryStep): unknown {
  const read = readCalls({ value: null, toolCalls: [{ name, arguments: given }] });
  return 'calls' in read ? read.calls[0].arguments : given;
}

/** Objects may have more than is asked for, at any depth; anything else is equal. */
function includesAll(given: unknown, wanted: unknown): boolean {
  if (!isRecord(wanted)) return isDeepStrictEqual(given, wanted);
  return isRecord(given) && Object.entries(wanted).every(([key, value]) => includesAll(given[key], value));
}

export const TRAJECTORY_SCORERS: readonly ScorerType[] = [toolUsed, toolSequence, stepCount, toolArgs];
