import type { Executed } from '../household/executions.ts';
import { validateCalls } from '../turn/validate-calls.ts';
import { withinTime } from '../turn/within-time.ts';
import { CannotDo } from './cannot-do.ts';
import { findSkill } from './registry.ts';
import type { Skill, SkillArguments, SkillContext } from './runnable-skill.ts';
import type { Call } from './skill.ts';

/** A skill that has not answered by then is left alone. */
const SKILL_BUDGET_MS = 5000;

/** Longer answers are not listened to; the end is cut at a sentence or a word. */
const LONGEST_REPLY = 600;

export interface ExecutionSetting extends Omit<SkillContext, 'signal'> {
  /** Which call of the turn, from 0. */
  callIndex: number;
  /** A person has said yes to it; without, what cannot be undone is not done. */
  confirmed?: boolean;
  timeoutMs?: number;
  /** Aborted when the person interrupts. */
  signal?: AbortSignal;
}

export type SkillOutcome =
  /** `cannot`: the person was told why not, and nothing changed. `repeated`: it was done before, in this same turn. */
  | { outcome: 'done' | 'cannot'; reply: string; repeated: boolean }
  | { outcome: 'refused' | 'failed'; code: FailureCode; reply: string; error: string };

export type FailureCode = 'not-valid' | 'not-confirmed' | 'timed-out' | 'interrupted' | 'threw';

/**
 * Runs a call. Whatever the skill does, it answers in time; what changes something is done once for a turn's call,
 * however often it is sent.
 *
 * @example
 * const { reply } = await executeSkill(call, { household, profile, traceId, callIndex: 0, timeZone, sources });
 */
export async function executeSkill(call: Call, setting: ExecutionSetting): Promise<SkillOutcome> {
  const [problem] = validateCalls([call]);
  const skill = findSkill(call.name);
  if (problem !== undefined || skill === null) return refused('not-valid', problem?.message ?? call.name);
  if (skill.risk === 'irreversible' && setting.confirmed !== true) {
    return refused('not-confirmed', `${call.name} cannot be undone and nobody has said yes`);
  }
  return runSkill(skill, call.arguments as SkillArguments, setting);
}

/** The same for a skill of one's own. */
export async function runSkill(
  skill: Skill,
  args: SkillArguments,
  { timeoutMs = SKILL_BUDGET_MS, signal: interrupted, ...setting }: ExecutionSetting,
): Promise<SkillOutcome> {
  try {
    const ran = await withinTime(
      (signal) => run(skill, args, { ...setting, signal }),
      timeoutMs,
      interrupted,
    );
    if (ran.ended === 'done') return ran.value;
    if (ran.ended === 'aborted') return failed('interrupted', 'the person interrupted it');
    return failed('timed-out', `no answer within ${timeoutMs} ms`);
  } catch (error) {
    return failed('threw', error instanceof Error ? error.message : String(error));
  }
}

async function run(
  skill: Skill,
  args: SkillArguments,
  context: SkillContext & { callIndex: number },
): Promise<SkillOutcome> {
  if (skill.risk !== 'read') return runOnce(skill, args, context);
  try {
    return { outcome: 'done', reply: shorten(await skill.answer(args, context)), repeated: false };
  } catch (error) {
    if (error instanceof CannotDo) return { outcome: 'cannot', reply: error.message, repeated: false };
    throw error;
  }
}

function runOnce(
  skill: Exclude<Skill, { risk: 'read' }>,
  args: SkillArguments,
  context: SkillContext & { callIndex: number },
): SkillOutcome {
  const { household, traceId, profile, callIndex } = context;
  return household.executions.once({ traceId, callIndex, profile }, (): Executed => {
    try {
      return { outcome: 'done', reply: shorten(household.transaction(() => skill.act(args, context))) };
    } catch (error) {
      if (error instanceof CannotDo) return { outcome: 'cannot', reply: error.message };
      throw error;
    }
  });
}

function refused(code: FailureCode, error: string): SkillOutcome {
  return { outcome: 'refused', code, reply: 'sorry, i cannot do that', error };
}

function failed(code: FailureCode, error: string): SkillOutcome {
  return { outcome: 'failed', code, reply: FAILURES[code] ?? 'sorry, that did not work', error };
}

const FAILURES: Partial<Record<FailureCode, string>> = {
  'timed-out': 'sorry, that takes too long',
  interrupted: '',
};

function shorten(reply: string): string {
  if (reply.length <= LONGEST_REPLY) return reply;
  const start = reply.slice(0, LONGEST_REPLY);
  const end = Math.max(start.lastIndexOf('. ') + 1, start.lastIndexOf(' '));
  return start.slice(0, end > 0 ? end : LONGEST_REPLY).trimEnd();
}
