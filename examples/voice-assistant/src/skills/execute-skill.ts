import type { Executed } from '../household/executions.ts';
import { validateCalls } from '../turn/validate-calls.ts';
import { CannotDo } from './cannot-do.ts';
import { findSkill } from './registry.ts';
import type { Skill, SkillArguments, SkillContext } from './runnable-skill.ts';
import type { Call } from './skill.ts';

/** A skill that has not answered by then is left alone. */
export const SKILL_BUDGET_MS = 5000;

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

const FAILED = 'sorry, that did not work';

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
  const timeout = new AbortController();
  const timer = setTimeout(() => timeout.abort(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  const signal = interrupted === undefined ? timeout.signal : AbortSignal.any([timeout.signal, interrupted]);
  const context: SkillContext = { ...setting, signal };
  try {
    signal.throwIfAborted();
    if (skill.risk !== 'read') return runOnce(skill, args, context, setting.callIndex);
    const answer = await before(signal, async () => skill.answer(args, context));
    return { outcome: 'done', reply: shorten(answer), repeated: false };
  } catch (error) {
    if (error instanceof CannotDo) return { outcome: 'cannot', reply: error.message, repeated: false };
    return failed(codeOf(timeout.signal, interrupted), error);
  } finally {
    clearTimeout(timer);
  }
}

function runOnce(
  skill: Exclude<Skill, { risk: 'read' }>,
  args: SkillArguments,
  context: SkillContext,
  callIndex: number,
): SkillOutcome {
  const { household, traceId, profile } = context;
  return household.executions.once({ traceId, callIndex, profile }, (): Executed => {
    try {
      return { outcome: 'done', reply: shorten(household.transaction(() => skill.act(args, context))) };
    } catch (error) {
      if (error instanceof CannotDo) return { outcome: 'cannot', reply: error.message };
      throw error;
    }
  });
}

/** What the work gives, unless the signal comes first; what comes of the work after that is of no interest. */
async function before<Result>(signal: AbortSignal, work: () => Promise<Result>): Promise<Result> {
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function codeOf(timeout: AbortSignal, interrupted: AbortSignal | undefined): FailureCode {
  if (interrupted?.aborted) return 'interrupted';
  return timeout.aborted ? 'timed-out' : 'threw';
}

function refused(code: FailureCode, error: string): SkillOutcome {
  return { outcome: 'refused', code, reply: 'sorry, i cannot do that', error };
}

function failed(code: FailureCode, error: unknown): SkillOutcome {
  const reply = code === 'timed-out' ? 'sorry, that takes too long' : code === 'interrupted' ? '' : FAILED;
  return { outcome: 'failed', code, reply, error: error instanceof Error ? error.message : String(error) };
}

function shorten(reply: string): string {
  if (reply.length <= LONGEST_REPLY) return reply;
  const start = reply.slice(0, LONGEST_REPLY);
  const end = Math.max(start.lastIndexOf('. ') + 1, start.lastIndexOf(' '));
  return start.slice(0, end > 0 ? end : LONGEST_REPLY).trimEnd();
}
