import { z } from 'zod';
import { sha256 } from '../../kernel/ids.ts';
import type { EvaluationCase } from '../suites/evaluation-case.ts';
import type { TaskOutput } from '../tasks/task.ts';
import type { Score, ScorerContext } from './scorer.ts';
import { type ScorerType, scorerType } from './scorer-type.ts';
import { failed, scored, skipped } from './scores.ts';

/** A scorer of one's own: gives a number, true or false, a whole `Score`, or null where the case is none of its business. */
export type ScorerFunction = (each: EvaluationCase, output: TaskOutput, context: ScorerContext) => unknown;

const STATUSES: readonly unknown[] = ['scored', 'skipped', 'unscorable', 'error'];

/** A function as a scorer; its digest covers its source text, and `version` what the text calls. */
export const ownFunction: ScorerType = scorerType({
  type: 'function',
  version: 1,
  options: z.strictObject({
    score: z.custom<ScorerFunction>(
      (value) => typeof value === 'function',
      'a function (case, output, context)',
    ),
    better: z.enum(['higher', 'lower']).default('higher').describe('Which values are better.'),
    binary: z.boolean().default(false).describe('Every value is 0 or 1: methods for proportions apply.'),
    range: z.tuple([z.number(), z.number()]).optional().describe('Smallest and largest possible value.'),
    unit: z.string().optional().describe('The unit of its values.'),
    version: z
      .union([z.string(), z.number()])
      .optional()
      .describe('Change it when code that it calls changes.'),
  }),
  create: ({ score, better, binary, range, unit }) => ({
    parts: [
      {
        aggregate: { kind: 'mean' },
        better,
        binary,
        ...(binary ? { range: [0, 1] as const } : range && { range }),
        ...(unit === undefined ? {} : { unit }),
      },
    ],
    score: async (each, output, context) => readScore(await score(each, output, context), binary),
  }),
});

/** What stands for a function in digests and records. */
export function functionIdentity(score: unknown): string {
  return sha256(String(score));
}

/** Reads what a function gave: also `{ score, metadata }`, the form of other scorer libraries. */
function readScore(given: unknown, binary: boolean): Score {
  if (given === null) return skipped('the scorer gave null');
  if (typeof given === 'boolean') return scored(given ? 1 : 0);
  if (typeof given === 'number') return readNumber(given, binary);
  if (typeof given !== 'object')
    return failed(`the scorer gave ${typeof given}: give a number, true, false or null`);
  const { status, value, score, rationale, metadata, evidence, label, code, sums } = given as Record<
    string,
    unknown
  >;
  if (STATUSES.includes(status)) {
    const whole = given as Score;
    return whole.status === 'scored' && whole.value !== undefined && !Number.isFinite(whole.value)
      ? readNumber(whole.value, binary)
      : whole;
  }
  const inner = value === undefined ? score : value;
  if (inner === undefined) return failed('the scorer gave an object with neither value nor score');
  const read: Score =
    typeof inner === 'object' && inner !== null ? failed('its value is no number') : readScore(inner, binary);
  if (read.status !== 'scored') return read;
  return {
    ...read,
    ...(typeof label === 'string' ? { label } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(typeof rationale === 'string' ? { rationale } : {}),
    ...(evidence === undefined && metadata === undefined ? {} : { evidence: evidence ?? metadata }),
    ...(Array.isArray(sums) ? { sums: sums as number[] } : {}),
  };
}

function readNumber(value: number, binary: boolean): Score {
  if (!Number.isFinite(value)) return failed(`the scorer gave ${value}`);
  if (binary && value !== 0 && value !== 1)
    return failed(`the scorer gave ${value}, but says that it is binary`);
  return scored(value);
}
